// The server's side of a call: fulfils requests and answers them, after its service time and, in a chain, after those
// behind it have answered.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocols/common/rpc/caller.hpp"
#include "protocols/rpc-fanout/messages.hpp"
#include "protocols/rpc-fanout/store.hpp"

namespace hearsay::rpc_fanout {

class Server {
 public:
  // All outlive it.
  Server(const Params& params, Store& store, rpc::Caller& caller) : params_(params), store_(store), caller_(caller) {}

  // Takes what the disk has kept.
  void start(Context& context);

  // A request of another server.
  void handle(Context& context, const Received& received, const Request& request);
  // A request of its own: no message, no service time.
  Reply fulfil(Context& context, NodeId caller, const Request& request);
  // Hands a record on to the chain, if there is one left, and says how that ended. The call that does; 0 if none.
  rpc::CallId forward(Context& context, const Request& request, std::function<void(Context&, bool ok)> done);

  // Its caller does not wait for an answer any more: there will be none, and calls made for it alone are cancelled.
  void cancelled(Context& context, NodeId caller, const Cancel& cancel);

  void timer(Context& context, std::uint64_t number);

 private:
  struct ReplyTo {
    NodeId caller = no_node;
    ConnectionId connection = no_connection;
    rpc::CallId call = 0;
    std::uint32_t attempt = 0;
  };
  // A request that waits for the chain behind this server.
  struct Forwarding {
    std::vector<ReplyTo> waiting;  // who asked for it; several where an idempotency key exposed repeats
    std::optional<IdempotencyKey> key;
    rpc::CallId call = 0;
  };
  struct Answer {
    ReplyTo to;
    Reply reply;
  };

  void hand_on(Context& context, const ReplyTo& to, const Request& request);
  bool recognise(Context& context, const ReplyTo& to, const Request& request);
  bool refuses(Context& context, const Request& request) const;
  void note_call(Context& context, NodeId caller, rpc::CallId call);
  void answer(Context& context, const ReplyTo& to, Reply reply);
  void send(Context& context, const Answer& answer);

  const Params& params_;
  Store& store_;
  rpc::Caller& caller_;
  std::set<std::pair<NodeId, rpc::CallId>> executed_;  // for the counts; on disk beside the records
  std::map<std::uint64_t, Forwarding> forwarding_;
  std::map<IdempotencyKey, std::uint64_t> forwarding_by_key_;
  std::map<std::uint64_t, Answer> delayed_;
  std::uint64_t last_forwarding_ = 0, last_delayed_ = 0;
};

}  // namespace hearsay::rpc_fanout
