// Scenarios with one mistake each: where it is found and what is said about it.
#include <catch2/catch.hpp>

#include "tests/scenario/files.hpp"

using namespace hearsay;
using Catch::Contains;

namespace {

struct Malformed {
  const char* text;  // from line 3 on, after a name and a list of protocols; 5 nodes
  int line;
  const char* fragment;
};

const char* const head = "name: wrong\nprotocols: [interceptor-broadcast]\n";

const Malformed top_level[]{
    {"nodez: 5\n", 3, "unknown key `nodez` in the scenario; did you mean `nodes`?"},
    {"nodes: five\n", 3, "`five` is not a number; write a whole number"},
    {"nodes: 0\n", 3, "`0` is too small; `nodes` is at least 1"},
    {"nodes: -3\n", 3, "`nodes` is at least 1"},
    {"nodes: 1000001\n", 3, "`nodes` is at most 1000000"},
    {"nodes: 99999999999999999999\n", 3, "is too large a number"},
    {"nodes: 5.5\n", 3, "`5.5` is not a whole number"},
    {"nodes: 0x10\n", 3, "is not a number"},
    {"nodes: \"5\"\n", 3, "the quotes make `5` a text"},
    {"nodes: [5]\n", 3, "`nodes` cannot be a list; write a whole number"},
    {"nodes:\n", 3, "`nodes` has no value"},
    {"duration: 60\n", 3, "`60` has no unit; write a duration such as"},
    {"duration: 0s\n", 3, "`duration` is at least 1ns"},
    {"duration: -5s\n", 3, "is negative"},
    {"duration: 2000h\n", 3, "`duration` is at most 3600000s"},
    {"duration: 5sec\n", 3, "unknown unit `sec`"},
    {"duration: nan\n", 3, "`nan` is not a duration"},
    {"duration: 99999999999999h\n", 3, "is too long"},
    {"settle: 5 s\n", 3, "has a space before the unit"},
    {"seed: -1\n", 3, "`seed` is at least 0"},
    {"seed: 1\nseeds: 1..3\n", 4, "both `seed` and `seeds` are given"},
    {"seeds: 5..1\n", 3, "runs backwards"},
    {"seeds: 1..1000000000000\n", 3, "too long a range; at most 1000000 seeds"},
    {"seeds: [1, 1]\n", 3, "seed 1 is named twice"},
    {"seeds: []\n", 3, "the list of seeds is empty"},
    {"nodes: 3\nnodes: 4\n", 4, "the key `nodes` is given twice"},
    {"? [a, b]\n: 3\n", 3, "stands where a key should; write `key: value`"},
    {"nodes: !!int 5\n", 3, "have no meaning in a scenario"},
    {"nodes: [1, 2\n", 4, "not valid YAML"},
    {"\tnodes: 5\n", 3, "not valid YAML"},
    {"---\nname: second\n", 3, "one file holds one YAML document"},
    {"nodes: *nowhere\n", 3, "not valid YAML"},
};

const Malformed platforms[]{
    {"platform: lan\n", 3, "`platform` cannot be the value `lan`; write `{file: PATH}`"},
    {"platform: {file: nowhere.xml}\n", 3, "the platform `nowhere.xml` does not exist"},
    {"platform: {file: .}\n", 3, "is not a file"},
    {"platform: {file: []}\n", 3, "`file` is a list"},
    {"platform: {star: {latency: 1ms}, uniform: {latency: {min: 1ms, max: 2ms}}}\n", 3, "a scenario has one platform"},
    {"platform: {star: {latencies: 1ms}}\n", 3, "did you mean `latency`?"},
    {"platform: {star: {bandwidth: 1GB}}\n", 3, "unknown unit `GB`; the units are bps kbps Mbps Gbps"},
    {"platform: {star: {bandwidth: 0bps}}\n", 3, "`bandwidth` is at least 1bps"},
    {"platform: {uniform: {latency: {min: 2ms, max: 1ms}}}\n", 3, "`max` is less than `min`"},
    {"platform: {uniform: {latency: {min: 2ms}}}\n", 3, "`uniform` lacks `latency.max`"},
    {"platform: {uniform: {latency: 2ms}}\n", 3,
     "`latency` cannot be the value `2ms`; write a map with keys from: min, max"},
    {"platform: {placement: paked}\n", 3, "did you mean `packed`?"},
    {"platform: {placement: {zones: {eu: 2, us: 2}}}\n", 3, "the zones hold 4 nodes but the cluster has 5"},
    {"platform: {placement: {zones: {eu: none}}}\n", 3, "`none` is not a number"},
    {"platform: {star: {latency: 1ms}, placement: {zones: {eu: 5}}}\n", 3, "a generated platform has no zones"},
    {"platform: {placement: {zones: {eu: 5}}}\n", 3, "a generated platform has no zones"},
    {"platform: {placement: {}}\n", 3, "exactly one key, not 0"},
    {"platform: {placement: {zones: {eu: 5}, hosts: [a]}}\n", 3, "exactly one key, not 2"},
    {"platform: {placement: {zones: {}}}\n", 3, "`zones` needs a number of nodes"},
    {"topology: rign\n", 3, "unknown topology `rign`; did you mean `ring`?"},
    {"topology: tree\n", 3, "topology `tree` lacks `degree`"},
    {"topology: {k-regular: 3}\n", 3, "odd degree"},
    {"topology: {k-regular: 5}\n", 3, "the degree is too large"},
    {"topology: {random: 9}\n", 3, "too many neighbours"},
    {"topology: {small-world: {k: 3}}\n", 3, "an odd number of ring neighbours"},
    {"topology: {tree: 2, random: 2}\n", 3, "exactly one key, not 2"},
    {"topology: {edges: [[0, 7]]}\n", 3, "there is no node `7`; the 5 nodes are 0..4"},
    {"topology: {edges: [[0, 1, 2]]}\n", 3, "an edge is a pair of nodes"},
    {"topology: {edges: [[0, 0]]}\n", 3, "joins a node to itself"},
    {"topology: []\n", 3, "`topology` cannot be a list"},
    {"engine: {dispatch: threads}\n", 3, "`threads` is no choice for `dispatch`; the choices are: actor, inline"},
    {"engine: actor\n", 3, "`engine` cannot be the value `actor`; write a map"},
    {"engine: {dispatch: inline, message_cpu: 1ms}\n", 3, "`dispatch: inline` does not model processor time"},
    {"engine:\n  sync_latency:\n    - {nodes: 1}\n", 5, "lacks `latency`"},
    {"engine:\n  sync_latency:\n    - {nodes: 9, latency: 1ms}\n", 5, "there is no node 9"},
    {"engine: {sync: async}\n", 3, "the choices are: blocking, concurrent"},
    {"platform: {star: {}, placement: {hosts: [a]}}\n", 3, "the hosts of a generated platform are all alike"},
    {"platform: {file: lan.xml, placement: {hosts: []}}\n", 3, "`hosts` needs the hosts"},
};

const Malformed networks[]{
    {"network: {modell: flow}\n", 3, "did you mean `model`?"},
    {"network: {model: flows}\n", 3, "did you mean `flow`?"},
    {"network: {fifo: yes}\n", 3, "`yes` is not a truth value; write `true` or `false`"},
    {"network: {loss: 110%}\n", 3, "a share lies between 0% and 100%"},
    {"network: {loss: 10}\n", 3, "did you mean `10%`?"},
    {"network: {loss: {rat: 10%}}\n", 3, "did you mean `rate`?"},
    {"network: {crash: {nodes: all}}\n", 3, "unknown key `crash` in `network`"},
    {"network:\n  latency: {poisson: {mean: 5ms}}\n", 4, "unknown distribution `poisson`"},
    {"network:\n  latency: {uniform: {min: 5ms, max: 1ms}}\n", 4, "`max` is less than `min`"},
    {"network:\n  latency: {normal: {mean: 5ms}}\n", 4, "`normal` lacks `stddev`"},
    {"network: {latency: [5ms]}\n", 3, "`latency` cannot be a list"},
    {"network: {stream: {min_rto: 2s, max_rto: 1s}}\n", 3, "`max_rto` is less than `min_rto`"},
};

const Malformed faults[]{
    {"faults: {at: 5s}\n", 3, "`faults` is a map; write a list"},
    {"faults:\n  - crash\n", 4, "the fault cannot be the value `crash`"},
    {"faults:\n  - {at: 5s}\n", 4, "the fault has no verb; add one of: partition"},
    {"faults:\n  - {crash: {nodes: 1}}\n", 4, "the fault lacks `at`"},
    {"faults:\n  - {at: 5s, crsh: {nodes: 1}}\n", 4, "did you mean `crash`?"},
    {"faults:\n  - {at: 5s, crash: {nodes: 1}, pause: {nodes: 2}}\n", 4, "two verbs, `crash` and `pause`"},
    {"faults:\n  - {at: 5s, for: -1s, crash: {nodes: 1}}\n", 4, "is negative"},
    {"faults:\n  - {at: 5s, for: 0s, crash: {nodes: 1}}\n", 4, "`for` is at least 1ns"},
    {"faults:\n  - {at: 5s, for: 1s, until: 9s, crash: {nodes: 1}}\n", 4, "both `for` and `until`"},
    {"faults:\n  - {at: 5s, until: 5s, crash: {nodes: 1}}\n", 4, "the fault ends before it begins"},
    {"faults:\n  - {at: 90s, crash: {nodes: 1}}\n", 4, "begins when the run is over"},
    {"faults:\n  - {at: 5s, for: 5s, every: 2s, crash: {nodes: 1}}\n", 4, "fires again before it has ended"},
    {"faults:\n  - {at: 5s, times: 3, crash: {nodes: 1}}\n", 4, "add `every: 10s`"},
    {"faults:\n  - {at: 5s, every: 0s, crash: {nodes: 1}}\n", 4, "`every` is at least 1us"},
    {"faults:\n  - {at: 5s, every: 1us, crash: {nodes: 1}}\n", 4, "would fire 55000000 times"},
    {"faults:\n  - {at: 5s, every: 5s, times: 0, crash: {nodes: 1}}\n", 4, "`times` is at least 1"},
    {"faults:\n  - at: 5s\n    crash: {nodes: 5}\n", 5, "there is no node 5; the 5 nodes are 0..4"},
    {"faults:\n  - {at: 5s, crash: {}}\n", 4, "`crash` lacks `nodes`"},
    {"faults:\n  - {at: 5s, crash: 9}\n", 4, "there is no node 9"},
    {"faults:\n  - {at: 5s, crash: {nodes: []}}\n", 4, "the list of nodes is empty"},
    {"faults:\n  - {at: 5s, crash: {nodes: some}}\n", 4, "names no nodes; write `all`, `7`"},
    {"faults:\n  - {at: 5s, crash: {nodes: [0, 3..1]}}\n", 4, "runs backwards"},
    {"faults:\n  - {at: 5s, crash: {nodes: 1..1000000000000}}\n", 4, "too long a range"},
    {"faults:\n  - {at: 5s, crash: {nodes: {random: 9}}}\n", 4, "`9` is more than there are"},
    {"faults:\n  - {at: 5s, crash: {nodes: {random: 0}}}\n", 4, "names no nodes"},
    {"faults:\n  - {at: 5s, crash: {nodes: {random: 150%}}}\n", 4, "is out of range"},
    {"faults:\n  - {at: 5s, crash: {nodes: {zone: eu}}}\n", 4, "there is no zone `eu`; name zones"},
    {"faults:\n  - {at: 5s, crash: {nodes: {not: all}}}\n", 4, "`{not: all}` names no nodes"},
    {"faults:\n  - {at: 5s, crash: {nodes: {rndom: 2}}}\n", 4, "did you mean `random`?"},
    {"faults:\n  - {at: 5s, crash: {nodes: {random: 1, zone: eu}}}\n", 4, "exactly one key"},
    {"faults:\n  - {at: 5s, crash: {nodes: 1, disk: gone}}\n", 4, "the choices are: kept"},
    {"faults:\n  - {at: 5s, partition: {groups: [[0..2], [2..4]]}}\n", 4, "2"},
    {"faults:\n  - {at: 5s, partition: {kind: halvs}}\n", 4, "did you mean `halves`?"},
    {"faults:\n  - {at: 5s, partition: {groups: 0..2}}\n", 4, "a list of node selectors"},
    {"faults:\n  - {at: 5s, loss: {burst: 3}}\n", 4, "`burst` cannot be the value `3`; write a map"},
    {"faults:\n  - {at: 5s, loss: {burst.good_to_bad: 1%}}\n", 4, "nest it: `burst: {good_to_bad: ...}`"},
    {"faults:\n  - {at: 5s, bandwidth: {limit: fast}}\n", 4, "is not a bandwidth"},
    {"faults:\n  - ~\n", 4, "the fault is empty"},
    {"faults:\n  - {at: 5s, loss: {rate: 10%, kinds: [ak]}}\n", 4,
     "none of the protocols has messages of the kind `ak`"},
    {"faults:\n  - {at: 5s, loss: {rate: 10%, kinds: []}}\n", 4, "the list of kinds is empty"},
    {"faults:\n  - {at: 5s, loss: {rate: 10%, transport: tcp}}\n", 4, "the choices are: datagram, stream"},
    {"faults:\n  - {at: 5s, loss: {rate: 10%, from: 0, between: [[0], [1]]}}\n", 4, "keep one way to name the pairs"},
    {"faults:\n  - {at: 5s, delay: {add: 1s, between: [[0], [1], [2]]}}\n", 4,
     "`between` names 3 sets of nodes; write two"},
    {"faults:\n  - {at: 5s, partition: {clients: all, kinds: [data]}}\n", 4,
     "clients send no messages of the protocol"},
    {"faults:\n  - {at: 5s, partition: {kind: halves, nodes: [1]}}\n", 4, "says whom `kind: swizzle` cuts off"},
    {"faults:\n  - {at: 5s, partition: {kind: swizzle}}\n", 4, "add `stagger: 1s`"},
    {"faults:\n  - {at: 5s, stagger: 1s, loss: 10%}\n", 4, "the nodes of `loss` do not take turns"},
    {"faults:\n  - {at: 5s, stagger: 1s, partition: {kind: halves}}\n", 4, "do not take turns"},
    {"faults:\n  - {at: 5s, disk: {nodes: 1}}\n", 4, "exactly one of `stall: true`, `latency` and `factor`"},
    {"faults:\n  - {at: 5s, disk: {nodes: 1, stall: false}}\n", 4, "`stall: false` does nothing"},
    {"faults:\n  - {at: 5s, disk: {nodes: 1, factor: 0.5}}\n", 4, "`factor` is at least 1"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, session: 0s}}\n", 4, "is too small"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, session: often}}\n", 4, "is not a duration"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, session: {exponental: {mean: 1s}}}}\n", 4,
     "did you mean `exponential`?"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, session: {pareto: {min: 1s}}}}\n", 4, "lacks `shape`"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, session: {uniform: {min: 2s, max: 1s}}}}\n", 4,
     "`max` is less than `min`"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, session: {list: []}}}\n", 4, "at least one length of time"},
    {"faults:\n  - {at: 5s, churn: {nodes: all, by: leave, disk: lost}}\n", 4, "with `by: crash` only"},
};

