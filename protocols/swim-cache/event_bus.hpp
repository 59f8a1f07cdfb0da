// User events to the whole cluster, and queries that collect answers until a time limit, as Serf has them: gossip with
// Lamport times and de-duplication (Architecture 3, Distributed Event Bus).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/swim-cache/broadcast_queue.hpp"
#include "protocols/swim-cache/coalesce_clock.hpp"
#include "protocols/swim-cache/event_buffer.hpp"
#include "protocols/swim-cache/messages.hpp"
#include "protocols/swim-cache/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class EventBus {
 public:
  using Handler = std::function<void(Context&, const Event&)>;

  explicit EventBus(const Params& params)
      : params_(params),
        events_(params.event_buffer),
        queries_(params.query_buffer),
        clock_(params.user_coalesce_period, params.user_quiescent_period) {}

  // `epoch` is new for each incarnation.
  void start(std::uint64_t epoch) { epoch_ = epoch; }
  // Calls `handler` for each event of the type, in the order of arrival.
  void subscribe(std::string type, Handler handler) { subscriptions_[std::move(type)].push_back(std::move(handler)); }

  // False if the event is larger than Serf lets events be: nothing is published.
  bool publish(Context& context, std::string type, WriteId write, std::uint32_t size);
  // Asks those that the filter names, for answers within `limit`; they count until end_query(the number that it
  // returns). Nothing if the query is larger than Serf lets queries be.
  std::optional<std::uint32_t> ask(Context& context, std::string type, QueryFilter filter, Duration limit);
  // Serf's internal query: who goes by the name?
  std::optional<std::uint32_t> ask_who_is(Context& context, NodeId name, Duration limit);
  // An answer to a query of this node; one that has come another way before counts once.
  void answer(Context& context, const QueryAnswer& answer);
  struct Answers {
    std::set<NodeId> from, acknowledged;
    std::uint32_t unhealthy = 0;
    std::uint32_t for_me = 0;  // that name this node
  };
  Answers end_query(std::uint32_t number);

  // True if it is new. What came by gossip goes on by gossip, what came with a full state does not (Serf, delegate.go).
  bool receive(Context& context, const EventPtr& event, bool gossips);
  void witness(std::uint64_t event_time, std::uint64_t query_time) {
    events_.clock().witness(event_time);
    queries_.clock().witness(query_time);
  }
  // Takes nothing of these Lamport times and before.
  void begin_after(std::uint64_t event_time, std::uint64_t query_time) {
    witness(event_time, query_time);
    events_.begin_at(event_time + 1);
    queries_.begin_at(query_time + 1);
  }
  void ignore_older() { events_.begin_at(events_.clock().time() + 1); }
  // Events that waited to be coalesced are due, if the timer `number` is the one that says so.
  void coalesced(Context& context, std::uint32_t number);

  bool has_broadcasts() const { return !query_queue_.empty() || !event_queue_.empty(); }
  // Queries go before events.
  std::vector<EventPtr> take(std::uint32_t bytes, std::uint32_t overhead, std::uint32_t limit);
  // What a full state exchange carries: user events, but no queries, whose time is over soon (Serf, delegate.go).
  std::vector<EventPtr> events() const { return events_.events(); }
  // Equal for equal sets of events.
  std::uint64_t digest() const { return digest_; }
  std::uint64_t event_time() const { return events_.clock().time(); }
  std::uint64_t query_time() const { return queries_.clock().time(); }

  static constexpr const char* name_type = "_serf_conflict";

 private:
  std::optional<std::uint32_t> ask(Context& context, Event event);
  void deliver(Context& context, const EventPtr& event);
  void hand_on(Context& context, const Event& event);

  const Params& params_;
  std::uint64_t epoch_ = 0;
  std::uint32_t made_ = 0;
  std::uint64_t digest_ = 0;
  // Serf has two clocks and two buffers, so that queries do not push events out.
  EventBuffer<Event> events_, queries_;
  BroadcastQueue<EventPtr> event_queue_, query_queue_;
  std::map<std::string, std::vector<Handler>> subscriptions_;
  std::map<std::uint32_t, Answers> asked_;  // by the number in the id
  CoalesceClock clock_;
  std::map<std::string, std::vector<EventPtr>> waiting_;  // by type: the latest events, all of one time
};

}  // namespace hearsay::swim
