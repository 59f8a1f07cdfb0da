// violations.read_your_writes and violations.monotonic_reads: session guarantees (Terry et al. 1994) of each client.
//
// A read of the whole set (empty key) must contain every write acknowledged to its client, and every write seen by a
// read answered to its client, before it was invoked. So must a read of a key whose value comes from many writes
// (Response::whole), as far as its key goes. Any other read of a key must not return a write that precedes, in real
// time, the client's own latest acknowledged write of that key, or the one that its last read of the key returned; nor
// nothing, where there was such a write. Write a precedes b if a was acknowledged before the instant at which b was
// invoked. Each read counts at most once for each guarantee; only reads that were acknowledged count.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

class Sessions final : public SelectiveObserver {
 public:
  Sessions() : SelectiveObserver({EventKind::invoke, EventKind::respond}) {}
  void observe(const Event& event) override;

  std::uint64_t read_your_writes() const { return read_your_writes_; }
  std::uint64_t monotonic_reads() const { return monotonic_reads_; }

 private:
  struct Write {
    Time invoked = never;
    Time acknowledged = never;
  };
  // What a client has done, each write once, in order: a read compares with what was there when it was invoked.
  struct Known {
    std::vector<WriteId> own;    // acknowledged to it
    std::vector<WriteId> seen;   // by its reads of the whole set, or of the whole key
    std::vector<bool> was_seen;  // by write
  };
  struct KeySession {         // of one client and key
    WriteId own = no_write;   // latest acknowledged
    WriteId read = no_write;  // returned by the last read
    Known whole;
  };
  // When the operation was invoked: how many of Known::own and ::seen; of a read of a key, also the KeySession.
  struct Bounds {
    std::uint32_t own = 0, seen = 0;
    WriteId last_own = no_write, last_read = no_write;
  };

  void invoke(const Event& event);
  void acknowledge(const Operation& operation, Time at);
  void read_whole(Known& of, const Bounds& bounds, const std::vector<WriteId>& seen);
  void read_key(const Operation& operation, const std::vector<WriteId>& seen);
  bool follows(WriteId bound, const std::vector<WriteId>& seen) const;
  WriteId newest(const std::vector<WriteId>& seen) const;
  static Bounds bounds_of(const Known& known);
  Known& client(ClientId id);
  KeySession& session(const Operation& operation);

  std::vector<Write> writes_;
  std::vector<Known> clients_;
  std::unordered_map<std::uint64_t, KeySession> sessions_;  // by hash of client and key; looked up only
  std::vector<Bounds> bounds_;                              // by operation
  std::vector<std::uint32_t> mark_;                         // by write: the last read that contains it
  std::uint32_t reads_ = 0;
  std::uint64_t read_your_writes_ = 0, monotonic_reads_ = 0;
};

}  // namespace hearsay
