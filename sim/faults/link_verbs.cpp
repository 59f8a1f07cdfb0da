// Verbs that change the conditions of messages between nodes: loss, delay, duplicate, reorder, corrupt, bandwidth, and
// `link` for a link of the platform.
#include "sim/faults/ends.hpp"

namespace hearsay {
namespace {

// A condition between nodes; what it is, is in `rule` and, for people, in `what`.
class Condition final : public Fault {
 public:
  Condition(Ends ends, LinkRule rule, std::string what)
      : ends_(std::move(ends)), rule_(std::move(rule)), what_(std::move(what)) {}

  FaultChoice begin(FaultScope& scope) const override {
    return {{}, what_ + " " + ends_.add_rules(scope, rule_), {}, {}};
  }

  void end(FaultScope& scope, const FaultChoice&) const override { scope.links().remove(scope.rule()); }

 private:
  Ends ends_;
  LinkRule rule_;
  std::string what_;
};

std::unique_ptr<Fault> condition(const ParameterValues& values, LinkRule rule, std::string what) {
  Ends ends = ends_of(values);
  ends.check();
  return std::make_unique<Condition>(std::move(ends), std::move(rule), std::move(what));
}

std::string share_text(double share) { return to_string(Value(share), ValueType::share); }
std::string time_text(Duration time) { return to_string(Value(time), ValueType::duration); }

constexpr Bounds share_bounds{0, 1};

// --- loss

struct LossFields {
  std::optional<double> rate;
  std::optional<double> good_to_bad, bad_to_good, loss_in_bad, loss_in_good;
};

const ParameterTable<LossFields>& loss_table() {
  static const auto built = [] {
    const std::string model = "Gilbert 1960, Elliott 1963";
    ParameterTable<LossFields> t;
    t.add("rate", ValueType::share, &LossFields::rate, share_bounds, "share of packets lost, each independently");
    t.add("burst.good_to_bad", ValueType::share, &LossFields::good_to_bad, share_bounds,
          "chance, a packet, that a good link turns bad", model);
    t.add("burst.bad_to_good", ValueType::share, &LossFields::bad_to_good, share_bounds,
          "chance, a packet, that a bad link turns good", model);
    t.add("burst.loss_in_bad", ValueType::share, &LossFields::loss_in_bad, share_bounds,
          "share of packets lost while bad (default 100%)", model);
    t.add("burst.loss_in_good", ValueType::share, &LossFields::loss_in_good, share_bounds,
          "share of packets lost while good (default 0%)", model);
    return t;
  }();
  return built;
}

std::unique_ptr<Fault> make_loss(const ParameterValues& values, std::uint32_t) {
  const auto fields = loss_table().build(values);
  const bool burst = fields.good_to_bad || fields.bad_to_good || fields.loss_in_bad || fields.loss_in_good;
  if (fields.rate.has_value() == burst) throw ParameterError("", "loss needs either `rate` or `burst`");
  LinkRule rule;
  rule.loss = fields.rate.value_or(0);
  if (burst) {
    if (!fields.good_to_bad || !fields.bad_to_good)
      throw ParameterError("burst", "`burst` needs `good_to_bad` and `bad_to_good`");
    rule.burst = BurstLoss{*fields.good_to_bad, *fields.bad_to_good, fields.loss_in_bad.value_or(1),
                           fields.loss_in_good.value_or(0)};
  }
  const std::string what = burst ? "bursts of " + share_text(rule.burst->loss_in_bad) : share_text(rule.loss);
  return condition(values, std::move(rule), what);
}

// --- delay

struct DelayFields {
  Duration add{}, jitter{};
};

const ParameterTable<DelayFields>& delay_table() {
  static const auto built = [] {
    ParameterTable<DelayFields> t;
    t.add("add", ValueType::duration, &DelayFields::add, non_negative, "added to the latency of every packet");
    t.add("jitter", ValueType::duration, &DelayFields::jitter, non_negative,
          "varies what is added, uniformly between minus and plus this; the sum is never negative");
    return t;
  }();
  return built;
}

std::unique_ptr<Fault> make_delay(const ParameterValues& values, std::uint32_t) {
  const auto fields = delay_table().build(values);
  LinkRule rule;
  rule.delay = fields.add;
  rule.jitter = fields.jitter;
  return condition(values, std::move(rule), time_text(fields.add) + " +- " + time_text(fields.jitter));
}

// --- duplicate, reorder, corrupt: a rate, and what it does

struct RateFields {
  double rate = 0;
  Duration by = std::chrono::milliseconds(50);
};

ParameterTable<RateFields> rate_table(const std::string& meaning, bool with_by) {
  ParameterTable<RateFields> t;
  t.add("rate", ValueType::share, &RateFields::rate, share_bounds, meaning).required();
  if (with_by)
    t.add("by", ValueType::duration, &RateFields::by, non_negative,
          "a chosen packet is held back by a time uniform between 0 and this, so that later ones overtake it");
  return t;
}

FaultInfo rate_verb(const std::string& name, const std::string& summary, const std::string& meaning,
                    double LinkRule::*field, bool with_by = false) {
  const auto table = rate_table(meaning, with_by);
  return {name,
          summary,
          "rate",
          with_ends(table.parameters()),
          true,
          [table, field](const ParameterValues& values, std::uint32_t) {
            const auto fields = table.build(values);
            LinkRule rule;
            rule.*field = fields.rate;
            rule.reorder_by = fields.by;
            return condition(values, std::move(rule), share_text(fields.rate));
          }};
}

// --- bandwidth

struct BandwidthFields {
  double limit = 0;
};

const ParameterTable<BandwidthFields>& bandwidth_table() {
  static const auto built = [] {
    ParameterTable<BandwidthFields> t;
    t.add("limit", ValueType::bandwidth, &BandwidthFields::limit, {1, 1e300},
          "each message travels at this rate at most; messages do not share it")
        .required();
    return t;
  }();
  return built;
}

std::unique_ptr<Fault> make_bandwidth(const ParameterValues& values, std::uint32_t) {
  const auto fields = bandwidth_table().build(values);
  LinkRule rule;
  rule.bandwidth = fields.limit;
  return condition(values, std::move(rule), to_string(Value(fields.limit), ValueType::bandwidth));
}

// --- link

enum class PlatformLinkState : std::uint8_t { down };

struct LinkFields {
  std::string name;
  PlatformLinkState state = PlatformLinkState::down;
};

const ParameterTable<LinkFields>& link_table() {
  static const auto built = [] {
    ParameterTable<LinkFields> t;
    t.add("name", ValueType::text, &LinkFields::name, any_bounds, "a link of the platform").required();
    t.add_choice("state", &LinkFields::state, {"down"}, "messages whose route uses the link are dropped");
    return t;
  }();
  return built;
}

class PlatformLink final : public Fault {
 public:
  explicit PlatformLink(std::string name) : name_(std::move(name)) {}
  FaultChoice begin(FaultScope& scope) const override {
    scope.link_down(name_);
    return {{}, name_ + " down", {}, {}};
  }
  void end(FaultScope& scope, const FaultChoice&) const override { scope.link_up(name_); }

