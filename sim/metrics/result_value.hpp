// A result as a tree of values: what tables, JSON and expectations read, without knowing the structs of result.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hearsay {

struct ResultValue {
  using List = std::vector<ResultValue>;
  using Map = std::vector<std::pair<std::string, ResultValue>>;

  ResultValue() = default;  // null: the thing never happened, or was not measured
  template <class T>
  ResultValue(T value) : data(std::move(value)) {}                    // NOLINT(google-explicit-constructor): a sum type
  ResultValue(const char* text) : data(std::string(text)) {}          // NOLINT
  ResultValue(std::string_view text) : data(std::string(text)) {}     // NOLINT
  ResultValue(std::uint32_t number) : data(std::uint64_t{number}) {}  // NOLINT
  ResultValue(const std::optional<double>& number) {                  // NOLINT
    if (number) data = *number;
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(data); }

  std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, std::string, std::vector<double>, List, Map>
      data;
};

// A value without parts; every number as a double.
using FieldValue = std::variant<bool, double, std::string>;

// The value of a dotted path, or nothing if it is null, not there, or not a single value.
using FieldLookup = std::function<std::optional<FieldValue>(const std::string& path)>;

// Nothing for null and for what has parts.
std::optional<FieldValue> scalar_of(const ResultValue& value);

// The part of a tree at a dotted path; null pointer if there is none. `child(tree, key)` is the part behind one key.
// Keys may hold dots themselves (`network.loss`, "0.99"): the longest key is tried first.
template <class Tree, class Child>
const Tree* part_at(const Tree& tree, std::string_view path, Child child) {
  for (std::size_t end = path.size();; end = path.rfind('.', end - 1)) {
    if (end == std::string_view::npos) return nullptr;
    if (const Tree* next = child(tree, path.substr(0, end))) {
      const Tree* found = end == path.size() ? next : part_at(*next, path.substr(end + 1), child);
      if (found != nullptr) return found;
    }
    if (end == 0) return nullptr;
  }
}
const ResultValue* part_at(const ResultValue& value, std::string_view path);

// The index that a key of a list is; nothing if it is none below `size`.
std::optional<std::size_t> list_index(std::string_view key, std::size_t size);

// A value as a scenario writes it: a plain number or boolean becomes one, anything else (`10%`, `5ms`) stays text, and
// so does a whole number that a double could only round.
ResultValue typed_value(const std::string& text);

}  // namespace hearsay
