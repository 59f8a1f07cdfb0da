// The boundary between protocols and the world (docs/design.md, section 2). A Protocol is one incarnation of one
// replica; its handlers run to completion, one at a time, and act through the Context they are given. A crash destroys
// the object and a restart builds another; what must survive goes to `Context::storage`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/operation.hpp"
#include "sim/core/protocol_metric.hpp"
#include "sim/core/random.hpp"
#include "sim/core/storage.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

// What a node believes of another one, for protocols that track membership.
enum class MemberState : std::uint8_t { alive, suspect, dead, left };

// Why a stream connection ended, as the application sees it.
enum class ConnectionError : std::uint8_t {
  refused,    // the dial was answered with a refusal, or nothing listens there
  timed_out,  // nothing got through for the connection limit: dial given up, or data never acknowledged
  reset,      // the peer does not know the connection any more: it restarted, or a host in between rejects
  closed,     // the peer closed it gracefully
};

// What a protocol may know and do. Effects leave at once, in the order of the calls; after `compute` or a slow `sync`
// in the same handler they leave when that work is done.
class Context {
 public:
  virtual ~Context() = default;

  // --- what it may know
  virtual NodeId self() const = 0;
  // Under which it names itself and what it writes: its own id, or that of the node whose clone it is (fault `clone`).
  // Others reach it under self() alone.
  virtual NodeId name() const { return self(); }
  // Overlay neighbours (scenario `topology`), without itself; constant for the incarnation. Ids ascend, but the list
  // may begin anywhere and go on from the highest to the lowest: see protocols/common/id_circle.hpp.
  virtual std::span<const NodeId> neighbours() const = 0;
  // The configured servers, without itself: those present when the cluster, or this late joiner, was started. A server
  // that joins later is not in the list of those that were there before it. In the order of neighbours().
  virtual std::span<const NodeId> peers() const = 0;
  // The node's own clock, skew and drift included. Durations of timers are not affected.
  virtual Time now() const = 0;
  // The replica's own random stream; it goes on over restarts.
  virtual RandomStream& random() = 0;

  // --- messages
  // Sends by the transport of the message's kind. On a stream, over the open connection to `to` (whichever side dialled
  // it), dialling one first if there is none. A stream message that cannot be delivered ends with
  // Protocol::disconnected.
  virtual SendId send(NodeId to, MessagePtr message) = 0;
  // Sends on one connection, dialled or accepted; no effect if it is closed.
  virtual SendId send_on(ConnectionId connection, MessagePtr message) = 0;
  // Withdraws a stream message that has not reached its receiver; no effect on one that has, or on a datagram.
  virtual void withdraw(SendId send) = 0;
  // Opens a connection: one round trip, then Protocol::connected, or Protocol::disconnected with the reason. What is
  // sent on it before goes out once it stands. Connections that nodes dial in `start` when the cluster boots stand at
  // once: a run begins with a cluster that is up.
  virtual ConnectionId dial(NodeId to) = 0;
  // Closes gracefully, after what was sent on it; the peer gets Protocol::disconnected(closed).
  virtual void close(ConnectionId connection) = 0;

  // --- time and work
  // Calls Protocol::timer(key) after `delay` (>= 0). Cannot be cancelled: ignore keys that no longer matter.
  virtual void set_timer(Duration delay, TimerKey key) = 0;
  // Spends processor time, stated for a core of 1 Gflop/s: the node handles nothing else until it is spent.
  virtual void compute(Duration work) = 0;
  // The process ends of itself, as by an error that nothing catches. Its host lives, as at the fault `kill`: what was
  // sent goes out, connections are closed, dials refused, and the disk keeps what is on it. Nobody starts it again.
  // Handle nothing after this handler.
  virtual void exit() = 0;
  virtual Storage& storage() = 0;
  // storage().sync(), at the cost that the scenario gives it (`engine.sync_latency`).
  virtual void sync() = 0;

  // --- reports: to the client and to the observers
  virtual void respond(OpId operation, Response response) = 0;
  // The write is now part of this replica's state, visible to a local reader or replaced by what wins against it.
  // Report it again for a recovered state in `start`. Requires at most once an incarnation and write.
  virtual void applied(WriteId write) = 0;
  // A write that was applied before has changed the state a second time (violation `duplicate_apply`).
  virtual void reapplied(WriteId write) = 0;
  // `winner` replaces `loser` under the data type's own rule: whoever has the winner need not show the loser.
  virtual void replaced(WriteId loser, WriteId winner) = 0;
  // The message being handled told this replica nothing new.
  virtual void redundant() = 0;
  // The receiver's checksum or signature exposed the message being handled as corrupt, and it was dropped.
  virtual void discarded_corrupt() = 0;
  // Digest of the replicated state: equal for equal states, and different (except with a probability of 2^-64) for
  // different ones.
  virtual void state_digest(std::uint64_t digest) = 0;
  // Of state that only some nodes ought to hold: this replica's copy of a part, such as hash_text() of a key, has this
  // digest, 0 if it holds nothing that a reader would see, and as it knows the cluster these are the nodes that ought
  // to hold it. Parts are compared among their owners, and a write whose key is such a part ought to be on these alone.
  // Report it again when either changes.
  virtual void placed(std::uint64_t part, std::uint64_t digest, const std::vector<NodeId>& owners) = 0;
  virtual void member(NodeId about, MemberState state) = 0;
  // Protocol metrics: adds to a counter, raises a high-water mark, sets this replica's level (0 when it starts), or
  // adds to a distribution.
  virtual void count(MetricIndex metric, double amount = 1) = 0;
  virtual void high_water(MetricIndex metric, double level) = 0;
  virtual void level(MetricIndex metric, double level) = 0;
  // count(), and the amount is `about` that node: see MetricKind::ratio_by_node.
  virtual void count_about(MetricIndex metric, NodeId about, double amount = 1) = 0;
  virtual void sample(MetricIndex metric, Duration duration) = 0;
};

enum class StartReason : std::uint8_t {
  boot,     // the cluster starts: all peers start now too
  join,     // a new node comes to a running cluster, with an empty disk
  restart,  // after a crash, with what the disk has kept
};

struct Received {
  NodeId from = no_node;
  ConnectionId connection = no_connection;  // for a stream: reply with send_on
  const Message& message;
  bool corrupt = false;  // what a checksum over the message shows; the content may be garbage
};

class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual void start(Context& context, StartReason reason) = 0;
  virtual void request(Context& context, const Operation& operation) = 0;
  virtual void message(Context& context, const Received& received) = 0;
  virtual void timer(Context& context, TimerKey key) = 0;
  // Stream connections: a dial of ours has succeeded; a connection, dialled or accepted, is over.
  virtual void connected(Context&, ConnectionId, NodeId /*peer*/) {}
  virtual void disconnected(Context&, ConnectionId, NodeId /*peer*/, ConnectionError) {}
  // The operator takes this node out (`leave`): the last chance to tell others. No client reaches it any more, and what
  // it reports of its state does not count. It is gone once has_left() holds and its sends are out.
  virtual void leave(Context&) {}
  // Asked after leave(), and after each handler from then on: false as long as the node must still be there for others.
  virtual bool has_left() const { return true; }
};

}  // namespace hearsay
