#include "protocols/causal-crdt/anti_entropy.hpp"

#include <algorithm>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/timers.hpp"

namespace hearsay::causal {
namespace {

constexpr std::size_t effects_per_message = 256;

}  // namespace

void AntiEntropy::start(Context& context) {
  if (params_.anti_entropy <= Duration{}) return;
  context.set_timer(context.random().between({}, params_.anti_entropy), Timers::key(TimerPurpose::anti_entropy));
}

void AntiEntropy::timer(Context& context) {
  asked_ = {};
  link_.redial(context);  // or a member that is there again would be reached only when the link layer next tries
  link_.send_to_all(context, clock(false));
  context.set_timer(params_.anti_entropy, Timers::key(TimerPurpose::anti_entropy));
}

void AntiEntropy::met_again(Context& context, NodeId member) {
  if (params_.anti_entropy > Duration{}) link_.send(context, member, clock(true));
}

void AntiEntropy::catch_up(Context& context) { link_.send_to_all(context, clock(true)); }

MessagePtr AntiEntropy::clock(bool wants_reply) const {
  return make_message<AnyMessage>(Clock{broadcast_.delivered(), broadcast_.gaps(), wants_reply});
}

void AntiEntropy::learn(Context& context, const Received& received, const Clock& theirs) {
  known_[received.from].merge(theirs.delivered);
  if (theirs.wants_reply) link_.reply(context, received, clock(false));
  auto ranges = broadcast_.missing(theirs, asked_);
  if (ranges.empty()) return;
  context.count(index(Metric::pulls));
  link_.reply(context, received, make_message<AnyMessage>(Pull{std::move(ranges)}));
}

bool AntiEntropy::serve(Context& context, const Received& received, const Pull& pull) {
  const auto effects = broadcast_.find(pull.ranges);
  context.count(index(Metric::effects_resent), static_cast<double>(effects.size()));
  for (std::size_t from = 0; from < effects.size(); from += effects_per_message) {
    const std::size_t to = std::min(effects.size(), from + effects_per_message);
    Resend resend;
    for (std::size_t i = from; i < to; ++i) resend.effects.push_back(effects[i]);
    link_.reply(context, received, make_message<AnyMessage>(std::move(resend)));
  }
  return !effects.empty();
}

VectorClock AntiEntropy::stable() const {
  VectorClock stable;
  for (const auto& [stream, count] : broadcast_.delivered().entries()) {
    std::uint64_t least = count;
    for (const NodeId member : link_.members()) {
      const auto known = known_.find(member);
      least = known == known_.end() ? 0 : std::min(least, known->second.at(stream));
    }
    stable.raise(stream, least);
  }
  return stable;
}

}  // namespace hearsay::causal
