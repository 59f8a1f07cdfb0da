// Dotted paths into a result, for expectations and baselines.
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

const Json* child(const Json& node, const std::string& key) {
  if (node.is_object()) {
    const auto it = node.find(key);
    return it == node.end() ? nullptr : &*it;
  }
  const bool index =
      node.is_array() && !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == std::string::npos;
  if (!index) return nullptr;
  const std::size_t i = std::stoul(key);
  return i < node.size() ? &node[i] : nullptr;
}

// The longest key first: keys such as "0.99" hold dots themselves.
const Json* resolve(const Json& node, const std::string& path) {
  std::size_t end = path.size();
  while (true) {
    if (const Json* next = child(node, path.substr(0, end))) {
      const Json* found = end == path.size() ? next : resolve(*next, path.substr(end + 1));
      if (found != nullptr) return found;
    }
    if (end == 0) return nullptr;
    end = path.rfind('.', end - 1);
    if (end == std::string::npos) return nullptr;
  }
}

std::optional<FieldValue> scalar(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  return std::nullopt;
}

}  // namespace

FieldLookup lookup_in(const Json& result) { return lookup_in(std::make_shared<const Json>(result)); }

FieldLookup lookup_in(std::shared_ptr<const Json> result) {
  return [result = std::move(result)](const std::string& path) -> std::optional<FieldValue> {
    const Json* found = resolve(*result, path);
    return found == nullptr ? std::nullopt : scalar(*found);
  };
}

}  // namespace hearsay
