#include "sim/metrics/field.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

namespace hearsay {
namespace {

bool crashed(const RunResult& result) { return result.verdict == VerdictKind::error && result.run_hash.empty(); }

bool in_absent_group(const Field& field, const RunResult& result) {
  return (field.path.front() == "dissemination" && !has_dissemination(result)) ||
         (field.path.front() == "maelstrom" && !result.maelstrom) ||
         (field.path.front() == "membership" && !result.membership);
}

// A run whose process died measured nothing: a zero or `false` there would be a lie.
ResultValue value_in(const Field& field, const RunResult& result) {
  return field.role == FieldRole::measured && field.single() && crashed(result) ? ResultValue() : field.value(result);
}

ResultValue& slot(ResultValue::Map& map, const std::string& key) {
  const auto it = std::find_if(map.begin(), map.end(), [&key](const auto& entry) { return entry.first == key; });
  return it != map.end() ? it->second : map.emplace_back(key, ResultValue()).second;
}

// The field that holds what `path` names: the field of that name, or the list or map that the path leads into.
const Field* owner_of(std::string_view path) {
  for (const Field& field : result_fields()) {
    if (field.name == path) return &field;
    if (!field.single() && path.starts_with(field.name) && path[field.name.size()] == '.') return &field;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(FieldKind kind) {
  static constexpr std::array<std::string_view, 10> names{"flag",    "count",   "number", "share", "text",
                                                          "setting", "numbers", "texts",  "list",  "map"};
  return names[static_cast<std::size_t>(kind)];
}

const Field* find_field(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Field*> fields;
    for (const Field& field : result_fields()) fields.emplace(field.name, &field);
    return fields;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

const std::vector<const Field*>& usual_fields() {
  static const std::vector<const Field*> fields = [] {
    std::vector<const Field*> all;
    for (const Field& field : result_fields())
      if (field.column) all.push_back(&field);
    return all;
  }();
  return fields;
}

TableColumn column_of(const Field& field) {
  if (field.column) return *field.column;
  TableColumn column{field.name, 1, 10};
  const auto dot = column.heading.find('.');
  if (dot != std::string::npos) column.heading[dot] = '\n';
  if (field.kind == FieldKind::share) column.scale = 100;
  if (field.kind == FieldKind::share) column.heading += " %";
  return column;
}

std::optional<double> figure(const Field& field, const std::string& path, const FieldLookup& run) {
  if (field.never && field.never(run)) return std::numeric_limits<double>::infinity();
  const auto value = run(path);
  if (!value) return std::nullopt;
  if (const bool* flag = std::get_if<bool>(&*value)) return *flag ? 1 : 0;
  const double* number = std::get_if<double>(&*value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

ResultValue tree_of(const RunResult& result) {
  ResultValue::Map root;
  for (const Field& field : result_fields()) {
    if (in_absent_group(field, result)) {
      slot(root, field.path.front());
      continue;
    }
    ResultValue::Map* level = &root;
    for (std::size_t i = 0; i + 1 < field.path.size(); ++i) {
      ResultValue& inner = slot(*level, field.path[i]);
      if (inner.is_null()) inner = ResultValue::Map();
      level = &std::get<ResultValue::Map>(inner.data);
    }
    slot(*level, field.path.back()) = value_in(field, result);
  }
  return root;
}

FieldLookup lookup_in(const RunResult& result) {
  return [&result](const std::string& path) -> std::optional<FieldValue> {
    const Field* field = owner_of(path);
    if (field == nullptr) return std::nullopt;
    const ResultValue value = value_in(*field, result);
    if (field->name == path) return scalar_of(value);
    const ResultValue* part = part_at(value, std::string_view(path).substr(field->name.size() + 1));
    return part != nullptr ? scalar_of(*part) : std::nullopt;
  };
}

}  // namespace hearsay