const Malformed workloads_and_results[]{
    {"workload: {kind: brodcast}\n", 3, "unknown workload `brodcast`; did you mean `broadcast`?"},
    {"workload: broadcast\n", 3, "`workload` cannot be the value `broadcast`"},
    {"workload: {rate: 20}\n", 3, "`20` has no unit; write a rate such as `50/s`"},
    {"workload: {rate: 0/s}\n", 3, "a rate above 0"},
    {"workload: {start: 5s, stop: 5s}\n", 3, "the workload stops before it starts"},
    {"workload: {start: 60s}\n", 3, "the workload starts after the end of the run"},
    {"workload: {operations: 100000}\n", 3, "do not fit into the run"},
    {"workload: {stop: 20s, final_reads: 40s}\n", 3, "the final reads are not answered before the run is over"},
    {"workload: {size: 64}\n", 3, "has no unit"},
    {"workload: {targets: 9}\n", 3, "there is no node 9"},
    {"workload: {reads: half}\n", 3, "`half` is not a share"},
    {"workload: {keys: 5}\n", 3, "unknown key `keys` in `workload`"},
    {"workload: []\n", 3, "the list of workloads is empty"},
    {"workload:\n  - {rate: 1/s}\n  - {kind: nothing}\n", 5, "unknown workload `nothing`"},
    {"workload: {script: []}\n", 3, "`script` needs a list of steps"},
    {"workload:\n  rate: 5/s\n  script:\n    - {at: 1s, node: 0, write: true}\n", 4, "a script draws none"},
    {"workload:\n  targets: 0\n  script:\n    - {at: 1s, node: 0, write: true}\n", 4, "with `final_reads` only"},
    {"workload:\n  script:\n    - {at: 1s, node: 0}\n", 5, "the step does nothing; add one of: write, read"},
    {"workload:\n  script:\n    - {at: 1s, node: 0, wrte: true}\n", 5, "did you mean `write`?"},
    {"workload:\n  script:\n    - {at: 1s, node: 0, write: true, read: true}\n", 5, "the step does two things"},
    {"workload:\n  script:\n    - {at: 1s, node: 0, read: 5}\n", 5, "`read` cannot be"},
    {"workload:\n  script:\n    - {at: 1s, node: 5, read: true}\n", 5, "there is no node 5; the 5 nodes are 0..4"},
    {"workload:\n  script:\n    - {at: 90s, node: 0, read: true}\n", 5, "the run is over by then"},
    {"workload:\n  script:\n    - {node: 0, read: true}\n", 5, "lacks `at`"},
    {"expect: true\n", 3, "`expect` cannot be the value `true`"},
    {"expect: {convergence_time_s: {max: 2s}}\n", 3, "write a number without a unit"},
    {"expect: {convergence_time_s: {maximum: 2}}\n", 3, "the keys are: min, max"},
    {"expect: {convergence_time_s: {min: 3, max: 2}}\n", 3, "`min` is more than `max`"},
    {"expect: {convergd: true}\n", 3, "a result has no field `convergd`; did you mean `converged`?"},
    {"expect: {converged: [true]}\n", 3, "cannot be a list"},
    {"expect: {converged: True}\n", 3, "`converged` cannot be `True`; write `true` or `false`"},
    {"expect: {converged: \"true\"}\n", 3, "`converged` cannot be `\"true\"`; write `true` or `false`"},
    {"expect: {converged: {min: 1}}\n", 3, "`converged` cannot be between bounds"},
    {"expect: {nodes: null}\n", 3, "`nodes` cannot be empty or null, since every run has it"},
    {"expect: {lost_writes: many}\n", 3, "`lost_writes` cannot be `many`; write a whole number, 0 or more"},
    {"expect: {lost_writes: \"< 2\"}\n", 3, "`lost_writes` cannot be `\"< 2\"`"},
    {"expect: {lost_writes: 0.5}\n", 3, "`lost_writes` cannot be `0.5`"},
    {"expect: {lost_writes: true}\n", 3, "`lost_writes` cannot be `true`"},
    {"expect: {lost_writes: {max: -1}}\n", 3, "no value of `lost_writes` satisfies `max: -1`"},
    {"expect: {residue: 2}\n", 3, "`residue` cannot be `2`; write a share from 0 to 1"},
    {"expect: {residue: {min: 101%}}\n", 3, "no value of `residue` satisfies `min: 101%`"},
    {"expect: {messages.perop: 1}\n", 3, "`messages` has no field `perop`; did you mean `per_op`?"},
    {"expect: {messages: 1}\n", 3, "`messages` is a group of fields; name one of them, such as `messages.sent`"},
    {"expect: {operations.writes.acknowleged: 1}\n", 3, "did you mean `acknowledged`?"},
    {"expect: {faults.0.stoped: 1}\n", 3, "`faults.0` has no field `stoped`; did you mean `stopped`?"},
    {"expect: {recovery.reconverged_s: 1}\n", 3,
     "`recovery` is a list; write the number of an entry, from 0, as in `recovery.0.overtaken`"},
    {"expect: {protocol_metrics.duplicats: 1}\n", 3, "`protocol_metrics` has no field `duplicats`"},
    {"expect: {messages.by_type.packet.sent: 1}\n", 3, "`messages.by_type` has no field `packet`"},
    {"expect: {params.retrys: 1}\n", 3, "did you mean `retries`?"},
    {"expect: {case.nodes: 1}\n", 3, "`case` has no field `nodes`"},
    {"expect: {series.t: 1}\n", 3, "`series.t` is a list"},
    {"expect: {verdict: pass}\n", 3, "`verdict` follows from the expectations"},
    {"expect: {label: {max: 3}}\n", 3, "`label` cannot be between bounds"},
    {"expect: {nodes: }\n", 3, "cannot be empty or null"},
    {"matrix: [nodes]\n", 3, "`matrix` is a list"},
    {"matrix: {nodes: []}\n", 3, "an empty list; give a list of values"},
    {"matrix: {nodes: 5}\n", 3, "`nodes` in the matrix is the value `5`"},
    {"matrix:\n  nodez: [5, 6]\n", 4, "did you mean `nodes`?"},
    {"matrix:\n  nodes: [5, -1]\n", 4, "`nodes` is at least 1"},
    {"matrix:\n  seeds: [1..3]\n", 4, "the matrix cannot vary `seeds`"},
    {"matrix:\n  params.dedup_cach: [lru]\n", 4, "did you mean `dedup_cache`?"},
    {"matrix:\n  faults.0.at: [5s]\n", 4, ""},
    {"params: {dedup_cache: lru}\n", 3, "unknown key `params`"},
};

