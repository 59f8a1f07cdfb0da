// The program behind ./hearsay: finds the command.
#include <iostream>

#include "sim/cli/command.hpp"
#include "sim/cli/front.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/version.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      {"run", "SCENARIO...", "run every case of the scenarios and print one table per scenario", run_command},
      {"compare", "RESULTS.sqlite",
       "compare stored runs: one row per protocol, with paired differences and 95 % confidence intervals",
       compare_command},
      {"check", "SCENARIO... --baseline FILE", "run, compare with the baseline, fail on a regression", check_command},
      {"explain", "RESULTS.sqlite --run N", "why a stored run is as it is: lost writes, groups, violations, faults",
       explain_command},
      {"merge", "OUT.sqlite IN.sqlite...", "unite stores, such as those of the shards of one study", merge_command},
      {"sweep", "SCENARIO... --results R.sqlite",
       "many runs, here or as a Slurm job array: only those that the store lacks", sweep_command},
      {"tune", "SCENARIO --over PATH=RANGE --minimize FIELD",
       "search parameters: the settings that no other beats, with 95 % confidence intervals", tune_command},
      {"hunt", "SCENARIO...",
       "search for faults that break an expectation or a promise, and shrink each to a small scenario", hunt_command},
      {"map", "SCENARIO", "every single fault of a grid, node x time, and what it costs: a heat map", map_command},
      {"report", "RESULTS.sqlite -o FILE.html", "one self-contained HTML page of stored runs, one of them from inside",
       report_command},
      {"plot", "RESULTS.sqlite -o DIR", "PNG and SVG plots of stored runs (Python with pandas and matplotlib)",
       plot_command},
      {"list", "[KIND]",
       "protocols, workloads, faults, topologies, crdts, fields, scenarios or platforms, one line each", list_command},
      {"describe", "NAME", "keys and meaning of a protocol, workload, fault, topology or crdt", describe_command},
      {"new", "NAME", "write NAME.yaml, a commented scenario to begin with", new_command},
      {"new-protocol", "NAME [DIR]", "write a folder with a small working protocol of your own, in C++",
       new_protocol_command},
      {"validate", "SCENARIO...", "read and resolve scenarios without running them", validate_command},
      {"transcripts", "FILE...", "run transcripts of protocols, without an engine, and compare what happens",
       transcripts_command},
      {"schema", "", "print the JSON Schema of scenario files", schema_command},
      {"bench", "[CASE...]", "measure the simulator on fixed cases, beside bare programs", bench_command},
  };
  return all;
}

void print_help(std::ostream& out, const std::string& launcher) {
  out << "usage: " << launcher << " COMMAND [OPTIONS]\n\n"
      << "Simulates a cluster that runs a replication, broadcast, RPC or membership protocol, breaks it as a scenario "
         "file\n"
      << "says, and measures how long it takes to agree again and what that costs.\n\ncommands:\n";
  for (const auto& command : commands()) {
    const std::string head = command.name + (command.synopsis.empty() ? "" : " " + command.synopsis);
    out << "  " << head;
    if (head.size() > 26)
      out << "\n" << std::string(30, ' ');
    else
      out << std::string(28 - head.size(), ' ');
    out << command.summary << "\n";
  }
  out << "  notebooks [OPTIONS]         execute the notebooks and write them as HTML\n"
      << "  test [CTEST ARGUMENTS]      build and run the whole test suite\n\n"
      << "`" << launcher << " COMMAND --help` lists the options of a command. --version prints the version.\n"
      << "SCENARIO is a file, the name of a scenario that ships (`list scenarios`), or - for stdin. SimGrid's own\n"
      << "--cfg=KEY:VALUE and --log=... are passed through. Every command takes --plugin FILE.so, repeatable, and adds "
         "the\n"
      << "protocol of that shared object; HEARSAY_PLUGINS=FILE.so:FILE.so does the same.\n\n"
      << "exit status: 0 all well; 1 an expectation failed; 2 inconclusive; 254 the command line or a scenario is "
         "wrong;\n"
      << "255 an internal error or a run that crashed. Of several, the worst wins.\n";
}

Exit dispatch(const Arguments& given) {
  Arguments arguments = given;
  if (arguments.words.empty()) {
    print_help(std::cerr, arguments.launcher);
    return Exit::usage;
  }
  std::string name = arguments.words.front();
  arguments.words.erase(arguments.words.begin());
  if (name == "help" && !arguments.words.empty()) {  // `help run` is `run --help`
    name = arguments.words.front();
    arguments.words = {"--help"};
  }
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(std::cout, arguments.launcher);
    return Exit::ok;
  }
  if (name == "--version") {
    std::cout << "hearsay " << version() << "\n";
    return Exit::ok;
  }
  for (const auto& command : commands())
    if (command.name == name) return command.run(arguments);
  auto names = names_of(commands());
  for (const char* of_launcher : {"notebooks", "test"}) {
    names.emplace_back(of_launcher);
    if (name == of_launcher)
      throw UsageError(backquoted(name) + " is a command of the launcher, ./hearsay at the root of the repository");
  }
  const bool option = !name.empty() && name.front() == '-';
  throw UsageError(std::string(option ? "a command comes first; " : "there is no command ") + backquoted(name) +
                   (option ? " is none" : "") + hint(name, names, "commands"));
}

}  // namespace
}  // namespace hearsay

int main(int argc, char** argv) {
  hearsay::hand_over_if_needed(argc, argv);
  hearsay::run_program(argc, argv, hearsay::dispatch);
}
