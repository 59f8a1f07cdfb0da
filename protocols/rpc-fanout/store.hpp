// What a server keeps: a log of records, and registers that hold one record each (the heartbeat, the contended row).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/rpc-fanout/messages.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::rpc_fanout {

class Store {
 public:
  explicit Store(const Params& params) : on_disk_(params.storage == StorageKind::disk) {}

  // Takes what the disk has kept.
  void start(Context& context);

  // Appends to the log, whether it is there already or not: appending is not idempotent.
  void append(Context& context, const RecordPtr& record, const std::optional<IdempotencyKey>& key);

  enum class Rule : std::uint8_t {
    last,    // what comes last stays
    newest,  // the write that its client made last stays
  };
  // Puts the record into the register of its key.
  void assign(Context& context, const RecordPtr& record, Rule rule, const std::optional<IdempotencyKey>& key);

  // The writes of the log under a key, with repeats; all of them for an empty key.
  std::vector<WriteId> read(const std::string& key) const;

  // How often a register has been assigned.
  std::uint64_t version(const std::string& key) const;

  // Whether a record was kept under this idempotency key.
  bool knows(const IdempotencyKey& key) const { return keys_.contains(key); }

 private:
  struct Register {
    RecordPtr record;
    std::uint64_t version = 0;
  };

  void add_to_log(const RecordPtr& record);
  void remember(const std::optional<IdempotencyKey>& key);
  bool first_time(Context& context, WriteId write);
  static std::uint64_t digest_of(const Record& record);

  bool on_disk_;
  std::vector<WriteId> log_;
  std::map<std::string, std::vector<WriteId>> by_key_;
  std::map<std::string, Register> registers_;
  std::set<IdempotencyKey> keys_;
  std::vector<bool> applied_;  // by WriteId: reported since the start
  std::uint64_t digest_ = 0;   // a sum over records: equal for equal sets, however they came about
};

}  // namespace hearsay::rpc_fanout
