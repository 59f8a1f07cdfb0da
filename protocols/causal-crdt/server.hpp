// The server: applies an update to its own objects first, logs its effect, answers the client and hands the effect to
// the broadcast; and applies the effects of others ("Core Components 1", "Operation Flow"). Clients may carry a clock;
// then they wait until the replica has reached it.
#pragma once

#include <cstdint>
#include <map>

#include "protocols/causal-crdt/broadcast.hpp"
#include "protocols/causal-crdt/link.hpp"
#include "protocols/causal-crdt/log.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/causal-crdt/store.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

class Server {
 public:
  Server(const Params& params, BroadcastLayer& broadcast, Log& log, LinkLayer& link)
      : params_(params), broadcast_(broadcast), log_(log), link_(link) {}

  void request(Context& context, const Operation& operation);
  // An effect that the broadcast layer has handed out.
  void apply(Context& context, const Effect& effect) { store_.apply(context, effect); }
  // Serves those who waited for what has been applied since.
  void wake(Context& context);
  void session_timer(Context& context, std::uint64_t number);

  Store& store() { return store_; }
  const Store& store() const { return store_; }

 private:
  struct Waiting {
    Operation operation;
    Time since{};
  };

  bool reached(const Operation& operation) const;
  void serve(Context& context, const Operation& operation);
  void read(Context& context, const Operation& operation);
  void update(Context& context, const Operation& operation);
  SessionPtr token() const;

  const Params& params_;
  BroadcastLayer& broadcast_;
  Log& log_;
  LinkLayer& link_;
  Store store_;
  std::map<std::uint64_t, Waiting> waiting_;  // in order of arrival
  std::uint64_t last_waiting_ = 0;
};

}  // namespace hearsay::causal
