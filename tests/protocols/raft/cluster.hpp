// Several cores without replicas around them: a network with given delays, disks that take their time to sync and
// forget what is not synced, crashes. Time goes from event to event.
#pragma once

#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "protocols/common/raft/core.hpp"
#include "protocols/common/raft/witness.hpp"
#include "tests/protocols/raft/stream_checker.hpp"

namespace hearsay::raft {

class CoreCluster {
 public:
  CoreCluster(std::uint32_t nodes, Params params, std::uint64_t seed)
      : params_(std::move(params)), random_(seed, "cluster"), nodes_(nodes) {
    Configuration all;
    for (NodeId node = 0; node < nodes; ++node) all.voters.insert(node);
    for (Node& node : nodes_) node.disk.log = Log({0, 0, 0, all});
  }

  // --- how the world is; may be changed at any time
  std::function<std::optional<Duration>(NodeId from, NodeId to)> delay = [](NodeId, NodeId) { return Duration{}; };
  Duration sync{};

  void start(NodeId id) {
    Node& node = nodes_[id];
    ++node.incarnation;
    node.applied = node.disk.log.base().index;
    node.core.emplace(id, params_, node.disk, RandomStream(random_.next(), "core"), now_);
    drive(id);
  }
  void start_all() {
    for (NodeId id = 0; id < nodes_.size(); ++id) start(id);
  }
  void crash(NodeId id) {  // what is not synced is gone
    nodes_[id].core.reset();
    ++nodes_[id].incarnation;
    nodes_[id].syncs = 0;
    nodes_[id].wakes = never;
  }
  // What it begins with when it is started for the first time.
  Persistent& disk(NodeId id) { return nodes_[id].disk; }

  bool propose(NodeId id, WriteId write) {
    Command command;
    command.session = id;
    command.number = command.write = write;
    command.key = "k";
    const ContentPtr content = content_of(std::move(command));
    const bool taken = nodes_[id].core && nodes_[id].core->propose(now_, {&content, 1});
    if (taken) drive(id);
    return taken;
  }
  template <class Call>  // of a core that runs
  void call(NodeId id, Call call) {
    call(*nodes_[id].core);
    drive(id);
  }

  // Handles the next event; false if nothing is to come before `end`.
  bool step(Time end) {
    if (events_.empty() || events_.top().at > end) {
      now_ = end;
      return false;
    }
    const Event event = events_.top();
    events_.pop();
    now_ = event.at;
    event.what();
    return true;
  }
  void run_until(Time end) {
    while (step(end)) {
    }
  }
  void at(Time when, std::function<void()> what) { events_.push({when, ++sequence_, std::move(what)}); }

  Time now() const { return now_; }
  std::size_t size() const { return nodes_.size(); }
  bool runs(NodeId id) const { return nodes_[id].core.has_value(); }
  const Core& core(NodeId id) const { return *nodes_[id].core; }
  std::optional<NodeId> leader() const {  // of the latest term that has one
    std::optional<NodeId> found;
    for (NodeId id = 0; id < nodes_.size(); ++id)
      if (runs(id) && core(id).role() == Role::leader && (!found || core(id).term() > core(*found).term())) found = id;
    return found;
  }
  std::size_t violations() const { return violations_; }  // that the witness saw
  const StreamChecker& stream() const { return stream_; }

 private:
  struct Node {
    std::optional<Core> core;
    Persistent disk;
    std::uint64_t incarnation = 0;
    std::size_t syncs = 0;  // under way
    Time wakes = never;     // of its last timer
    Index applied = 0;
    Core::Counts counts;
  };
  struct Event {
    Time at{};
    std::uint64_t sequence = 0;
    std::function<void()> what;
    bool operator<(const Event& other) const { return at != other.at ? at > other.at : sequence > other.sequence; }
  };

  void send(NodeId from, const std::vector<Outgoing>& messages) {
    for (const Outgoing& outgoing : messages) {
      stream_.sent(from, payload<AnyMessage>(*outgoing.message));
      const auto takes = delay(from, outgoing.to);
      if (!takes) continue;
      at(now_ + *takes, [this, outgoing] {
        if (!runs(outgoing.to)) return;
        nodes_[outgoing.to].core->step(now_, payload<AnyMessage>(*outgoing.message));
        drive(outgoing.to);
      });
    }
  }

  void drive(NodeId id) {
    Node& node = nodes_[id];
    Core& core = *node.core;
    check(node);
    send(id, core.take_messages());
    if (core.wants_round()) core.begin_round(now_);
    send(id, core.take_messages());
    if (core.has_unsaved() || node.syncs > 0) {
      if (!core.has_unsaved() && !core.has_answers()) return wake(id);
      save(id);
    } else {
      send(id, core.take_answers());
    }
    wake(id);
  }

  void save(NodeId id) {
    Node& node = nodes_[id];
    Core& core = *node.core;
    for (Index index = std::max(core.unsaved().from, core.log().base().index + 1); index <= core.log().last(); ++index)
      if (!witness_.appended(index, core.log().at(index).term, core.log().at(index).prefix)) ++violations_;
    core.saved();
    ++node.syncs;
    const std::uint64_t truncations = core.truncations();
    at(now_ + sync, [this, id, incarnation = node.incarnation, truncations,
                     written = Persistent{core.term(), core.vote(), core.commit(), core.log(), core.snapshot()},
                     answers = core.take_answers()] {
      Node& synced = nodes_[id];
      if (synced.incarnation != incarnation) return;
      --synced.syncs;
      synced.disk = written;
      send(id, answers);
      if (truncations == synced.core->truncations()) synced.core->persisted(now_, written.log.last());
      drive(id);
    });
  }

  void wake(NodeId id) {
    Node& node = nodes_[id];
    const Time due = node.core->deadline();
    if (due == never || node.wakes <= due) return;
    node.wakes = due;
    at(std::max(due, now_), [this, id, due, incarnation = node.incarnation] {
      Node& woken = nodes_[id];
      if (woken.incarnation != incarnation || woken.wakes != due) return;
      woken.wakes = never;
      woken.core->tick(now_);
      drive(id);
    });
  }

  void check(Node& node) {
    const Core& core = *node.core;
    if (core.broken()) ++violations_;
    if (core.counts().terms_led != node.counts.terms_led && core.role() == Role::leader)
      violations_ +=
          (witness_.elected(core.term(), core.id()) ? 0 : 1) + (witness_.complete(core.term(), core.log()) ? 0 : 1);
    node.counts = core.counts();
    if (node.applied < core.log().base().index) node.applied = core.log().base().index;
    for (; node.applied < core.commit(); ++node.applied) {
      stream_.applied(node.applied + 1, core.log().at(node.applied + 1));
      if (!witness_.applied(node.applied + 1, *core.log().prefix(node.applied + 1))) ++violations_;
    }
    if (core.role() == Role::leader && core.commit() > 0)
      witness_.committed(core.term(), core.commit(), core.log().prefix(core.commit()).value_or(0));
  }

  Params params_;
  RandomStream random_;
  std::vector<Node> nodes_;
  std::priority_queue<Event> events_;
  std::uint64_t sequence_ = 0;
  Time now_{};
  Witness witness_;
  StreamChecker stream_;
  std::size_t violations_ = 0;
};

}  // namespace hearsay::raft
