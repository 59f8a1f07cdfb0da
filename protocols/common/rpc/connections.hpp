// The connections that a server has dialled for its calls: one for each attempt ("Why Close Connection After Each
// Call?"), or kept ones, one per server, shared by the calls to it ("Future Enhancements 1"). No more are open at a
// time than there are file descriptors ("Resource Usage, File Descriptors").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocols/common/rpc/options.hpp"
#include "sim/core/fifo.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::rpc {

// One attempt of a call; never used again.
using AttemptId = std::uint64_t;

class Connections {
 public:
  explicit Connections(const CallOptions& options) : options_(options) {}
  Connections(const Connections&) = delete;  // lines know their places in idle_
  Connections& operator=(const Connections&) = delete;

  struct Opened {
    ConnectionId connection = no_connection;  // no_connection: refused, the descriptors are used up
    bool ready = false;                       // can be sent on; else connected() or gone() follows
    bool dialled = false;                     // for this attempt
  };
  // Dials servers before there is anything to send to them.
  void dial(Context& context, const std::vector<NodeId>& servers);
  Opened open(Context& context, NodeId server, AttemptId user);

  // The attempt needs it no longer. `suspect`: something is wrong with it, so no later attempt shall use it.
  void release(Context& context, ConnectionId connection, AttemptId user, bool suspect);

  // Begins to watch over a connection with users; false if it is watched already.
  bool watch(ConnectionId connection);
  // Whether there is still something to watch over: it is open and has users. Else it is watched no longer.
  bool still_watched(ConnectionId connection);

  // A dial has succeeded: who waits for it. Empty if nobody does, or the connection is not one of these.
  std::vector<AttemptId> connected(ConnectionId connection);

  // A connection is over; nothing if it is not one of these.
  struct Gone {
    bool stood = false;
    std::vector<AttemptId> users;
  };
  std::optional<Gone> gone(ConnectionId connection);

  void close_all(Context& context);

  std::size_t open_count() const { return lines_.size(); }

 private:
  // Those without users, by their last use.
  using Use = std::pair<std::uint64_t, ConnectionId>;
  using Idle = std::set<Use, std::less<Use>, PoolAllocator<Use>>;
  struct Line {
    NodeId server = no_node;
    bool standing = false;
    bool watched = false;
    Fifo<AttemptId> users;  // in the order in which they came, and mostly go
    std::optional<Idle::iterator> idle;
  };
  using Lines = PooledHashMap<ConnectionId, Line>;

  ConnectionId dial(Context& context, NodeId server);
  bool shared() const { return options_.connections != ConnectionUse::per_call; }
  bool sends_early() const { return options_.connections == ConnectionUse::standing; }
  bool kept(const Lines::value_type& line) const;
  // Before and after a change of a line's users.
  void forget_idle(Lines::value_type& line) {
    if (line.second.idle) idle_.erase(*line.second.idle);
    line.second.idle.reset();
  }
  void note_idle(Lines::value_type& line, std::uint64_t last_use) {  // mostly the last one to be used
    if (line.second.users.empty()) line.second.idle = idle_.insert(idle_.end(), {last_use, line.first});
  }
  bool close_idle(Context& context);
  void close(Context& context, Lines::iterator line);

  const CallOptions& options_;
  Lines lines_;                               // looked up, except that close_all() sorts them, as it does pool_
  PooledHashMap<NodeId, ConnectionId> pool_;  // the kept one of each server
  Idle idle_;
  std::uint64_t uses_ = 0;
};

}  // namespace hearsay::rpc
