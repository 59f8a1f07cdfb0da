// What clients ask of the cluster and what they are answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

enum class OperationKind : std::uint8_t { write, read };

// What a client carries from an answer to its later requests, for protocols with session guarantees: a clock, a
// version. Only the protocol that made it looks inside.
class SessionToken {
 public:
  virtual ~SessionToken() = default;
  // What a client carries that has been given this one and `other`, of the same protocol, in either order.
  virtual std::shared_ptr<const SessionToken> merged(const SessionToken& other) const = 0;
};
using SessionPtr = std::shared_ptr<const SessionToken>;

// One client operation. `key` and `value` are never empty for a write. The workload `broadcast` gives every write a key
// of its own and reads with an empty key, which asks for the node's whole set; `kv` reads one key.
struct Operation {
  OpId id = no_op;
  OperationKind kind = OperationKind::write;
  WriteId write = no_write;  // for a write: its number among the writes of the run
  ClientId client = 0;
  // What the client asks for beyond write and read, as the workload names it ("add", "replicate"); empty where there is
  // one way only. Points at static storage.
  std::string_view method{};
  std::string key;
  std::string value;
  std::uint32_t size = 0;  // payload bytes as declared by the workload (at least what key and value take)
  // Looks at the outcome once the workload is over (`final_reads`): counted as an operation, but no disturbance.
  bool final_read = false;
  SessionPtr session{};  // what its client had been given when it asked; null if nothing
  // Which step of the workload's `script` it is, from 0; unscripted: the workload drew it.
  static constexpr std::uint32_t unscripted = 0xffffffff;
  std::uint32_t script = unscripted;
};

// How an operation ended for its client (docs/definitions.md, `operations`).
enum class Outcome : std::uint8_t {
  ok,         // acknowledged
  failed,     // the node is down or said that it could not
  rejected,   // refused on purpose: validation, back-pressure
  timed_out,  // no answer in time; it may have happened all the same
};

// A replica's answer. For a read, `seen` holds the writes that make up what was read: every write of the set, or the
// one write that the key's value comes from, or nothing. A key whose value comes from many writes, a counter or a set,
// is answered with `whole`: then `seen` holds every write of the key that the replica has applied.
struct Response {
  Outcome outcome = Outcome::ok;
  std::vector<WriteId> seen{};
  bool whole = false;
  SessionPtr session{};  // for the client to carry; null if there is nothing to
  // Where a replica knows what was answered but not which writes that comes from: the value of a register or a counter,
  // an echo, a new id, what a transaction has read. Empty: nothing. A read that is answered so is judged by its value.
  std::string value{};
  bool undone = false;  // failed, and it certainly has not happened, nor will it
};

}  // namespace hearsay
