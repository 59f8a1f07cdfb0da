// Open-loop clients: they invoke what the workload schedules, whatever became of earlier operations. What an answer
// gives a client to carry goes along with all that it asks later.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/faults/link_state.hpp"
#include "sim/runtime/event_bus.hpp"
#include "sim/runtime/scheduler.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {

class Cluster;

class ClientDriver {
 public:
  ClientDriver(Cluster& cluster, EventBus& bus, Scheduler& scheduler, std::unique_ptr<Workload> workload);

  void begin();  // schedules the first operation

  // The operation of a request that a node is about to handle; null if its client has given up and gone.
  const Operation* pending(OpId id) const;
  // A node's answer; ignored if the client has had one or has given up.
  void respond(OpId id, Response response);
  // The node went down with what it had not answered: its clients learn of that at once if its host `answers`, and hear
  // nothing if the host is gone.
  void node_down(NodeId node, bool answers);
  // Nothing passes between the node and its clients until each cut_off has been followed by a reconnect of its rule.
  void cut_off(NodeId node, RuleId rule, bool reject);
  void reconnect(NodeId node, RuleId rule);

  // No operation is to come and none is waiting.
  bool done() const { return !next_ && waiting_.empty(); }
  // Since when; the last answer. Requires done().
  Time done_since() const { return last_answer_; }

 private:
  struct Waiting {
    ScheduledOperation scheduled;
    bool at_node = false;   // the request has arrived
    bool answered = false;  // the answer is on its way to the client
  };

  struct Cut {
    RuleId rule = background_rule;
    bool reject = false;
  };
  struct Cuts {  // of one node
    std::vector<Cut> active;
    std::uint64_t begun = 0;
    Cut last;
  };

  void travel(OpId id, std::function<void(OpId)> then);
  std::uint64_t cuts_before(NodeId node) const;
  const Cut* cut_since(NodeId node, std::uint64_t before) const;
  void lose(OpId id, const Cut& cut);
  void schedule_next();
  void invoke();
  void arrive(OpId id);
  void answer(OpId id, Response response);
  void complete(OpId id, const Response& response);
  SessionPtr& carried(ClientId client);

  Cluster& cluster_;
  EventBus& bus_;
  Scheduler& scheduler_;
  std::unique_ptr<Workload> workload_;
  std::optional<ScheduledOperation> next_;
  std::map<OpId, Waiting> waiting_;
  std::vector<SessionPtr> carried_;  // by client
  std::map<NodeId, Cuts> cuts_;
  Time last_answer_{};
};

}  // namespace hearsay
