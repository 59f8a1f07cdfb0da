// The main program of every Catch2 test; CATCH_CONFIG_RUNNER has a meaning for Catch2 2 alone.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
