#include "protocols/swim-cache/event_bus.hpp"

#include <utility>

#include "protocols/swim-cache/metrics.hpp"

namespace hearsay::swim {

void EventBus::publish(Context& context, std::string type, WriteId write, std::uint32_t size) {
  Event event;
  event.time = buffer_.clock().tick();
  event.id = epoch_ | ++made_;
  event.type = std::move(type);
  event.origin = context.self();
  event.write = write;
  event.size = size;
  context.count(index(Metric::events_published));
  receive(context, std::make_shared<const Event>(std::move(event)));
}

std::uint32_t EventBus::ask(Context& context, std::string type, QueryFilter filter, std::uint32_t relay_factor) {
  Event event;
  event.time = buffer_.clock().tick();
  event.id = epoch_ | ++made_;
  event.type = std::move(type);
  event.origin = context.self();
  event.query = true;
  event.filter = std::move(filter);
  event.relay_factor = relay_factor;
  queries_[made_] = {};
  context.count(index(Metric::queries));
  receive(context, std::make_shared<const Event>(std::move(event)));
  return made_;
}

void EventBus::answer(Context& context, const QueryAnswer& answer) {
  const auto it = queries_.find(static_cast<std::uint32_t>(answer.query));
  if (it == queries_.end() || (answer.query >> 32) != (epoch_ >> 32)) return;  // too late, or of an earlier incarnation
  if (!it->second.from.insert(answer.from).second) return context.count(index(Metric::answers_repeated));
  it->second.unhealthy += answer.health > 0 ? 1 : 0;
  context.count(index(Metric::query_answers));
  if (answer.health > 0) context.count(index(Metric::unhealthy_answers));
}

EventBus::Answers EventBus::end_query(std::uint32_t number) {
  const auto node = queries_.extract(number);
  return node.empty() ? Answers{} : node.mapped();
}

bool EventBus::receive(Context& context, const EventPtr& event) {
  switch (buffer_.add(event)) {
    case EventBuffer<Event>::Verdict::repeated: context.count(index(Metric::events_repeated)); return false;
    case EventBuffer<Event>::Verdict::too_old: context.count(index(Metric::events_too_old)); return false;
    case EventBuffer<Event>::Verdict::fresh: break;
  }
  queue_.add(0, wire_size(*event), event);
  const auto found = subscriptions_.find(event->type);
  if (found == subscriptions_.end()) return true;
  for (const Handler& handler : found->second) {
    context.count(index(Metric::events_delivered));
    handler(context, *event);
  }
  return true;
}

}  // namespace hearsay::swim
