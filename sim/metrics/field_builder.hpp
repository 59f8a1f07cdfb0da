// Builds the table of fields, a call per row; private to the declarations.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/metrics/field.hpp"
#include "sim/metrics/kinds.hpp"

namespace hearsay {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// `&RunResult::messages, &MessageCounts::sent`: a member of a member. Null if the outer one is absent.
template <class Outer, class Owner, class Inner>
auto member(Outer Owner::*outer, Inner inner) {
  return [outer, inner](const Owner& owner) {
    if constexpr (is_optional<Outer>)
      return (owner.*outer) ? ResultValue(std::invoke(inner, *(owner.*outer))) : ResultValue();
    else
      return std::invoke(inner, owner.*outer);
  };
}

class FieldBuilder {
 public:
  // Fields declared from here on are of this role.
  FieldBuilder& role(FieldRole role) {
    role_ = role;
    return *this;
  }

  // `get`: a member of RunResult, or a function of it. An optional value makes the field nullable.
  template <class Get>
  FieldBuilder& add(const std::string& name, FieldKind kind, const std::string& unit, Get get, std::string meaning) {
    Field field;
    field.path = split(name);
    field.name = name;
    field.kind = kind;
    field.unit = unit;
    field.role = role_;
    field.meaning = std::move(meaning);
    if constexpr (std::is_invocable_v<Get, const RunResult&>) {
      field.nullable = is_optional<std::decay_t<std::invoke_result_t<Get, const RunResult&>>>;
      field.value = [get](const RunResult& result) { return ResultValue(std::invoke(get, result)); };
    }
    fields_.push_back(std::move(field));
    return *this;
  }
  template <class Get>
  FieldBuilder& flag(const std::string& name, Get get, std::string meaning) {
    return add(name, FieldKind::flag, "", get, std::move(meaning));
  }
  template <class Get>
  FieldBuilder& count(const std::string& name, Get get, std::string meaning) {
    return add(name, FieldKind::count, "", get, std::move(meaning));
  }
  template <class Get>
  FieldBuilder& number(const std::string& name, const std::string& unit, Get get, std::string meaning) {
    return add(name, FieldKind::number, unit, get, std::move(meaning));
  }
  template <class Get>
  FieldBuilder& share(const std::string& name, Get get, std::string meaning) {
    return add(name, FieldKind::share, "", get, std::move(meaning));
  }
  template <class Get>
  FieldBuilder& text(const std::string& name, Get get, std::string meaning) {
    return add(name, FieldKind::text, "", get, std::move(meaning));
  }
  // A field that one observer has all of: `Metric` is a MetricObserver without arguments, made for each run. A count is
  // 0 where no observer was attached, any other kind null.
  template <class Metric>
  FieldBuilder& observed(const std::string& name, FieldKind kind, const std::string& unit, std::string meaning) {
    const bool counts = kind == FieldKind::count;
    const auto value = [name, counts](const RunResult& result) {
      const auto found = result.observed.find(name);
      if (found != result.observed.end()) return found->second;
      return counts ? ResultValue(std::uint64_t{0}) : ResultValue();
    };
    add(name, kind, unit, value, std::move(meaning));
    fields_.back().nullable = !counts;
    fields_.back().observer = [] { return std::make_unique<Metric>(); };
    return *this;
  }

  // The rest says more about the field that was declared last.
  FieldBuilder& lower() { return better(Better::lower); }
  FieldBuilder& higher() { return better(Better::higher); }
  FieldBuilder& nullable() {
    fields_.back().nullable = true;
    return *this;
  }
  FieldBuilder& checked() {
    fields_.back().checked = true;
    return *this;
  }
  FieldBuilder& column(std::string heading, int priority, double scale = 1) {
    fields_.back().column = TableColumn{std::move(heading), scale, priority};
    return *this;
  }
  FieldBuilder& never(std::function<bool(const FieldLookup&)> never) {
    fields_.back().never = std::move(never);
    return *this;
  }
  FieldBuilder& path(std::vector<std::string> path) {
    fields_.back().path = std::move(path);
    return *this;
  }
  FieldBuilder& values(FieldKind kind) {
    fields_.back().values = kind;
    return *this;
  }
  FieldBuilder& parts(std::vector<Field> parts) {
    fields_.back().parts = std::move(parts);
    return *this;
  }

  std::vector<Field> take() { return std::move(fields_); }

 private:
  FieldBuilder& better(Better better) {
    fields_.back().better = better;
    return *this;
  }
  static std::vector<std::string> split(const std::string& name) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= name.size();) {
      const std::size_t end = std::min(name.find('.', begin), name.size());
      parts.push_back(name.substr(begin, end - begin));
      begin = end + 1;
    }
    return parts;
  }

  FieldRole role_ = FieldRole::identity;
  std::vector<Field> fields_;
};

inline std::optional<double> ratio(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// A part of a list's entry or of a map's, whose value the whole list gives.
inline constexpr std::nullptr_t by_owner = nullptr;

// Agreement, operations and writes (fields_clients.cpp).
void declare_agreement(FieldBuilder& f);
void declare_clients(FieldBuilder& f);
// The group `dissemination` (fields_dissemination.cpp).
void declare_dissemination(FieldBuilder& f);
// `faults` and `script` (fields_lists.cpp).
void declare_lists(FieldBuilder& f);
// The groups `maelstrom` and `membership` (fields_groups.cpp).
void declare_set_full(FieldBuilder& f);
void declare_membership(FieldBuilder& f);

}  // namespace hearsay
