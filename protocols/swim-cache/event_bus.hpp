// User events to the whole cluster, and queries that collect answers until a time limit, as Serf has them: gossip with
// Lamport times and de-duplication (Architecture 3, Distributed Event Bus).
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocols/swim-cache/broadcast_queue.hpp"
#include "protocols/swim-cache/event_buffer.hpp"
#include "protocols/swim-cache/messages.hpp"
#include "protocols/swim-cache/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class EventBus {
 public:
  using Handler = std::function<void(Context&, const Event&)>;

  explicit EventBus(const Params& params) : buffer_(params.event_buffer) {}

  // `epoch` is new for each incarnation.
  void start(std::uint64_t epoch) { epoch_ = epoch; }
  // Calls `handler` for each event of the type, in the order of arrival.
  void subscribe(std::string type, Handler handler) { subscriptions_[std::move(type)].push_back(std::move(handler)); }

  void publish(Context& context, std::string type, WriteId write, std::uint32_t size);
  // Asks those that the filter names; answers count until end_query(the number that it returns).
  std::uint32_t ask(Context& context, std::string type, QueryFilter filter, std::uint32_t relay_factor);
  // An answer to a query of this node; one that has come another way before counts once.
  void answer(Context& context, const QueryAnswer& answer);
  struct Answers {
    std::set<NodeId> from;
    std::uint32_t unhealthy = 0;
  };
  Answers end_query(std::uint32_t number);

  // True if it is new.
  bool receive(Context& context, const EventPtr& event);
  void witness(std::uint64_t lamport) { buffer_.clock().witness(lamport); }
  void ignore_older() { buffer_.begin_at(buffer_.clock().time() + 1); }

  bool has_broadcasts() const { return !queue_.empty(); }
  std::vector<EventPtr> take(std::uint32_t bytes, std::uint32_t overhead, std::uint32_t limit) {
    return queue_.take(bytes, overhead, limit);
  }
  // What a full state exchange tells: user events, but no queries, whose time is over soon (Serf, delegate.go).
  std::vector<EventPtr> events() const {
    std::vector<EventPtr> all = buffer_.events();
    std::erase_if(all, [](const EventPtr& event) { return event->query; });
    return all;
  }
  std::uint64_t lamport() const { return buffer_.clock().time(); }

 private:
  std::uint64_t epoch_ = 0;
  std::uint32_t made_ = 0;
  EventBuffer<Event> buffer_;
  BroadcastQueue<EventPtr> queue_;
  std::map<std::string, std::vector<Handler>> subscriptions_;
  std::map<std::uint32_t, Answers> queries_;  // by the number in the id
};

}  // namespace hearsay::swim
