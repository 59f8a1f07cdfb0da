#include "protocols/maelstrom/params.hpp"

#include <unistd.h>

#include <filesystem>

namespace hearsay::maelstrom {

const ParameterTable<Params>& parameter_table() {
  using P = Params;
  static const auto table =
      ParameterTable<P>()
          .add("bin", ValueType::text, &P::bin, any_bounds,
               "the node: a program that speaks JSON lines on stdin and stdout; relative to the scenario file",
               "Maelstrom, doc/protocol.md")
          .required()
          .add("args", ValueType::text_list, &P::args, any_bounds, "arguments of the program")
          .add_choice("speaks", &P::speaks, {"broadcast", "g-set"},
                      "by which messages it is written to and read: those of Maelstrom's workload `broadcast`, or of "
                      "`g-set`",
                      "Maelstrom, doc/workloads.md")
          .add("observe", ValueType::duration, &P::observe, period_or_never,
               "how often an observer reads each node: from that come convergence, delivery and lost writes; it costs "
               "no simulated time and counts as no operation; 0s: never")
          .add("init_within", ValueType::duration, &P::init_within, period,
               "simulated time after which a node that has not answered `init` fails the run")
          .add("busy_poll", ValueType::duration, &P::busy_poll, period_or_never,
               "what the hundredth poll without a timeout in a row takes, for programs that poll all the time; 0s: "
               "such a program fails the run")
          .add_choice("on_exit", &P::on_exit, {"fail", "stop"},
                      "a node that exits of itself: fails the run, with the last lines of its stderr, or is dead from "
                      "then on, as by the fault `kill`");
  return table;
}

void check(const Params& params) {
  namespace fs = std::filesystem;
  if (params.bin.empty()) return;  // asked what it promises, without a scenario: there, `bin` is required
  std::error_code error;
  if (!fs::is_regular_file(params.bin, error))
    throw ParameterError("bin", "`" + params.bin + "` is no file; name a program, relative to the scenario file");
  if (access(params.bin.c_str(), X_OK) != 0)
    throw ParameterError("bin", "`" + params.bin + "` is not executable; `chmod +x` it, and begin a script with #!");
#ifndef __x86_64__
  throw ParameterError("bin", "programs run in simulated time on x86-64 alone; take another machine or protocol");
#endif
}

std::vector<std::string> processor_time(const Params&) { return {}; }

}  // namespace hearsay::maelstrom
