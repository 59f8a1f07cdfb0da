#include "sim/scenario/values.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "sim/scenario/sections.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr double unbounded = 1e299;  // a declared bound beyond it is none

bool has_minimum(const Parameter& parameter) { return parameter.minimum > -unbounded; }
bool has_maximum(const Parameter& parameter) { return parameter.maximum < unbounded; }

// A bound of `parameter` as a scenario would write it.
std::string bound_text(double bound, const Parameter& parameter) {
  switch (parameter.type) {
    case ValueType::duration: return to_string(Value(from_seconds(std::clamp(bound, -9e9, 9e9))), parameter.type);
    case ValueType::integer:
    case ValueType::size:
      return to_string(Value(static_cast<std::int64_t>(std::clamp(bound, -9.2e18, 9.2e18))), parameter.type);
    default: return to_string(Value(bound), parameter.type);
  }
}

// The value in the unit of its bounds; nothing for values without bounds.
std::optional<double> measure(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* duration = std::get_if<Duration>(&value)) return seconds(*duration);
  return std::nullopt;
}

void check_bounds(const Value& value, const Parameter& parameter, const std::string& text) {
  const auto size = measure(value);
  if (!size) return;
  if (has_minimum(parameter) && *size < parameter.minimum)
    throw UnitError(backquoted(text) + " is too small; " + backquoted(parameter.name) + " is at least " +
                    bound_text(parameter.minimum, parameter));
  if (has_maximum(parameter) && *size > parameter.maximum)
    throw UnitError(backquoted(text) + " is too large; " + backquoted(parameter.name) + " is at most " +
                    bound_text(parameter.maximum, parameter));
  if (*size != 0 && std::abs(*size) < parameter.least_above_zero)
    throw UnitError(backquoted(text) + " is too small; " + backquoted(parameter.name) + " is 0 or at least " +
                    bound_text(parameter.least_above_zero, parameter));
}

std::string choice_of(const Node& node, const Parameter& parameter) {
  const auto& choices = parameter.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), node.text) != choices.end()) return node.text;
  throw UnitError(backquoted(node.text) + " is no choice for " + backquoted(parameter.name) +
                  hint(node.text, choices, "choices"));
}

// A plain number or truth value between quotes is text to every other YAML reader.
void refuse_quotes(const Node& node) {
  if (node.quoted) throw UnitError("the quotes make " + backquoted(node.text) + " a text; write it without them");
}

// Throws UnitError.
Value scalar_value(const Node& node, const Parameter& parameter) {
  const std::string& text = node.text;
  switch (parameter.type) {
    case ValueType::boolean: refuse_quotes(node); return parse_boolean(text);
    case ValueType::integer: refuse_quotes(node); return parse_integer(text);
    case ValueType::number: refuse_quotes(node); return parse_number(text);
    case ValueType::share: {
      const double low = has_minimum(parameter) ? parameter.minimum : 0;
      const double high = has_maximum(parameter) ? parameter.maximum : 1;
      return parse_share(text, low, high);
    }
    case ValueType::duration: return parse_duration(text, parameter.minimum < 0);
    case ValueType::rate: return parse_rate(text);
    case ValueType::size: return parse_size(text);
    case ValueType::bandwidth: return parse_bandwidth(text);
    default: return choice_of(node, parameter);  // text, choice
  }
}

constexpr const char* distribution_forms =
    "`30s`, `{uniform: {min: 10s, max: 60s}}`, `{exponential: {mean: 60s}}`, `{pareto: {min: 5s, shape: 1.5}}` or "
    "`{list: [10s, 3m, 2h]}`";

std::string form_of(const Parameter& parameter) {
  switch (parameter.type) {
    case ValueType::boolean: return "`true` or `false`";
    case ValueType::integer: return "a whole number such as `25`";
    case ValueType::number: return "a number such as `0.5`";
    case ValueType::share: return "a share such as `10%`";
    case ValueType::duration: return "a duration such as `250ms`";
    case ValueType::rate: return "a rate such as `50/s`";
    case ValueType::size: return "a size such as `64B`";
    case ValueType::bandwidth: return "a bandwidth such as `1Gbps`";
    case ValueType::text: return "a text";
    case ValueType::path: return "the path of a file, relative to the scenario";
    case ValueType::choice: return "one of: " + joined(parameter.choices);
    case ValueType::text_list: return "a list such as `[a, b]`";
    case ValueType::selector: return "a node selector such as `[0, 3, 5..9]`";
    case ValueType::selector_list: return "a list of node selectors such as `[[0..4], [5..9]]`";
    case ValueType::edge_list: return "a list of pairs of nodes such as `[[0, 1], [1, 2]]`";
    case ValueType::distribution: return distribution_forms;
  }
  return {};
}

class ValueReader {
 public:
  ValueReader(const Parameter& parameter, const ClusterShape& cluster, Mistakes& mistakes)
      : parameter_(parameter), cluster_(cluster), mistakes_(mistakes) {}

  std::optional<Value> read(const Node& node) {
    switch (parameter_.type) {
      case ValueType::selector: {
        auto selector = read_selector(node, cluster_, mistakes_);
        if (!selector) return std::nullopt;
        return Value(std::move(*selector));
      }
      case ValueType::selector_list: return read_list<Selector>(node, &ValueReader::read_group);
      case ValueType::text_list: return read_list<std::string>(node, &ValueReader::read_word);
      case ValueType::edge_list: return read_list<EdgeList::value_type>(node, &ValueReader::read_edge);
      case ValueType::distribution: return read_distribution(node);
      case ValueType::path: return read_path(node);
      default: return read_scalar(node);
    }
  }

