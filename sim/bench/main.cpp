// The program hearsay-bench, which `hearsay bench` starts.
#include "sim/bench/command.hpp"
#include "sim/cli/program.hpp"

int main(int argc, char** argv) { hearsay::run_program(argc, argv, hearsay::measure_command); }
