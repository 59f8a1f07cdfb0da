// Puts attempts on the wire: on a connection, which may have to be dialled first and is probed while it has users, or
// by datagram.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "protocols/common/rpc/alarms.hpp"
#include "protocols/common/rpc/call_counts.hpp"
#include "protocols/common/rpc/connections.hpp"
#include "protocols/common/rpc/options.hpp"
#include "sim/core/pool.hpp"

namespace hearsay::rpc {

struct Attempt {
  CallId call = 0;
  const CallSpec* spec = nullptr;  // of the call, which is open as long as its attempts are
  std::uint32_t number = 0;
  NodeId server = no_node;
  bool hedge = false;
  ConnectionId connection = no_connection;
  SendId send = no_send;
  Time sent_at{};
  bool dialled = true;  // its connection, for it; false: it shares a kept one
};

class Carrier {
 public:
  // Makes the message by which a connection is probed; it says nothing.
  using ProbeOf = MessagePtr (*)();

  // All outlive it. Without `probe_of` there is no keep-alive.
  Carrier(const CallOptions& options, const CallCounts& counts, Alarms& alarms, ProbeOf probe_of)
      : options_(options), counts_(counts), alarms_(alarms), probe_of_(probe_of), connections_(options) {}

  void dial(Context& context, const std::vector<NodeId>& servers) { connections_.dial(context, servers); }
  void close_all(Context& context) { connections_.close_all(context); }
  std::size_t open_connections() const { return connections_.open_count(); }

  AttemptId add(Attempt attempt);
  const Attempt& at(AttemptId id) const { return attempts_.at(id); }
  bool contains(AttemptId id) const { return attempts_.contains(id); }

  // Sends its request, on a stream once its connection stands. False: no descriptor is left for one.
  bool send(Context& context, AttemptId id);
  void connected(Context& context, ConnectionId connection);

  // A connection is over. Its users, in the order of their calls, are without one now.
  struct Broken {
    bool stood = false;
    std::vector<AttemptId> users;
  };
  Broken disconnected(Context& context, ConnectionId connection);

  // The alarm of kind `keep_alive`.
  void keep_alive(Context& context, ConnectionId connection);

  // Takes back what has not gone out yet, and has the server told that nobody waits any more.
  void withdraw(Context& context, AttemptId id);
  // The attempt is over. `suspect`: so is its connection.
  void remove(Context& context, AttemptId id, bool suspect);

 private:
  void transmit(Context& context, AttemptId id);
  void tell_cancelled(Context& context, const Attempt& attempt);

  const CallOptions& options_;
  const CallCounts& counts_;
  Alarms& alarms_;
  ProbeOf probe_of_;
  Connections connections_;
  PooledHashMap<AttemptId, Attempt> attempts_;  // looked up only
  AttemptId last_ = 0;
};

}  // namespace hearsay::rpc
