#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

constexpr std::pair<std::string_view, double> units[] = {
    {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3},    {"s", 1},           {"m", 60},       {"", 1},         {"%", 0.01},
    {"/s", 1},    {"B", 1},     {"KiB", 1024.0}, {"MiB", 1048576.0}, {"kbps", 125.0}, {"Mbps", 125e3}, {"Gbps", 125e6},
};

// In seconds, bytes, ... as the bounds of parameters are.
double parse_number(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) throw std::runtime_error("not a number: " + text);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : units)
    if (name == unit) return number * factor;
  throw std::runtime_error("no such unit: " + text);
}

std::vector<std::string> parse_list(const std::string& text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') throw std::runtime_error("not a list: " + text);
  std::vector<std::string> items;
  for (std::size_t from = 1; from + 1 < text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size() - 1);
    items.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return items;
}

Value parse_value(const Parameter& parameter, const std::string& text) {
  const auto choose = [&parameter](const std::string& word) {
    if (!parameter.choices.empty() && std::ranges::find(parameter.choices, word) == parameter.choices.end())
      throw std::runtime_error(parameter.name + " cannot be " + word);
    return word;
  };
  switch (parameter.type) {
    case ValueType::boolean:
      if (text != "true" && text != "false") throw std::runtime_error("neither true nor false: " + text);
      return text == "true";
    case ValueType::text:
    case ValueType::choice: return choose(text);
    case ValueType::text_list: {
      auto items = parse_list(text);
      for (const auto& item : items) choose(item);
      return items;
    }
    default: break;
  }
  const double number = parse_number(text);
  if (number < parameter.minimum || number > parameter.maximum)
    throw std::runtime_error(parameter.name + " is out of bounds: " + text);
  switch (parameter.type) {
    case ValueType::integer:
    case ValueType::size: return static_cast<std::int64_t>(number);
    case ValueType::duration: return from_seconds(number);
    case ValueType::number:
    case ValueType::share:
    case ValueType::rate:
    case ValueType::bandwidth: return number;
    default: throw std::runtime_error("a script cannot write a parameter like " + parameter.name);
  }
}

}  // namespace

EdgeList parse_edges(const std::string& text) {
  EdgeList edges;
  for (const auto& item : parse_list(text)) {
    const std::size_t dash = item.find('-');
    if (dash == std::string::npos) throw std::runtime_error("not an edge: " + item);
    edges.emplace_back(static_cast<NodeId>(std::stoul(item.substr(0, dash))),
                       static_cast<NodeId>(std::stoul(item.substr(dash + 1))));
  }
  return edges;
}

Duration parse_duration(const std::string& text) { return from_seconds(parse_number(text)); }

ParameterValues parse_parameters(const ProtocolInfo& protocol, const std::vector<std::string>& words) {
  ParameterValues values;
  for (const auto& parameter : protocol.parameters) values[parameter.name] = parameter.default_value;
  for (const auto& word : words) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto known = std::ranges::find(protocol.parameters, name, &Parameter::name);
    if (equals == std::string::npos || known == protocol.parameters.end())
      throw std::runtime_error("no such parameter: " + word);
    values[name] = parse_value(*known, word.substr(equals + 1));
  }
  return values;
}

std::string blamed(const std::string& protocol, const std::vector<std::string>& words) {
  const ProtocolInfo& info = *find_protocol(protocol);
  try {
    info.configure(parse_parameters(info, words));
  } catch (const ParameterError& error) {
    return error.parameter;
  }
  return "";
}

}  // namespace hearsay::bench
