#include "tests/protocols/causal-crdt/crdt/histories.hpp"

#include <sstream>

namespace hearsay::crdt {
namespace {

std::string argument_of(std::string_view method, std::uint32_t argument) {
  if (method == "increment" || method == "decrement") return std::to_string(argument % 5);
  return "e" + std::to_string(argument % 3);
}

const TypeInfo& info_of(Type type) { return types()[static_cast<std::size_t>(type)]; }

}  // namespace

Play::Play(Type type, std::uint32_t replicas, Delivery delivery) : type_(type), delivery_(delivery) {
  for (std::uint32_t i = 0; i < replicas; ++i) replicas_.emplace_back(type);
}

void Play::step(const Step& step) {
  if (step.update) return update(step);
  if (!made_.empty()) arrive(replicas_[step.replica], made_[step.choice % made_.size()]);
}

void Play::update(const Step& step) {
  Replica& replica = replicas_[step.replica];
  const auto& methods = info_of(type_).methods;
  const std::string_view method = methods[step.choice % methods.size()];
  const std::string argument = argument_of(method, step.argument);
  const CausalStamp stamp = replica.queue.stamp_own(step.replica);
  Origin origin;
  origin.dot = {stamp.stream, stamp.number};
  origin.time = Time(Duration(step.argument % 7));  // clocks that disagree
  origin.write = static_cast<WriteId>(made_.size());
  const auto effect = replica.object.prepare({method, argument}, origin);
  Replacements replaced;
  replica.object.apply(*effect, origin, replaced);
  made_.push_back({stamp, {*effect, origin}});
}

void Play::arrive(Replica& replica, const Made& made) {
  std::vector<Arriving> ready;
  if (delivery_ == Delivery::causal)
    replica.queue.offer(made.stamp, made.update, ready);
  else
    ready.push_back(made.update);
  Replacements replaced;
  for (const Arriving& update : ready) replica.object.apply(update.effect, update.origin, replaced);
}

void Play::deliver_all() {
  for (std::size_t r = 0; r < replicas_.size(); ++r)
    for (std::size_t i = 0; i < made_.size(); ++i) {
      const Made& made = made_[r % 2 == 0 ? i : made_.size() - 1 - i];
      if (delivery_ == Delivery::causal || made.stamp.stream != r) arrive(replicas_[r], made);
    }
}

History generate(RandomStream& random, std::uint32_t replicas, std::size_t length) {
  History history(length);
  for (Step& step : history) {
    step.update = random.chance(0.4);
    step.replica = static_cast<std::uint32_t>(random.below(replicas));
    step.choice = static_cast<std::uint32_t>(random.below(1000));
    step.argument = static_cast<std::uint32_t>(random.below(1000));
  }
  return history;
}

std::string spell(Type type, const History& history) {
  std::ostringstream out;
  const auto& methods = info_of(type).methods;
  for (const Step& step : history) {
    out << "replica " << step.replica << ": ";
    const std::string_view method = methods[step.choice % methods.size()];
    if (step.update)
      out << method << " " << argument_of(method, step.argument) << "\n";
    else
      out << "hears of update " << step.choice << " modulo those made\n";
  }
  return out.str();
}

History shrink(History history, const Property& property) {
  for (std::size_t chunk = history.size() / 2; chunk > 0;) {
    bool shorter = false;
    for (std::size_t at = 0; at + chunk <= history.size();) {
      History candidate = history;
      const auto from = candidate.begin() + static_cast<std::ptrdiff_t>(at);
      candidate.erase(from, from + static_cast<std::ptrdiff_t>(chunk));
      if (property(candidate)) {
        history = std::move(candidate);
        shorter = true;
      } else {
        at += chunk;
      }
    }
    if (!shorter) chunk /= 2;
  }
  return history;
}

namespace {

std::optional<std::string> disagreement(const Play& play) {
  const auto& replicas = play.replicas();
  for (std::size_t a = 0; a < replicas.size(); ++a)
    for (std::size_t b = a + 1; b < replicas.size(); ++b) {
      const bool equal = replicas[a].object == replicas[b].object;
      const bool same_updates = replicas[a].queue.delivered() == replicas[b].queue.delivered();
      const bool same_digest = replicas[a].object.digest() == replicas[b].object.digest();
      const std::string pair = "replicas " + std::to_string(a) + " and " + std::to_string(b);
      if (same_updates && !equal) return pair + " have the same updates and differ";
      if (equal != same_digest) return pair + ": the digests do not say whether the states are equal";
    }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> inconsistency(Type type, std::uint32_t replicas, Delivery delivery, const History& history) {
  Play play(type, replicas, delivery);
  for (const Step& step : history) {
    play.step(step);
    if (delivery != Delivery::causal) continue;
    if (const auto wrong = disagreement(play)) return wrong;
  }
  play.deliver_all();
  if (delivery == Delivery::causal) return disagreement(play);
  for (const Replica& replica : play.replicas())
    if (!(replica.object == play.replicas().front().object)) return "the replicas differ in the end";
  return std::nullopt;
}

}  // namespace hearsay::crdt