 private:
  std::string name_;
};

}  // namespace

FaultInfo loss_verb() {
  return {"loss", "packets are lost: a datagram for good, a stream delivers later",
          "rate", with_ends(loss_table().parameters()),
          true,   make_loss};
}
FaultInfo delay_verb() {
  return {"delay", "packets take longer", "add", with_ends(delay_table().parameters()), true, make_delay};
}
FaultInfo duplicate_verb() {
  return rate_verb("duplicate", "datagrams arrive twice", "share of packets that arrive twice", &LinkRule::duplicate);
}
FaultInfo reorder_verb() {
  return rate_verb("reorder", "packets are overtaken by later ones", "share of packets held back", &LinkRule::reorder,
                   true);
}
FaultInfo corrupt_verb() {
  return rate_verb("corrupt", "bits flip: a datagram arrives as garbage, a stream sends again",
                   "share of packets in which bits flip", &LinkRule::corrupt);
}
FaultInfo bandwidth_verb() {
  return {"bandwidth",   "messages travel at a limited rate", "limit", with_pairs(bandwidth_table().parameters()), true,
          make_bandwidth};
}
FaultInfo link_verb() {
  return {"link",
          "a link of the platform is down",
          "",
          link_table().parameters(),
          false,
          [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
            return std::make_unique<PlatformLink>(link_table().build(values).name);
          },
          true,
          [](const ParameterValues& values) { return link_table().build(values).name; }};
}

}  // namespace hearsay