 private:
  std::nullopt_t fail(const Node& node, const std::string& message) {
    mistakes_.add(node.place, message);
    return std::nullopt;
  }

  std::nullopt_t fail_kind(const Node& node) {
    const std::string name = backquoted(parameter_.name);
    if (node.is_null()) return fail(node, name + " has no value; write " + form_of(parameter_));
    return fail(node, name + " cannot be " + describe_kind(node) + "; write " + form_of(parameter_));
  }

  std::optional<Value> read_scalar(const Node& node) {
    if (!node.is_scalar()) return fail_kind(node);
    try {
      Value value = scalar_value(node, parameter_);
      check_bounds(value, parameter_, node.text);
      return value;
    } catch (const UnitError& error) {
      return fail(node, error.what());
    }
  }

  std::optional<Value> read_path(const Node& node) {
    if (!node.is_scalar() || node.text.empty()) return fail_kind(node);
    const auto found = std::filesystem::absolute(std::filesystem::path(mistakes_.folder()) / node.text);
    return Value(FilePath{node.text, found.lexically_normal().string()});
  }

  std::optional<Value> read_distribution(const Node& node) {
    TimeLaw d;
    if (node.is_scalar()) {
      const auto length = read_value(node, length_of_time(), cluster_, mistakes_);
      if (!length) return std::nullopt;
      d.a = std::get<Duration>(*length);
      return Value(std::move(d));
    }
    if (!node.is_map()) return fail_kind(node);
    if (node.entries.size() != 1)
      return fail(node, backquoted(parameter_.name) + " needs exactly one distribution; write " + distribution_forms);
    const Entry& entry = node.entries.front();
    if (entry.key == "list") return read_lengths(entry.value);
    auto names = names_of(laws_of_time());
    names.push_back("list");
    for (const LawOfTime& law : laws_of_time())
      if (law.name == entry.key) return read_law(entry.value, law);
    return fail(node, "unknown distribution " + backquoted(entry.key) + hint(entry.key, names, "distributions"));
  }

  std::optional<Value> read_law(const Node& node, const LawOfTime& law) {
    const GivenValues given = read_parameters(node, law.parameters, backquoted(law.name), cluster_, mistakes_);
    if (!given.valid) return std::nullopt;
    TimeLaw d;
    d.kind = law.kind;
    d.a = std::get<Duration>(given.values.at(law.parameters.front().name));
    if (given.given("max")) d.b = std::get<Duration>(given.values.at("max"));
    if (given.given("shape")) d.shape = std::get<double>(given.values.at("shape"));
    if (law.kind == TimeLaw::Kind::uniform && d.b < d.a)
      return fail(node, "`max` is less than `min`; write the shorter time as `min`");
    return Value(std::move(d));
  }

  std::optional<Value> read_lengths(const Node& node) {
    TimeLaw d;
    d.kind = TimeLaw::Kind::list;
    if (!node.is_list() || node.items.empty())
      return fail(node, "`list` needs at least one length of time; write for example `{list: [10s, 3m, 2h]}`");
    for (const Node& item : node.items) {
      const auto length = read_value(item, length_of_time(), cluster_, mistakes_);
      if (!length) return std::nullopt;
      d.values.push_back(std::get<Duration>(*length));
    }
    return Value(std::move(d));
  }

  template <class Item>
  std::optional<Value> read_list(const Node& node, std::optional<Item> (ValueReader::*read_item)(const Node&)) {
    if (!node.is_list()) return fail_kind(node);
    std::vector<Item> list;
    bool valid = true;
    for (const auto& item : node.items) {
      auto value = (this->*read_item)(item);
      if (value)
        list.push_back(std::move(*value));
      else
        valid = false;
    }
    if (!valid) return std::nullopt;
    return Value(std::move(list));
  }

  std::optional<Selector> read_group(const Node& node) { return read_selector(node, cluster_, mistakes_); }

  std::optional<std::string> read_word(const Node& node) {
    if (!node.is_scalar()) return fail(node, backquoted(parameter_.name) + " is a list of words; write `[a, b]`");
    try {
      return choice_of(node, parameter_);
    } catch (const UnitError& error) {
      return fail(node, error.what());
    }
  }

  std::optional<EdgeList::value_type> read_edge(const Node& node) {
    if (!node.is_list() || node.items.size() != 2)
      return fail(node, "an edge is a pair of nodes; write for example `[0, 1]`");
    std::vector<NodeId> ends;
    for (const auto& item : node.items) {
      if (!item.is_scalar()) return fail(item, "an edge is a pair of nodes; write for example `[0, 1]`");
      try {
        const std::int64_t id = parse_integer(item.text);
        const std::int64_t limit = cluster_.nodes.value_or(no_node);
        if (id < 0 || id >= limit)
          return fail(item, "there is no node " + backquoted(item.text) + "; the " + std::to_string(limit) +
                                " nodes are 0.." + std::to_string(limit - 1));
        ends.push_back(static_cast<NodeId>(id));
      } catch (const UnitError& error) {
        return fail(item, error.what());
      }
    }
    return EdgeList::value_type{ends[0], ends[1]};
  }

  const Parameter& parameter_;
  const ClusterShape& cluster_;
  Mistakes& mistakes_;
};

}  // namespace

std::optional<Value> read_value(const Node& node, const Parameter& parameter, const ClusterShape& cluster,
                                Mistakes& mistakes) {
  return ValueReader(parameter, cluster, mistakes).read(node);
}

}  // namespace hearsay
