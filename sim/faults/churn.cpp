// The verb `churn`: each node by itself lives for a session, is away for an absence, lives again, and so on.
#include <set>

#include "sim/faults/node_fault.hpp"

namespace hearsay {
namespace {

enum class Going : std::uint8_t { crash, kill, leave };
const std::vector<std::string> ways_to_go{"crash", "kill", "leave"};
const std::vector<std::string> disk_words{"kept", "unsynced-lost", "lost"};

TimeLaw exponential(Duration mean) {
  TimeLaw d;
  d.kind = TimeLaw::Kind::exponential;
  d.a = mean;
  return d;
}

struct ChurnFields {
  Selector nodes;
  TimeLaw session = exponential(std::chrono::minutes(1));
  TimeLaw absence = exponential(std::chrono::seconds(10));
  Going by = Going::crash;
  DiskMode disk = DiskMode::kept;
};

const ParameterTable<ChurnFields>& churn_table() {
  static constexpr Bounds lengths{1e-3, 3.6e6};
  static const auto built = [] {
    ParameterTable<ChurnFields> t;
    t.add("nodes", ValueType::selector, &ChurnFields::nodes, any_bounds, "the nodes that come and go").required();
    t.add("session", ValueType::distribution, &ChurnFields::session, lengths,
          "how long a node lives until it goes; the first session begins with the fault", "Rhea et al. 2004");
    t.add("absence", ValueType::distribution, &ChurnFields::absence, lengths, "how long it is away");
    t.add_choice("by", &ChurnFields::by, ways_to_go,
                 "how a node goes; it comes back by a restart, or after `leave` by a join");
    t.add_choice("disk", &ChurnFields::disk, disk_words, "with `by: crash`: what the disk holds at the restart");
    return t;
  }();
  return built;
}

class Churn final : public Fault {
 public:
  explicit Churn(ChurnFields fields) : fields_(std::move(fields)) {}

  FaultChoice begin(FaultScope& scope) const override {
    FaultChoice choice;
    choice.nodes = choose(scope, fields_.nodes, scope.present());
    choice.text = spell(choice.nodes) + " by " + ways_to_go[static_cast<std::size_t>(fields_.by)] + " after " +
                  to_string(fields_.session) + " for " + to_string(fields_.absence);
    auto away = std::make_shared<Away>();
    choice.state = away;
    const std::uint64_t draws = scope.random().next();
    // A stream per node: how long one lives does not depend on who else comes and goes.
    for (const NodeId node : choice.nodes) live(scope, node, RandomStream(draws, "fault.churn", node), away);
    return choice;
  }

  void end(FaultScope& scope, const FaultChoice& choice) const override {
    for (const NodeId node : *std::static_pointer_cast<Away>(choice.state)) come(scope, node);
  }

 private:
  using Away = std::set<NodeId>;

  void live(FaultScope& scope, NodeId node, RandomStream random, const std::shared_ptr<Away>& away) const {
    const Duration session = fields_.session.draw(random);
    scope.after(session, [this, node, random, away](FaultScope& later) {
      go(later, node);
      away->insert(node);
      stay_away(later, node, random, away);
    });
  }

  void stay_away(FaultScope& scope, NodeId node, RandomStream random, const std::shared_ptr<Away>& away) const {
    const Duration absence = fields_.absence.draw(random);
    scope.after(absence, [this, node, random, away](FaultScope& later) {
      come(later, node);
      away->erase(node);
      live(later, node, random, away);
    });
  }

  void go(FaultScope& scope, NodeId node) const {
    switch (fields_.by) {
      case Going::crash: scope.crash(node, fields_.disk); break;
      case Going::kill: scope.kill(node); break;
      case Going::leave: scope.leave(node); break;
    }
  }

  void come(FaultScope& scope, NodeId node) const {
    if (fields_.by == Going::leave)
      scope.join(node);
    else
      scope.restart(node);
  }

  ChurnFields fields_;
};

}  // namespace

FaultInfo churn_verb() {
  FaultInfo info;
  info.name = "churn";
  info.summary = "nodes come and go by themselves, each with sessions and absences of random length";
  info.parameters = churn_table().parameters();
  info.make = [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
    const ChurnFields fields = churn_table().build(values);
    if (fields.by != Going::crash && fields.disk != ChurnFields{}.disk)
      throw ParameterError("disk", "`disk` has a meaning with `by: crash` only; leave it out");
    return std::make_unique<Churn>(fields);
  };
  return info;
}

}  // namespace hearsay
