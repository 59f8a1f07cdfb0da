#include "protocols/rpc-fanout/store.hpp"

#include "protocols/common/bytes.hpp"
#include "sim/core/random.hpp"

namespace hearsay::rpc_fanout {
namespace {

constexpr const char* log_name = "log";
constexpr std::string_view register_prefix = "register/";

std::string encode(const Record& record, std::uint64_t version, const std::optional<IdempotencyKey>& key) {
  ByteWriter writer;
  writer.word(record.id).text(record.key).text(record.value).word(record.size).word(version);
  if (key) writer.word(key->first).word(key->second);
  return writer.take();
}

struct Kept {
  RecordPtr record;
  std::uint64_t version = 0;
  std::optional<IdempotencyKey> key;
};

Kept decode(std::string_view bytes) {
  ByteReader reader(bytes);
  Kept kept;
  Record record;
  record.id = static_cast<WriteId>(reader.word());
  record.key = reader.text();
  record.value = reader.text();
  record.size = static_cast<std::uint32_t>(reader.word());
  kept.version = reader.word();
  if (!reader.at_end()) {
    const auto node = static_cast<NodeId>(reader.word());
    kept.key = IdempotencyKey(node, reader.word());
  }
  kept.record = std::make_shared<const Record>(std::move(record));
  return kept;
}

}  // namespace

void Store::start(Context& context) {
  if (on_disk_) {
    for (const std::string_view bytes : context.storage().records(log_name)) {
      const Kept kept = decode(bytes);
      add_to_log(kept.record);
      remember(kept.key);
      first_time(context, kept.record->id);
    }
    for (const auto& [name, bytes] : context.storage().values()) {
      if (!name.starts_with(register_prefix)) continue;
      const Kept kept = decode(bytes);
      registers_[kept.record->key] = {kept.record, kept.version};
      remember(kept.key);
      digest_ += digest_of(*kept.record);
      first_time(context, kept.record->id);
    }
  }
  context.state_digest(digest_);
}

void Store::append(Context& context, const RecordPtr& record, const std::optional<IdempotencyKey>& key) {
  if (on_disk_) {
    context.storage().append(log_name, encode(*record, 0, key));
    context.sync();
  }
  if (!first_time(context, record->id)) context.reapplied(record->id);
  add_to_log(record);
  remember(key);
  context.state_digest(digest_);
}

void Store::assign(Context& context, const RecordPtr& record, Rule rule, const std::optional<IdempotencyKey>& key) {
  Register& slot = registers_[record->key];
  const bool fresh = first_time(context, record->id);
  if (slot.record && rule == Rule::newest && record->id <= slot.record->id) {
    if (fresh) context.replaced(record->id, slot.record->id);
    return;
  }
  if (!fresh) context.reapplied(record->id);
  if (slot.record) {
    digest_ -= digest_of(*slot.record);
    if (slot.record->id != record->id) context.replaced(slot.record->id, record->id);
  }
  slot = {record, slot.version + 1};
  digest_ += digest_of(*record);
  remember(key);
  if (on_disk_) {
    context.storage().put(std::string(register_prefix) + record->key, encode(*record, slot.version, key));
    context.sync();
  }
  context.state_digest(digest_);
}

void Store::add_to_log(const RecordPtr& record) {
  log_.push_back(record->id);
  by_key_[record->key].push_back(record->id);
  digest_ += digest_of(*record);
}

void Store::remember(const std::optional<IdempotencyKey>& key) {
  if (key) keys_.insert(*key);
}

bool Store::first_time(Context& context, WriteId write) {
  if (write >= applied_.size()) applied_.resize(write + 1);
  if (applied_[write]) return false;
  applied_[write] = true;
  context.applied(write);
  return true;
}

std::vector<WriteId> Store::read(const std::string& key) const {
  if (key.empty()) return log_;
  const auto it = by_key_.find(key);
  return it == by_key_.end() ? std::vector<WriteId>{} : it->second;
}

std::uint64_t Store::version(const std::string& key) const {
  const auto it = registers_.find(key);
  return it == registers_.end() ? 0 : it->second.version;
}

std::uint64_t Store::digest_of(const Record& record) { return combine(hash_text(record.key), hash_text(record.value)); }

}  // namespace hearsay::rpc_fanout
