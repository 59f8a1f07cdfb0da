// Reads a map as a list of parameter declarations says: unknown keys, missing ones, defaults, dotted names.
#include <algorithm>
#include <set>

#include "sim/scenario/values.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

class MapReader {
 public:
  MapReader(std::span<const Parameter> parameters, const std::string& what, const ClusterShape& cluster,
            Mistakes& mistakes, std::span<const std::string> others)
      : parameters_(parameters), what_(what), cluster_(cluster), mistakes_(mistakes), others_(others) {}

  GivenValues read(const Node& node) {
    const std::size_t before = mistakes_.count();
    given_.whole = node.place;
    read_map(node, "");
    fill_in();
    given_.valid = !wrong_ && mistakes_.count() == before;
    return std::move(given_);
  }

 private:
  void fail(const Location& place, const std::string& message) {
    wrong_ = true;
    mistakes_.add(place, message);
  }

  const Parameter* find(const std::string& name) const {
    for (const auto& parameter : parameters_)
      if (parameter.name == name) return &parameter;
    return nullptr;
  }

  bool is_group(const std::string& name) const {
    return std::any_of(parameters_.begin(), parameters_.end(),
                       [&](const Parameter& p) { return p.name.starts_with(name + "."); });
  }

  // The keys that the map at `prefix` may have.
  std::vector<std::string> keys_at(const std::string& prefix) const {
    std::vector<std::string> keys;
    if (prefix.empty()) keys.assign(others_.begin(), others_.end());
    for (const auto& parameter : parameters_) {
      if (!parameter.name.starts_with(prefix)) continue;
      std::string key = parameter.name.substr(prefix.size());
      key = key.substr(0, key.find('.'));
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
    return keys;
  }

  void read_map(const Node& node, const std::string& prefix) {
    const std::string name = prefix.empty() ? what_ : backquoted(prefix.substr(0, prefix.size() - 1));
    if (!node.is_map()) {
      excused_.insert(prefix);
      const auto keys = keys_at(prefix);
      const std::string right = keys.empty() ? "" : " with keys from: " + joined(keys);
      fail(node.place, node.is_null() ? name + " is empty; write a map" + right
                                      : name + " cannot be " + describe_kind(node) + "; write a map" + right);
      return;
    }
    for (const auto& entry : node.entries) read_entry(entry, prefix, name);
  }

  void read_entry(const Entry& entry, const std::string& prefix, const std::string& name) {
    if (prefix.empty() && std::find(others_.begin(), others_.end(), entry.key) != others_.end()) return;
    const std::string full = prefix + entry.key;
    const bool dotted = entry.key.find('.') != std::string::npos;
    if (dotted && (find(full) || is_group(full))) {
      const auto dot = entry.key.find('.');
      fail(entry.place, "the key " + backquoted(entry.key) + " is written with a dot; nest it: " +
                            backquoted(entry.key.substr(0, dot) + ": {" + entry.key.substr(dot + 1) + ": ...}"));
    } else if (const Parameter* parameter = find(full)) {
      given_.places[full] = entry.value.place;
      if (auto value = read_value(entry.value, *parameter, cluster_, mistakes_))
        given_.values[full] = std::move(*value);
      else
        wrong_ = true;
    } else if (is_group(full)) {
      given_.places[full] = entry.value.place;
      read_map(entry.value, full + ".");
    } else {
      const auto keys = keys_at(prefix);
      if (const auto meant = closest(entry.key, keys)) excused_.insert(prefix + *meant);
      fail(entry.place, "unknown key " + backquoted(entry.key) + " in " + name + hint(entry.key, keys, "keys"));
    }
  }

  // True if a mistake that was reported explains why the parameter is missing.
  bool is_excused(const std::string& name) const {
    return std::any_of(excused_.begin(), excused_.end(),
                       [&](const std::string& start) { return name.starts_with(start); });
  }

  void fill_in() {
    for (const auto& parameter : parameters_) {
      if (given_.given(parameter.name)) continue;
      if (parameter.required && is_excused(parameter.name)) {
        wrong_ = true;
      } else if (parameter.required) {
        fail(given_.whole, what_ + " lacks " + backquoted(parameter.name) + "; add it: " + parameter.meaning);
      } else if (!std::holds_alternative<std::monostate>(parameter.default_value)) {
        given_.values[parameter.name] = parameter.default_value;
      }
    }
  }

  std::span<const Parameter> parameters_;
  const std::string& what_;
  const ClusterShape& cluster_;
  Mistakes& mistakes_;
  std::span<const std::string> others_;
  GivenValues given_;
  bool wrong_ = false;
  std::set<std::string> excused_;  // names, and prefixes of names, that need not be reported as missing
};

}  // namespace

const Location& GivenValues::place_of(const std::string& parameter) const {
  if (const auto exact = places.find(parameter); exact != places.end()) return exact->second;
  const auto part = places.lower_bound(parameter + ".");
  if (part != places.end() && part->first.starts_with(parameter + ".")) return part->second;
  const auto dot = parameter.rfind('.');
  return dot == std::string::npos ? whole : place_of(parameter.substr(0, dot));
}

void GivenValues::blame(const ParameterError& error, Mistakes& mistakes) {
  valid = false;
  mistakes.add(place_of(error.parameter), error.what());
}

GivenValues read_parameters(const Node& node, std::span<const Parameter> parameters, const std::string& what,
                            const ClusterShape& cluster, Mistakes& mistakes, std::span<const std::string> others) {
  return MapReader(parameters, what, cluster, mistakes, others).read(node);
}

GivenValues read_shorthand(const Node& node, std::span<const Parameter> parameters, const std::string& shorthand,
                           const std::string& what, const ClusterShape& cluster, Mistakes& mistakes) {
  if (shorthand.empty() || node.is_map()) return read_parameters(node, parameters, what, cluster, mistakes);
  // As if `{shorthand: node}` had been written.
  Node map;
  map.kind = Node::Kind::map;
  map.place = node.place;
  map.entries.push_back({shorthand, node.place, node});
  return read_parameters(map, parameters, what, cluster, mistakes);
}

ParameterValues default_values(std::span<const Parameter> parameters) {
  ParameterValues values;
  for (const auto& parameter : parameters)
    if (!std::holds_alternative<std::monostate>(parameter.default_value))
      values[parameter.name] = parameter.default_value;
  return values;
}

}  // namespace hearsay
