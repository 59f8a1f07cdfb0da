// The document's patterns, from the side of the server that a client asks ("Usage Patterns").
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "protocols/common/rpc/caller.hpp"
#include "protocols/common/rpc/fan_out.hpp"
#include "protocols/rpc-fanout/messages.hpp"
#include "protocols/rpc-fanout/server.hpp"
#include "protocols/rpc-fanout/store.hpp"

namespace hearsay::rpc_fanout {

class Patterns {
 public:
  // All outlive it.
  Patterns(const Params& params, Store& store, Server& server, rpc::Caller& caller)
      : params_(params), store_(store), server_(server), caller_(caller), fan_out_(caller) {}

  void start(Context& context, StartReason reason);
  void request(Context& context, const Operation& operation);
  // At the first heartbeat that one who came back sends or gets: it takes the servers of its list for alive.
  void report_list(Context& context);
  // Tries an operation on the row again.
  void row_timer(Context& context, OpId operation);

 private:
  // An optimistic write on its way.
  struct RowWrite {
    RecordPtr record;
    Time asked_at{};
    std::uint32_t conflicts = 0;
    Duration last_wait{};
  };

  void broadcast(Context& context, const Operation& operation);
  void replicate(Context& context, const Operation& operation);
  void chain(Context& context, const Operation& operation);
  void heartbeat(Context& context, const Operation& operation);
  void ask_master(Context& context, const Operation& operation);
  void read_replica(Context& context, const Operation& operation);

  void read_row(Context& context, OpId operation);
  void write_row(Context& context, OpId operation, std::uint64_t version);
  void row_conflict(Context& context, OpId operation);
  // Calls the master, or fulfils the request here if this is the master.
  void call_master(Context& context, Request request, std::function<void(Context&, Outcome, const Reply*)> done);

  void tell_all(Context& context, const Request& request, std::size_t quorum,
                std::function<void(Context&, const rpc::FanOutResult&)> done);
  void settle(Context& context, OpId operation, std::size_t copies, bool complete);
  void report_failures(Context& context, const rpc::FanOutResult& result);
  Request storing(const Operation& operation, Method method, NodeId self) const;
  MessagePtr message(Request request, rpc::CallId call, std::uint32_t attempt) const;

  const Params& params_;
  Store& store_;
  Server& server_;
  rpc::Caller& caller_;
  rpc::FanOut fan_out_;
  std::vector<MemberState> believed_;  // of the others, ascending, as the last heartbeat's report has it
  bool list_reported_ = false;
  std::map<OpId, RowWrite> row_writes_;
};

}  // namespace hearsay::rpc_fanout
