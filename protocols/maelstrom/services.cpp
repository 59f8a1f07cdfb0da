#include "protocols/maelstrom/services.hpp"

#include <array>
#include <optional>

namespace hearsay::maelstrom {
namespace {

constexpr std::array<std::string_view, 4> names{"lin-kv", "seq-kv", "lww-kv", "lin-tso"};

std::string error(int code, const std::string& text) {
  return R"("type":"error","code":)" + std::to_string(code) + R"(,"text":)" + quoted_json(text);
}

std::string type_of(const Json& body) {
  const Json* type = body.find("type");
  return type != nullptr ? type->text().value_or("") : "";
}

std::optional<std::string> part(const Json& body, std::string_view name) {
  const Json* found = body.find(name);
  return found != nullptr ? std::optional(to_text(*found)) : std::nullopt;
}

std::string missing(const std::string& key) { return error(20, "there is no key " + key); }
std::string malformed(const std::string& what) { return error(12, "the request lacks `" + what + "`"); }
std::string unknown(const std::string& type) { return error(10, "the service knows no `" + type + "`"); }

}  // namespace

bool Services::is_one(std::string_view name) {
  for (const std::string_view known : names)
    if (known == name) return true;
  return false;
}

std::string KeyValues::compare_and_set(const Json& body, const std::string& key) {
  const auto from = part(body, "from"), to = part(body, "to");
  if (!from) return malformed("from");
  if (!to) return malformed("to");
  const auto at = values.find(key);
  if (at == values.end()) {
    const Json* create = body.find("create_if_not_exists");
    if (create == nullptr || to_text(*create) != "true") return missing(key);
    values[key] = *to;
  } else if (at->second != *from) {
    return error(22, "expected " + *from + " but had " + at->second);
  } else {
    at->second = *to;
  }
  return R"("type":"cas_ok")";
}

std::string KeyValues::handle(const Json& body) {
  const std::string type = type_of(body);
  if (type != "read" && type != "write" && type != "cas") return unknown(type);
  const auto key = part(body, "key");
  if (!key) return malformed("key");
  if (type == "cas") return compare_and_set(body, *key);
  if (type == "write") {
    const auto value = part(body, "value");
    if (!value) return malformed("value");
    values[*key] = *value;
    return R"("type":"write_ok")";
  }
  const auto at = values.find(*key);
  return at == values.end() ? missing(*key) : R"("type":"read_ok","value":)" + at->second;
}

std::string Services::handle(std::string_view service, const std::string& node, const Json& body,
                             RandomStream& random) {
  if (service == "lin-kv") return linear_.handle(body);
  if (service == "seq-kv") return sequential(node, body, random);
  if (service == "lww-kv") return last_writer_wins(body, random);
  if (type_of(body) != "ts") return unknown(type_of(body));
  return R"("type":"ts_ok","ts":)" + std::to_string(timestamp_++);
}

// What changes nothing may be answered from any state that is not older than what this node has seen; what changes
// something is done in the newest one.
std::string Services::sequential(const std::string& node, const Json& body, RandomStream& random) {
  const std::uint64_t oldest = newest_ + 1 - past_.size();
  std::uint64_t& seen = seen_[node];
  seen = std::max(seen, oldest);
  const std::uint64_t number = seen + random.below(newest_ - seen + 1);
  KeyValues state = past_[static_cast<std::size_t>(number - oldest)];
  const auto before = state.values;
  std::string answer = state.handle(body);
  if (state.values == before) {
    seen = number;
    return answer;
  }
  state = past_.back();
  std::string newer = state.handle(body);
  past_.push_back(std::move(state));
  if (past_.size() > most_past) past_.pop_front();
  seen = ++newest_;
  return newer;
}

// Five replicas: one of them answers, and then two of them exchange what they have.
std::string Services::last_writer_wins(const Json& body, RandomStream& random) {
  StampedValues& replica = replicas_[random.below(replicas_.size())];
  KeyValues state;
  for (const auto& [key, stamped] : replica) state.values[key] = stamped.value;
  const auto before = state.values;
  std::string answer = state.handle(body);
  const bool writes = type_of(body) == "write" && state.values.contains(part(body, "key").value_or(""));
  for (const auto& [key, value] : state.values) {
    const auto old = before.find(key);
    const bool touched = old == before.end() || old->second != value || (writes && key == part(body, "key"));
    if (touched) replica[key] = {++stamp_, value};
  }
  StampedValues& one = replicas_[random.below(replicas_.size())];
  StampedValues& other = replicas_[random.below(replicas_.size())];
  for (auto* const to : {&one, &other})
    for (const auto& [key, stamped] : to == &one ? other : one)
      if (Stamped& mine = (*to)[key]; mine.stamp < stamped.stamp) mine = stamped;
  return answer;
}

}  // namespace hearsay::maelstrom
