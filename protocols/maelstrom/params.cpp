#include "protocols/maelstrom/params.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "protocols/maelstrom/requests.hpp"

namespace hearsay::maelstrom {
namespace {

const std::vector<std::string> languages{"broadcast", "g-set",      "g-counter",       "pn-counter",      "lin-kv",
                                         "echo",      "unique-ids", "txn-list-append", "txn-rw-register", "kafka"};

// Which of Maelstrom's workloads a workload of ours can be, the usual one first.
std::vector<std::string> languages_of(const std::string& workload) {
  if (workload == "broadcast") return {"broadcast", "g-set"};
  if (workload == "crdt") return {"pn-counter", "g-counter"};
  if (workload == "register") return {"lin-kv"};
  return {workload};
}

double share(const ParameterValues& values, const std::string& name) { return std::get<double>(values.at(name)); }

// A node of Maelstrom's has one counter, which has no name.
void check_counter(const ParameterValues& of_workload, const std::string& speaks) {
  const auto& types = std::get<std::vector<std::string>>(of_workload.at("types"));
  if (types != std::vector<std::string>{"pn-counter"} || std::get<std::int64_t>(of_workload.at("objects")) != 1)
    throw ParameterError("",
                         "a node of `maelstrom` has one counter and nothing else; give the workload `crdt` "
                         "`types: [pn-counter]` and `objects: 1`");
  if (speaks == "g-counter" && share(of_workload, "removes") > 0)
    throw ParameterError("speaks", "a `g-counter` only grows; give the workload `removes: 0%`, or write `pn-counter`");
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  using P = Params;
  static const auto table =
      ParameterTable<P>()
          .add("bin", ValueType::path, &P::bin, any_bounds,
               "the node: a program that speaks JSON lines on stdin and stdout; relative to the scenario file",
               "Maelstrom, doc/protocol.md")
          .required()
          .add("args", ValueType::text_list, &P::args, any_bounds, "arguments of the program")
          .add_choice("speaks", &P::speaks, languages,
                      "in the messages of which of Maelstrom's workloads it is written to and read; default: by the "
                      "scenario's workload",
                      "Maelstrom, doc/workloads.md")
          .add_choice(
              "pace", &P::pace, {"virtual", "real"},
              "virtual: the program's time is the simulation's; real: the simulation follows the wall clock, for "
              "programs that cannot be held: such a run takes its time and does not repeat")
          .add("observe", ValueType::duration, &P::observe, period_or_never,
               "how often an observer reads each node of broadcast, sets and counters: from that come convergence, "
               "delivery and lost writes; it costs no simulated time and counts as no operation; 0s: never")
          .add_choice("services", &P::services, {"apart", "n0"},
                      "where seq-kv and the others are. apart: beside the cluster, reached by no fault; n0: on the "
                      "machine of node 0, reached over the network and with its faults. What they keep survives",
                      "Maelstrom, doc/services.md")
          .add("service_latency", ValueType::duration, &P::service_latency, non_negative,
               "how long a message takes from a node to one of the services on no other machine, and back",
               "Maelstrom, doc/services.md")
          .add("service_time", ValueType::duration, &P::service_time, non_negative,
               "processor time that a node takes for each message and request; 0s: none")
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
  if (params.bin.found.empty()) return;  // asked what it promises, without a scenario: there, `bin` is required
  std::error_code error;
  const std::string& file = params.bin.found;
  if (!fs::is_regular_file(file, error))
    throw ParameterError("bin", "`" + file + "` is no file; name a program, relative to the scenario file");
  if (access(file.c_str(), X_OK) != 0)
    throw ParameterError("bin", "`" + file + "` is not executable; `chmod +x` it, and begin a script with #!");
#ifndef __x86_64__
  if (params.pace == Pace::virtual_)
    throw ParameterError("bin", "programs run in simulated time on x86-64 alone; take another machine");
#endif
  if (params.pace == Pace::real && (params.busy_poll > Duration{} || params.service_time > Duration{}))
    throw ParameterError("pace",
                         "`busy_poll` and `service_time` are of simulated time; leave them out with `pace: real`");
}

void adapt(ParameterValues& values, const std::string& workload, const ParameterValues& of_workload) {
  const std::vector<std::string> fitting = languages_of(workload);
  const bool grows = workload == "crdt" && share(of_workload, "removes") == 0;
  const auto given = values.find("speaks");
  if (given == values.end() || std::holds_alternative<std::monostate>(given->second))
    values["speaks"] = grows ? "g-counter" : fitting.front();
  const std::string speaks = std::get<std::string>(values.at("speaks"));
  if (std::find(fitting.begin(), fitting.end(), speaks) == fitting.end())
    throw ParameterError("speaks", "a node that speaks `" + speaks + "` does not serve the workload `" + workload +
                                       "`; leave `speaks` out, or write `" + fitting.front() + "`");
  if (workload == "crdt") check_counter(of_workload, speaks);
  if (workload == "register" && share(of_workload, "increments") > 0)
    throw ParameterError("speaks", "`lin-kv` has no increments; leave `increments` out of the workload");
}

StateReports reports(const Params& params) {
  if (params.observe == Duration{} || !can_be_observed(params.words())) return StateReports::nothing;
  const bool counts = params.words() == Speaks::g_counter || params.words() == Speaks::pn_counter;
  return counts ? StateReports::digests : StateReports::writes;
}

std::vector<std::string> processor_time(const Params& params) {
  return names_of_positive({{"service_time", params.service_time}});
}

}  // namespace hearsay::maelstrom