struct Whole {
  const char* text;
  int line;
  const char* fragment;
};

const Whole whole_files[]{
    {"protocols: [interceptor-broadcast]\n", 1, "the scenario lacks `name`"},
    {"name: x\n", 1, "the scenario lacks `protocols`"},
    {"name: x y\nprotocols: [interceptor-broadcast]\n", 1, "use letters, digits and '-' only"},
    {"name: x\nprotocols: interceptor-broadcast\n", 2, "list them by name"},
    {"name: x\nprotocols: []\n", 2, "the list of protocols is empty"},
    {"name: x\nprotocols: [interceptor-brodcast]\n", 2, "did you mean `interceptor-broadcast`?"},
    {"name: x\nprotocols: [interceptor-broadcast, interceptor-broadcast]\n", 2, "give this one a `label` of its own"},
    {"name: x\nprotocols:\n  - {nam: interceptor-broadcast}\n", 3, "did you mean `name`?"},
    {"name: x\nprotocols:\n  - name: interceptor-broadcast\n    params: {dedup_cach: lru}\n", 4,
     "did you mean `dedup_cache`?"},
    {"name: x\nprotocols:\n  - name: interceptor-broadcast\n    params: {dedup_cache: lruu}\n", 4,
     "did you mean `lru`?"},
    {"name: x\nprotocols:\n  - name: interceptor-broadcast\n    label: \"\"\n", 4, "is no label"},
    {"name: x\nprotocols:\n  - name: interceptor-broadcast\n    expect: {converged: {}}\n", 4, "has no bound"},
    {"name: x\nprotocols:\n  - [interceptor-broadcast]\n", 3, "the protocol's entry cannot be a list"},
    {"- name: x\n", 1, "a scenario is a map"},
    {"just text\n", 1, "a scenario is a map"},
    {"", 1, "the file is empty"},
    {"# only a comment\n", 1, "the file is empty"},
    {"---\n...\n", 1, "the file is empty"},
    {"name: x\nprotocols: &p [*p]\n", 2, "a value cannot contain itself"},
    {"name: x\n}\n", 2, ""},
};

