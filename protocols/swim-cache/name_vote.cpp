#include "protocols/swim-cache/name_vote.hpp"

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

// Serf's Member: a type byte and a map of name, IPv4 address, port, no tags, status and six versions.
std::uint32_t member_bytes(NodeId name) {
  using membership::text_bytes;
  const std::uint32_t versions = 3 * (text_bytes(11) + 1) + 3 * (text_bytes(11) + 1);  // Delegate..., Protocol...
  return 2 + text_bytes(4) + text_bytes(4) + text_bytes(4) + text_bytes(membership::name_bytes(name)) + text_bytes(4) +
         3 + text_bytes(6) + 1 + text_bytes(4) + 1 + versions;
}

}  // namespace

void NameVote::begin(Context& context) {
  if (!params_.resolve_name_conflicts || !params_.intents) return;
  const Duration limit = agent_.query_limit();
  const auto number = bus_.ask_who_is(context, agent_.name(), limit);
  if (!number) return;
  votes_.insert(*number);
  context.set_timer(limit, timer_key(TimerPurpose::query, *number));
}

std::optional<QueryAnswer> NameVote::answer(Context& context, const Event& query) const {
  if (query.name == agent_.name()) return std::nullopt;
  QueryAnswer answer{query.id, query.time, context.self(), 0, 0, false, agent_.who_is(query.name)};
  constexpr std::uint32_t nothing = 2;  // a type byte and nil
  answer.size = answer.address == no_node ? nothing : member_bytes(query.name);
  return answer;
}

void NameVote::end(Context& context, std::uint32_t number, const EventBus::Answers& answers) {
  if (votes_.erase(number) == 0) return;
  if (answers.for_me >= answers.from.size() / 2 + 1) return;
  context.count(index(Metric::name_votes_lost));
  context.exit();
}

}  // namespace hearsay::swim
