#include "protocols/plumtree/params.hpp"

namespace hearsay::plumtree {
namespace {

using Table = ParameterTable<Params>;

constexpr auto integer = ValueType::integer;
constexpr auto duration = ValueType::duration;

void declare_membership(Table& t) {
  t.add_choice("bootstrap", &Params::bootstrap, {"standing", "join"},
               "standing: the cluster boots with an overlay that has formed before, in which active views are two or "
               "more random Hamiltonian cycles, and passive views random samples; join: nodes join one after another "
               "at the node with the lowest id. Later joins and restarts go to a random server in both",
               "HyParView, section 5.1");
  t.add("overlay_seed", integer, &Params::overlay_seed, {0, 1e9},
        "which overlay `bootstrap: standing` has; all nodes and all seeds of a scenario have the same");
  t.add("join_within", duration, &Params::join_within, non_negative,
        "with `bootstrap: join`, nodes join at random moments of this time");
  t.add("active_view", integer, &Params::active_view, {2, 1000},
        "most neighbours that a node has a connection with: fan-out + 1", "HyParView, sections 4.1 and 5.1");
  t.add("passive_view", integer, &Params::passive_view, {1, 100'000}, "most nodes that stand by to replace them",
        "HyParView, sections 4.1 and 5.1");
  t.add("arwl", integer, &Params::arwl, {1, 1000}, "active random walk length: hops of a forwarded join",
        "HyParView, sections 4.2 and 5.1");
  t.add("prwl", integer, &Params::prwl, {0, 1000},
        "passive random walk length: the joining node enters the passive view of the node where so many hops are left",
        "HyParView, sections 4.2 and 5.1");
  t.add("shuffle_interval", duration, &Params::shuffle_interval, period,
        "one membership cycle: how often a node exchanges a part of its views",
        "HyParView, section 4.4; the length is ours");
  t.add("shuffle_active", integer, &Params::shuffle_active, {0, 1000}, "ka: nodes of the active view in a shuffle",
        "HyParView, sections 4.4 and 5.1");
  t.add("shuffle_passive", integer, &Params::shuffle_passive, {0, 1000}, "kp: nodes of the passive view in a shuffle",
        "HyParView, sections 4.4 and 5.1");
  t.add("shuffle_ttl", integer, &Params::shuffle_ttl, {1, 1000}, "hops of a shuffle",
        "HyParView, section 4.4; the length is that of a join");
  t.add("neighbour_timeout", duration, &Params::neighbour_timeout, period,
        "a node of the passive view that has not answered after this is given up for the next one");
}

void declare_tree(Table& t) {
  t.add("tree", ValueType::boolean, &Params::tree, any_bounds,
        "true: duplicates prune links until the eager ones are a tree, as Plumtree does; false: every broadcast floods "
        "the active views, as in HyParView's own experiments",
        "Plumtree, section 3.3; HyParView, section 4.5");
  t.add("announce_delay", duration, &Params::announce_delay, non_negative,
        "announcements to lazy neighbours wait this long for others to travel with",
        "Plumtree, section 3.4 (lazy push may be delayed); iroh-gossip: 5ms");
  t.add("missing_timeout", duration, &Params::missing_timeout, period,
        "timeout1: from the first announcement of a broadcast to asking for it",
        "Plumtree, algorithm 2; iroh-gossip: 80ms");
  t.add("graft_timeout", duration, &Params::graft_timeout, period,
        "timeout2: then, to asking the next neighbour that announced it; about one round trip",
        "Plumtree, section 3.6; iroh-gossip: 40ms");
  t.add("optimisation_threshold", integer, &Params::optimisation_threshold, {0, 1e6},
        "a link that announced a broadcast at least so many hops shorter replaces the eager link that delivered it; 0: "
        "never",
        "Plumtree, section 3.8, algorithm 4");
  t.add(
      "exchange", ValueType::boolean, &Params::exchange, any_bounds,
      "two nodes that become neighbours announce all that they hold, so that what a crash, a late join or a partition "
      "cost is repaired; the papers leave that to the application");
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  static const auto table = [] {
    Table t;
    declare_membership(t);
    declare_tree(t);
    return t;
  }();
  return table;
}

void check(const Params& params) {
  if (params.prwl > params.arwl)
    throw ParameterError("prwl", "`prwl` is longer than `arwl`; a walk never has so many hops left");
  if (!params.tree && params.optimisation_threshold > 0)
    throw ParameterError("optimisation_threshold", "`optimisation_threshold` needs `tree: true`");
}

std::vector<std::string> processor_time(const Params&) { return {}; }

}  // namespace hearsay::plumtree
