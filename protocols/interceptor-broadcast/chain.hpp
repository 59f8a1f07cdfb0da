// The chain of interceptors of one server, as gorums has it: func(ctx, msg, next) (response, error).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "protocols/interceptor-broadcast/messages.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::interceptor {

// Who waits for the answer to a write: a client, or a server that called.
struct ReplyTo {
  OpId operation = no_op;
  NodeId caller = no_node;  // no_node: a client
  ConnectionId connection = no_connection;
  BroadcastId call = 0;

  bool is_client() const { return caller == no_node; }
};

// A request on its way through the chain.
struct Request {
  Method method = Method::write;
  ReplyTo reply_to;
  WritePtr write;  // what is asked for: a read has its key, empty for everything, and neither value nor WriteId
  Metadata metadata;
  std::shared_ptr<const CausalStamp> causal;

  // Left by one step for another:
  bool replicated = false;  // `broadcast` will forward it
  bool news = false;        // the handler learned something from it
};

struct Reply {
  enum class Status : std::uint8_t {
    ok,
    rejected,
    failed,
    later,  // whoever holds the request's ReplyTo answers it
  } status = Status::ok;
  std::vector<WriteId> seen;  // by a read
};

class Next;

class Interceptor {
 public:
  virtual ~Interceptor() = default;
  virtual Reply handle(Context& context, Request& request, const Next& next) = 0;
};

using Handler = std::function<Reply(Context&, Request&)>;

class Chain {
 public:
  Chain(std::vector<std::unique_ptr<Interceptor>> interceptors, Handler handler);
  Reply handle(Context& context, Request& request) const;

 private:
  friend class Next;
  std::vector<std::unique_ptr<Interceptor>> interceptors_;
  Handler handler_;
};

// The rest of the chain, as an interceptor calls it; at its end stands the handler.
class Next {
 public:
  Reply operator()(Context& context, Request& request) const;

 private:
  friend class Chain;
  Next(const Chain& chain, std::size_t position) : chain_(chain), position_(position) {}
  const Chain& chain_;
  std::size_t position_;
};

}  // namespace hearsay::interceptor
