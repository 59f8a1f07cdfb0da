#include "sim/scenario/sections.hpp"

#include "sim/faults/fault.hpp"
#include "sim/scenario/values.hpp"

namespace hearsay {
namespace {

constexpr double nanosecond = 1e-9;
constexpr Bounds positive_time{nanosecond, duration_bounds.maximum};
constexpr Bounds any_time{0, duration_bounds.maximum};
constexpr Bounds bandwidths = bandwidth_bounds;
constexpr Bounds speeds{1, 1e18};

Parameter declare(std::string name, ValueType type, Bounds bounds, std::string meaning) {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.type = type;
  parameter.required = true;
  parameter.minimum = bounds.minimum;
  parameter.maximum = bounds.maximum;
  limit_to_type(parameter);
  parameter.meaning = std::move(meaning);
  return parameter;
}

}  // namespace

const ParameterTable<Scenario>& root_table() {
  static const auto table =
      ParameterTable<Scenario>()
          .add("name", ValueType::text, &Scenario::name, any_bounds, "name of the scenario: letters, digits and '-'")
          .required()
          .add("description", ValueType::text, &Scenario::description, any_bounds, "what the scenario is about")
          .add("duration", ValueType::duration, &Scenario::duration, positive_time, "maximum simulated time")
          .add(
              "settle", ValueType::duration, &Scenario::settle, any_time,
              "the run ends early once the workload and the faults are over and the state has been equal for this long")
          .add("nodes", ValueType::integer, &Scenario::nodes, {1, most_scenario_nodes}, "number of replicas");
  return table;
}

const ParameterTable<Network>& network_table() {
  static const auto table =
      ParameterTable<Network>()
          .add_choice("model", &Network::model, {"latency", "flow"},
                      "latency: each message takes route latency plus size by bandwidth, without contention; flow: "
                      "SimGrid's flow-level model with contention")
          .add("fifo", ValueType::boolean, &Network::fifo, any_bounds,
               "true: messages between two nodes never overtake each other")
          .add("mtu", ValueType::size, &Network::mtu, {576, 65535},
               "largest IP packet: streams cut messages into segments that fit, a larger datagram travels in fragments "
               "and is lost with any of them",
               "RFC 791, RFC 9293");
  return table;
}

const ParameterTable<StreamSettings>& stream_table() {
  static const auto table =
      ParameterTable<StreamSettings>()
          .add("min_rto", ValueType::duration, &StreamSettings::min_rto, positive_time,
               "shortest retransmission timeout of a stream connection", "RFC 6298; Linux TCP_RTO_MIN")
          .add("max_rto", ValueType::duration, &StreamSettings::max_rto, positive_time,
               "longest retransmission timeout of a stream connection", "RFC 6298, 2.5")
          .add("dial_rto", ValueType::duration, &StreamSettings::dial_rto, positive_time,
               "first retransmission timeout of a connection attempt", "RFC 6298, 2.1")
          .add("limit", ValueType::duration, &StreamSettings::limit, positive_time,
               "a dial or a connection without progress for this long fails")
          .add_choice("congestion", &StreamSettings::congestion, {"cubic", "reno", "none"},
                      "how many segments of a connection travel at once: by the window of CUBIC or of Reno, or without "
                      "bound",
                      "RFC 9438, RFC 5681");
  return table;
}

const ParameterTable<Engine>& engine_table() {
  static const auto table =
      ParameterTable<Engine>()
          .add_choice("dispatch", &Engine::dispatch, {"actor", "inline"},
                      "actor: each replica an S4U actor woken for its messages; inline: handlers run straight from the "
                      "event queue, with the same results and faster on large clusters")
          .add("sync_latency", ValueType::duration, &Engine::sync_latency, any_time,
               "what a sync of the disk costs; or, by node, a list of `{nodes: SELECTOR, latency: DURATION}` of which "
               "the last that names a node counts")
          .add_choice("sync", &Engine::sync, {"blocking", "concurrent"},
                      "blocking: a node that syncs handles nothing else until it is done; concurrent: it goes on, and "
                      "what its handler does after the sync waits")
          .add("message_cpu", ValueType::duration, &Engine::message_cpu, any_time,
               "processor time that each message from another node costs its receiver before it is handled, on a core "
               "of 1 Gflop/s; added to what the protocol spends")
          .add("max_in_flight", ValueType::integer, &Engine::max_in_flight, {1, 1e12},
               "maximum number of messages in flight: a run with more ends with an error before a message storm "
               "exhausts the machine's memory (each takes some hundred bytes)");
  return table;
}

const ParameterTable<Platform>& star_table() {
  static const auto table =
      ParameterTable<Platform>()
          .add("latency", ValueType::duration, &Platform::latency, any_time, "one way between any two nodes")
          .add("bandwidth", ValueType::bandwidth, &Platform::bandwidth, bandwidths, "of each node's link")
          .add("speed", ValueType::number, &Platform::speed, speeds, "of each host, in flop/s");
  return table;
}

const ParameterTable<Platform>& uniform_table() {
  static const auto table =
      ParameterTable<Platform>()
          .add("latency.min", ValueType::duration, &Platform::min_latency, any_time, "shortest one-way latency")
          .required()
          .add("latency.max", ValueType::duration, &Platform::max_latency, any_time, "longest one-way latency")
          .required()
          .add("bandwidth", ValueType::bandwidth, &Platform::bandwidth, bandwidths, "of each node's link")
          .add("speed", ValueType::number, &Platform::speed, speeds, "of each host, in flop/s");
  return table;
}

const ParameterTable<Platform>& file_table() {
  static const auto table = ParameterTable<Platform>().add(
      "file", ValueType::text, &Platform::file, any_bounds,
      "a SimGrid platform: a path relative to the scenario's folder, or the name of one that ships (`list platforms`); "
      "nodes are placed on its hosts in file order");
  return table;
}

const ParameterTable<FaultTiming>& timing_table() {
  static const auto table =
      ParameterTable<FaultTiming>()
          .add("at", ValueType::duration, &FaultTiming::at, any_time, "when it begins, for example `at: 5s`")
          .required()
          .add("for", ValueType::duration, &FaultTiming::lasts, positive_time,
               "how long it lasts; without `for` and `until` to the end of the run")
          .add("until", ValueType::duration, &FaultTiming::until, positive_time, "when it ends, instead of `for`")
          .add("every", ValueType::duration, &FaultTiming::every, period, "repeats it with this period")
          .add("times", ValueType::integer, &FaultTiming::times, {1, 100'000},
               "with `every`: total number of firings; default: repeats to the end of the run")
          .add("stagger", ValueType::duration, &FaultTiming::stagger, any_time,
               "the nodes take turns, this long apart, each for as long as `for` says: a rolling restart; 0s: all at "
               "once");
  return table;
}

const ParameterTable<HuntSettings>& hunt_table() {
  static const auto table = [] {
    std::vector<std::string> verbs;
    for (const FaultInfo& verb : fault_verbs()) verbs.push_back(verb.name);
    ParameterTable<HuntSettings> t;
    t.add("verbs", ValueType::text_list, &HuntSettings::verbs, any_bounds,
          "fault verbs that trials use; empty: all that the scenario's platform allows")
        .one_of(verbs);
    t.add("faults", ValueType::integer, &HuntSettings::faults, {1, 100},
          "entries of `faults` that a trial adds at most");
    t.add("window", ValueType::duration, &HuntSettings::window, any_time,
          "clients and faults of a trial are over by then; 0s: 5 s or 20 s, drawn for each trial");
    t.add("shortest", ValueType::duration, &HuntSettings::shortest, {1e-6, duration_bounds.maximum},
          "a fault lasts at least this long");
    t.add("longest", ValueType::duration, &HuntSettings::longest, {1e-6, duration_bounds.maximum},
          "a fault lasts at most this long");
    t.add(
        "quiet", ValueType::duration, &HuntSettings::quiet, any_time,
        "simulated time after the window, in which nothing breaks; 0s: what the protocol's promises ask for, at least "
        "10 s");
    t.add("vary", ValueType::text_list, &HuntSettings::vary, any_bounds,
          "what trials change beside the faults; `parameters` are those of the protocol, which decide what it promises")
        .one_of({"nodes", "topology", "network", "workload", "parameters"});
    return t;
  }();
  return table;
}

std::span<const DelayForm> delay_forms() {
  static const std::vector<DelayForm> forms{
      {"uniform",
       Delay::Kind::uniform,
       {declare("min", ValueType::duration, any_time, "shortest latency"),
        declare("max", ValueType::duration, any_time, "longest latency")},
       "equally likely between min and max"},
      {"normal",
       Delay::Kind::normal,
       {declare("mean", ValueType::duration, any_time, "mean latency"),
        declare("stddev", ValueType::duration, any_time, "standard deviation")},
       "normally distributed, cut off at zero"},
      {"exponential",
       Delay::Kind::exponential,
       {declare("mean", ValueType::duration, any_time, "mean latency")},
       "exponentially distributed"},
  };
  return forms;
}

const Parameter& constant_latency() {
  static const Parameter parameter = declare("latency", ValueType::duration, any_time, "constant latency");
  return parameter;
}

std::span<const LawOfTime> laws_of_time() {
  const auto length = [](std::string name, std::string meaning) {
    Parameter parameter = declare(std::move(name), ValueType::duration, positive_time, std::move(meaning));
    parameter.minimum = length_of_time().minimum;
    return parameter;
  };
  static const std::vector<LawOfTime> laws{
      {"uniform",
       TimeLaw::Kind::uniform,
       {length("min", "shortest"), length("max", "longest")},
       "equally likely between min and max"},
      {"exponential", TimeLaw::Kind::exponential, {length("mean", "mean")}, "exponentially distributed"},
      {"pareto",
       TimeLaw::Kind::pareto,
       {length("min", "shortest"),
        declare("shape", ValueType::number, {0.1, 100}, "longer than x with probability (min/x)^shape")},
       "many short ones and a few that are very long"},
  };
  return laws;
}

const Parameter& length_of_time() {
  static const Parameter parameter =
      declare("length", ValueType::duration, {1e-3, 1e300}, "a length of time, at least 1 ms");
  return parameter;
}

const ParameterTable<SyncLatency>& sync_latency_table() {
  static const auto table =
      ParameterTable<SyncLatency>()
          .add("nodes", ValueType::selector, &SyncLatency::nodes, any_bounds, "whose disks")
          .required()
          .add("latency", ValueType::duration, &SyncLatency::latency, any_time, "what a sync costs them")
          .required();
  return table;
}

const ParameterTable<EntryNames>& entry_table() {
  static const auto table =
      ParameterTable<EntryNames>()
          .add("name", ValueType::text, &EntryNames::name, any_bounds, "a protocol of `hearsay list protocols`")
          .required()
          .add("label", ValueType::text, &EntryNames::label, any_bounds,
               "name of this entry in tables; default: the protocol's name");
  return table;
}

const ParameterTable<ScriptStep>& step_table() {
  static const auto table =
      ParameterTable<ScriptStep>()
          .add("at", ValueType::duration, &ScriptStep::at, any_time, "when the client asks")
          .required()
          .add("node", ValueType::integer, &ScriptStep::node, {0, most_scenario_nodes - 1}, "the node that it asks")
          .required()
          .add("key", ValueType::text, &ScriptStep::key, any_bounds,
               "the key that it asks for; without it the workload's first, or what its kind makes")
          .add("client", ValueType::integer, &ScriptStep::client, {0, 1e6},
               "number of the client's session; default: the node's number, one session per node")
          .add("size", ValueType::size, &ScriptStep::size, {0, 1e9},
               "payload of a write; default: the workload's `size`");
  return table;
}

std::vector<std::string> words_of(const WorkloadInfo& info) {
  std::vector<std::string> words;
  for (const ScriptWord& word : info.words) words.push_back(word.word);
  return words;
}

const Parameter& seed_parameter() {
  static const Parameter parameter = declare("seed", ValueType::integer, non_negative, "seed of every random draw");
  return parameter;
}

const Parameter& zone_parameter() {
  static const Parameter parameter =
      declare("zone", ValueType::integer, {1, most_scenario_nodes}, "number of nodes in this zone");
  return parameter;
}

std::span<const KeyMeaning> section_meanings() {
  static const std::vector<KeyMeaning> meanings{
      {"seed", "seed of every random draw"},
      {"seeds", "seeds, one run each: `1..10`, `7`, or a list of these"},
      {"platform", "hosts and routes: a SimGrid platform file or a generated star or uniform network"},
      {"topology", "overlay neighbours of the nodes"},
      {"network", "how messages travel, and background conditions for the whole run"},
      {"engine", "how the simulator runs handlers"},
      {"plugins", "shared objects that bring protocols of their own: paths, relative to this file's folder"},
      {"protocols", "the protocols to compare"},
      {"workload", "what clients do and when"},
      {"faults", "what breaks and when"},
      {"expect", "bounds on fields of the result; a run that breaks one fails"},
      {"hunt", "what `hearsay hunt` may try on this scenario; `run` ignores it"},
      {"matrix", "lists of values by dotted path; every combination is a case"},
  };
  return meanings;
}

}  // namespace hearsay