template <class Table>
void check_table(const Table& table, const std::string& before) {
  for (const auto& [text, line, fragment] : table) {
    INFO(before << text);
    const auto mistakes = mistakes_in(before + text);
    REQUIRE(!mistakes.empty());
    std::string all;
    for (const auto& mistake : mistakes) all += mistake.text() + "\n";
    INFO(all);
    CHECK(mistakes.front().line == line);
    CHECK(mistakes.front().column >= 1);
    CHECK_THAT(mistakes.front().message, Contains(fragment));
    CHECK(mistakes.size() == 1);
  }
}

}  // namespace

TEST_CASE("a mistake at the top level is found where it is") { check_table(top_level, head); }
TEST_CASE("a mistake in platform, topology or engine is found where it is") { check_table(platforms, head); }
TEST_CASE("a mistake in the network is found where it is") { check_table(networks, head); }
TEST_CASE("a mistake in a fault is found where it is") { check_table(faults, head); }
TEST_CASE("a mistake in workload, expectations or matrix is found where it is") {
  check_table(workloads_and_results, head);
}
TEST_CASE("a file that is wrong as a whole is refused") { check_table(whole_files, ""); }

TEST_CASE("every mistake of a file is found, in order of place") {
  const auto mistakes = mistakes_in(
      "name: a b\nprotocols: [nope]\nnodes: x\nnetwork: {loss: 200%}\n"
      "faults:\n  - {at: 5, crash: {nodes: 3}}\n  - {at: 5s, pause: {node: 3}}\n");
  std::vector<int> lines;
  for (const auto& mistake : mistakes) lines.push_back(mistake.line);
  CHECK(lines == std::vector<int>{1, 2, 3, 4, 6, 7});
}

TEST_CASE("a mistake names its file, line and column") {
  const Folder folder;
  const std::string file = folder.write("a.yaml", "name: x\nprotocols: [interceptor-broadcast]\nnodes:   many\n");
  const auto mistakes = mistakes_of(file);
  REQUIRE(mistakes.size() == 1);
  CHECK_THAT(mistakes[0].text(), Catch::StartsWith(file + ":3:10: `many` is not a number"));
}
