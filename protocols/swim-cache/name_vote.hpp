// Two nodes with one name: each asks the others whom they know by it and, unless most of them know itself, ends (Serf,
// serf.go resolveNodeConflict, internal_query.go handleConflict).
#pragma once

#include <set>

#include "protocols/swim-cache/agent.hpp"
#include "protocols/swim-cache/event_bus.hpp"

namespace hearsay::swim {

class NameVote {
 public:
  // Both outlive it.
  NameVote(const Params& params, Agent& agent, EventBus& bus) : params_(params), agent_(agent), bus_(bus) {}

  // Another node goes by this one's name. Each time that it hears so it asks again, as Serf does.
  void begin(Context& context);
  // What this node knows; nothing if the query is about its own name.
  std::optional<QueryAnswer> answer(Context& context, const Event& query) const;
  // The query `number` is over, which may be one of the others'. Ends the process if it has lost.
  void end(Context& context, std::uint32_t number, const EventBus::Answers& answers);

 private:
  const Params& params_;
  Agent& agent_;
  EventBus& bus_;
  std::set<std::uint32_t> votes_;  // queries of its own that are not over
};

}  // namespace hearsay::swim
