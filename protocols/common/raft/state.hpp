// The replicated state: keys with values, and the sessions by which a repeated command is recognised. A value: copied
// for snapshots.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocols/common/raft/entry.hpp"
#include "sim/core/operation.hpp"

namespace hearsay::raft {

class State {
 public:
  // What a command found, and what its client is told.
  struct Result {
    Outcome outcome = Outcome::ok;
    // Of a read, of a compare-and-set that found another value, and of an increment: the write that was found.
    std::vector<WriteId> seen;
    WriteId replaced = no_write;  // the write whose value it replaced
    bool repeated = false;        // it had been done before, and was not done again
  };

  // Deterministic: equal states and commands give equal states and results. Without `sessions` a command that comes
  // twice is done twice.
  Result apply(const Command& command, bool sessions);

  // The write that a key's value comes from, or with an empty key all writes that are values: in the order of the
  // writes.
  std::vector<WriteId> read(const std::string& key) const;

  // The text of a key's value; null if it has none.
  const std::string* value(const std::string& key) const;

  std::uint64_t digest() const { return digest_; }  // of keys and values
  std::uint32_t bytes() const;                      // as a snapshot on the wire
  // Every write that has been applied, by number: those whose values have been replaced too.
  const std::vector<bool>& writes() const { return writes_; }
  bool has(WriteId write) const { return write < writes_.size() && writes_[write]; }

  void save(ByteWriter& out) const;
  static State load(ByteReader& in);

 private:
  struct Value {
    WriteId write = no_write;
    std::string text;
    std::uint32_t size = 0;
  };
  struct Answers {
    std::uint64_t settled = 1;                // those below it have been forgotten
    std::map<std::uint64_t, Result> results;  // by number
  };
  Result perform(const Command& command);
  void put(const Command& command, std::string value, Result& result);
  void increment(const Command& command, Result& result);
  static std::uint64_t digest_of(const std::string& key, const Value& value);

  std::map<std::string, Value> values_;
  std::map<Session, Answers> sessions_;
  std::vector<bool> writes_;
  std::uint64_t digest_ = 0;
};

}  // namespace hearsay::raft
