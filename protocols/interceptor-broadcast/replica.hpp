// One incarnation of one server: takes requests of clients and peers through the chain and answers them.
#pragma once

#include <memory>

#include "protocols/interceptor-broadcast/broadcaster.hpp"
#include "protocols/interceptor-broadcast/chain.hpp"
#include "protocols/interceptor-broadcast/handler.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
#include "protocols/interceptor-broadcast/store.hpp"

namespace hearsay::interceptor {

class Replica final : public Protocol {
 public:
  explicit Replica(std::shared_ptr<const Params> params);

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void connected(Context& context, ConnectionId connection, NodeId peer) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override;

 private:
  void call(Context& context, const Received& received, const WriteRequest& content);
  void serve(Context& context, Request& request);
  void answer(Context& context, const ReplyTo& reply_to, Reply reply);
  void answer_delivered(Context& context);

  std::shared_ptr<const Params> params_;
  Store store_;
  StorageHandler handler_;
  Broadcaster broadcaster_;
  Chain chain_;
};

}  // namespace hearsay::interceptor
