#include "protocols/swim-cache/event_bus.hpp"

#include <utility>

#include "protocols/swim-cache/metrics.hpp"

namespace hearsay::swim {

bool EventBus::publish(Context& context, std::string type, WriteId write, std::uint32_t size) {
  Event event;
  event.time = events_.clock().time() + 1;
  event.id = epoch_ | (made_ + 1);
  event.type = std::move(type);
  event.origin = context.self();
  event.write = write;
  event.size = size;
  event.coalesces = clock_.coalesces();
  // Serf judges the message without memberlist's byte.
  if (wire_size(event) - 1 > params_.user_event_size_limit) {
    context.count(index(Metric::events_too_large));
    return false;
  }
  ++made_;
  context.count(index(Metric::events_published));
  receive(context, std::make_shared<const Event>(std::move(event)), true);
  return true;
}

std::optional<std::uint32_t> EventBus::ask(Context& context, std::string type, QueryFilter filter, Duration limit) {
  Event event;
  event.type = std::move(type);
  event.filter = std::move(filter);
  event.relay_factor = params_.relay_factor;
  event.wants_acks = params_.query_acks;
  event.limit = limit;
  return ask(context, std::move(event));
}

std::optional<std::uint32_t> EventBus::ask_who_is(Context& context, NodeId name, Duration limit) {
  Event event;
  event.type = name_type;
  event.name = name;
  event.limit = limit;
  return ask(context, std::move(event));
}

std::optional<std::uint32_t> EventBus::ask(Context& context, Event event) {
  event.time = queries_.clock().time() + 1;
  event.id = epoch_ | (made_ + 1);
  event.origin = context.self();
  event.query = true;
  if (wire_size(event) - 1 > params_.query_size_limit) {
    context.count(index(Metric::queries_too_large));
    return std::nullopt;
  }
  asked_[++made_] = {};
  context.count(index(Metric::queries));
  receive(context, std::make_shared<const Event>(std::move(event)), true);
  return made_;
}

void EventBus::answer(Context& context, const QueryAnswer& answer) {
  const auto it = asked_.find(static_cast<std::uint32_t>(answer.query));
  if (it == asked_.end() || (answer.query >> 32) != (epoch_ >> 32)) return;  // too late, or of an earlier incarnation
  Answers& answers = it->second;
  if (!(answer.acknowledgement ? answers.acknowledged : answers.from).insert(answer.from).second)
    return context.count(index(Metric::answers_repeated));
  if (answer.acknowledgement) return context.count(index(Metric::query_acks));
  answers.unhealthy += answer.health > 0 ? 1 : 0;
  answers.for_me += answer.address == context.self() ? 1 : 0;
  context.count(index(Metric::query_answers));
  if (answer.health > 0) context.count(index(Metric::unhealthy_answers));
}

EventBus::Answers EventBus::end_query(std::uint32_t number) {
  const auto node = asked_.extract(number);
  return node.empty() ? Answers{} : node.mapped();
}

std::vector<EventPtr> EventBus::take(std::uint32_t bytes, std::uint32_t overhead, std::uint32_t limit) {
  std::vector<EventPtr> taken = query_queue_.take(bytes, overhead, limit);
  for (const EventPtr& query : taken) bytes -= wire_size(*query) + overhead;
  for (EventPtr& event : event_queue_.take(bytes, overhead, limit)) taken.push_back(std::move(event));
  return taken;
}

bool EventBus::receive(Context& context, const EventPtr& event, bool gossips) {
  switch ((event->query ? queries_ : events_).add(event)) {
    case EventBuffer<Event>::Verdict::repeated: context.count(index(Metric::events_repeated)); return false;
    case EventBuffer<Event>::Verdict::too_old: context.count(index(Metric::events_too_old)); return false;
    case EventBuffer<Event>::Verdict::fresh: break;
  }
  if (gossips) (event->query ? query_queue_ : event_queue_).add(0, wire_size(*event), event);
  if (!event->query) digest_ += scatter(event->write);
  deliver(context, event);
  return true;
}

// Of events that may be coalesced, those of the latest time alone are handed on (Serf, coalesce_user.go).
void EventBus::deliver(Context& context, const EventPtr& event) {
  if (!event->coalesces || !clock_.coalesces()) return hand_on(context, *event);
  std::vector<EventPtr>& latest = waiting_[event->type];
  if (!latest.empty() && latest.front()->time != event->time) {
    const bool newer = event->time > latest.front()->time;
    context.count(index(Metric::events_coalesced), newer ? static_cast<double>(latest.size()) : 1);
    if (!newer) return clock_.added(context, TimerPurpose::coalesce_events);
    latest.clear();
  }
  latest.push_back(event);
  clock_.added(context, TimerPurpose::coalesce_events);
}

void EventBus::coalesced(Context& context, std::uint32_t number) {
  if (!clock_.is_due(number)) return;
  for (const auto& [type, latest] : std::exchange(waiting_, {}))
    for (const EventPtr& event : latest) hand_on(context, *event);
}

void EventBus::hand_on(Context& context, const Event& event) {
  const auto found = subscriptions_.find(event.type);
  if (found == subscriptions_.end()) return context.count(index(Metric::events_without_subscriber));
  for (const Handler& handler : found->second) {
    context.count(index(Metric::events_delivered));
    handler(context, event);
  }
}

}  // namespace hearsay::swim
