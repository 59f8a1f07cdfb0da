// The fields of a result, each declared once (sim/metrics/fields.cpp): its name, kind, unit, meaning and where its
// value comes from. JSON, the columns of the store, `expect`, the schema, the metrics of `check`, the columns of tables
// and the index in docs/definitions.md follow from these declarations.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/result.hpp"
#include "sim/metrics/result_value.hpp"

namespace hearsay {

class MetricObserver;

enum class FieldKind : std::uint8_t {
  flag,    // true or false
  count,   // a whole number, 0 or more
  number,  // 0 or more, in the unit of the field
  share,   // 0 to 1
  text,
  setting,  // as a scenario writes it: a number, true, false or text
  numbers,  // a list of numbers
  texts,    // a list of texts
  list,     // of entries that have the fields `parts`
  map,      // of names that depend on scenario and protocol, to entries with the fields `parts` or to one value
};
std::string_view name_of(FieldKind kind);

enum class Better : std::uint8_t { neither, lower, higher };

enum class FieldRole : std::uint8_t {
  identity,  // which run it is: there even if the run crashed
  measured,  // null (a list or map empty) if the run crashed
  verdict,   // what follows from the others; no expectation may speak of it
};

// How tables of medians show a field. `run` and `compare` show those that have one, in the order of the fields, unless
// --columns names others; where the terminal is narrow, those of the lowest priority go first.
struct TableColumn {
  std::string heading;  // a line break begins another line
  double scale = 1;     // shown figure = value * scale
  int priority = 0;
};
struct Field {
  std::string name;               // dotted: `messages.per_op`
  std::vector<std::string> path;  // its parts, which may hold dots: {"maelstrom", "stable_latencies_ms", "0.99"}
  FieldKind kind = FieldKind::number;
  FieldKind values = FieldKind::number;  // of a map without `parts`
  std::string unit;                      // "s", "ms", "bytes"; empty: a plain number
  Better better = Better::neither;
  FieldRole role = FieldRole::measured;
  bool nullable = false;  // null where the thing never happened or there was nothing to measure
  bool checked = false;   // `check` judges it unless told otherwise
  std::string meaning;
  std::function<ResultValue(const RunResult&)> value;
  std::function<std::unique_ptr<MetricObserver>()> observer;  // of a field that one observer has all of; else empty
  std::vector<Field> parts;
  std::optional<TableColumn> column;
  // Whether the thing never happened though it was asked for, so that as a figure it is infinite, from the other fields
  // of the result: those of figure_inputs(). Empty: what is null has no value.
  std::function<bool(const FieldLookup&)> never;

  bool single() const { return kind <= FieldKind::setting; }
  bool numeric() const { return kind <= FieldKind::share; }
};

// In the order of the JSON object.
std::span<const Field> result_fields();

// Whether the protocol counts anything of the group `dissemination`.
bool has_dissemination(const RunResult& result);

// The field with this dotted name; null pointer if there is none, or if it is part of a list or map.
const Field* find_field(std::string_view name);

// The fields that have a column in tables, in their order.
const std::vector<const Field*>& usual_fields();

// The column of a numeric field: its own, or one made of its name and unit.
TableColumn column_of(const Field& field);

// A numeric field of a run, for medians and tests: true counts as 1, and what never happened is infinite. Nothing where
// there is no value. `path`: the field's name, or a path into it.
std::optional<double> figure(const Field& field, const std::string& path, const FieldLookup& run);
// The fields that `never` of any field looks at, beside the field itself.
std::span<const std::string> figure_inputs();

// The whole result as a tree, in the order of the fields. Of a run that crashed the measured fields are null.
ResultValue tree_of(const RunResult& result);

// Looks up fields of `result`, which must outlive it.
FieldLookup lookup_in(const RunResult& result);

}  // namespace hearsay
