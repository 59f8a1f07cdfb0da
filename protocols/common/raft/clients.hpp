// A node on behalf of its clients: it numbers what they ask within a session of its own, hands it to the leader, asks
// again where nothing comes back, and answers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocols/common/raft/core.hpp"
#include "protocols/common/raft/state.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::raft {

class Clients {
 public:
  explicit Clients(const Params& params) : params_(params) {}

  void start(Context& context, StartReason reason);
  // Answers at once what `state` alone can answer (`reads: local`), else waits for send().
  void request(Context& context, const Operation& operation, const State& state);

  // A command of the node itself, which nobody is answered.
  void command(Context& context, Method method, std::string key, std::string value);

  bool has_unsent() const { return !unsent_.empty(); }
  // Hands what has not been handed to the leader that the core knows, which may be this node; nothing without one.
  void send(Context& context, Core& core);
  void send_again();  // everything: there is another leader, or another term

  // A command of this node's session has been applied.
  void applied(Context& context, std::uint64_t number, const State::Result& result);
  Session session() const { return session_; }
  // Reads that need a state which has applied `index`; and the state that has come so far.
  void readable(const Core::Readable& read);
  void serve(Context& context, Index applied, const State& state);

  void retry_timer(Context& context, const Core& core);

 private:
  struct Pending {
    OpId operation = no_op;  // no_op: the node asks for itself
    ContentPtr content;      // null: a read without an entry in the log
    std::string key;         // of that
    Time since{}, sent{};
    Term appended = 0;  // to this node's own log, as the leader of that term
    bool readable = false;
  };
  ContentPtr numbered(std::uint64_t number, Command command) const;
  void arm(Context& context);

  const Params& params_;
  Session session_ = 0;
  std::uint64_t last_ = 0;  // number given
  std::map<std::uint64_t, Pending> pending_;
  std::vector<std::uint64_t> unsent_;          // ascending
  std::multimap<Index, std::uint64_t> reads_;  // that wait for this index to be applied
  bool armed_ = false;
};

}  // namespace hearsay::raft
