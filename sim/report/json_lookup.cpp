// Dotted paths into a result that is JSON already, for baselines and tables.
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

const Json* child(const Json& node, std::string_view key) {
  if (node.is_object()) {
    const auto it = node.find(std::string(key));
    return it == node.end() ? nullptr : &*it;
  }
  const auto index = node.is_array() ? list_index(key, node.size()) : std::nullopt;
  return index ? &node[*index] : nullptr;
}

std::optional<FieldValue> scalar(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  return std::nullopt;
}

}  // namespace

Json with_fields(Json json, const FieldLookup& run, const std::vector<const Field*>& fields) {
  for (const Field* field : fields) {
    const auto value = run(field->name);
    if (!value) continue;
    Json* place = &json;
    for (const std::string& part : field->path) place = &(*place)[part];
    std::visit([place](const auto& held) { *place = held; }, *value);
  }
  return json;
}

FieldLookup lookup_in(const Json& result) {
  return [&result](const std::string& path) -> std::optional<FieldValue> {
    const Json* found = part_at(result, path, child);
    return found == nullptr ? std::nullopt : scalar(*found);
  };
}

}  // namespace hearsay
