#include "sim/core/parameters.hpp"

#include <array>
#include <charconv>

namespace hearsay {
namespace {

std::string shortest(double x) {
  std::array<char, 40> buffer{};
  // What is printed can be written again: scenarios have no exponents before units.
  const bool large = x >= 1e5 && x < 1e15;
  const auto end = large ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::fixed).ptr
                         : std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr;
  return {buffer.data(), end};
}

std::string duration_text(Duration d) {
  const auto ns = d.count();
  if (ns == 0) return "0s";
  if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + "s";
  if (ns % 1'000'000 == 0) return std::to_string(ns / 1'000'000) + "ms";
  if (ns % 1'000 == 0) return std::to_string(ns / 1'000) + "us";
  return std::to_string(ns) + "ns";
}

std::string size_text(std::int64_t bytes) {
  if (bytes != 0 && bytes % (1 << 20) == 0) return std::to_string(bytes >> 20) + "MiB";
  if (bytes != 0 && bytes % (1 << 10) == 0) return std::to_string(bytes >> 10) + "KiB";
  return std::to_string(bytes) + "B";
}

std::string bandwidth_text(double bytes_per_second) {
  const double bits = bytes_per_second * 8;
  if (bits >= 1e9) return shortest(bits / 1e9) + "Gbps";
  if (bits >= 1e6) return shortest(bits / 1e6) + "Mbps";
  if (bits >= 1e3) return shortest(bits / 1e3) + "kbps";
  return shortest(bits) + "bps";
}

template <class Items, class Text>
std::string list_text(const Items& items, Text text) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ", ";
    out += text(item);
  }
  return out + "]";
}

struct Printer {
  ValueType type;

  std::string operator()(std::monostate) const { return "-"; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return type == ValueType::size ? size_text(v) : std::to_string(v); }
  std::string operator()(double v) const {
    if (type == ValueType::share) return shortest(v * 100) + "%";
    if (type == ValueType::rate) return shortest(v) + "/s";
    if (type == ValueType::bandwidth) return bandwidth_text(v);
    return shortest(v);
  }
  std::string operator()(Duration v) const { return duration_text(v); }
  std::string operator()(const std::string& v) const { return v; }
  std::string operator()(const FilePath& v) const { return v.written; }
  std::string operator()(const std::vector<std::string>& v) const {
    return list_text(v, [](const std::string& s) { return s; });
  }
  std::string operator()(const Selector& v) const { return to_string(v); }
  std::string operator()(const std::vector<Selector>& v) const {
    return list_text(v, [](const Selector& s) { return to_string(s); });
  }
  std::string operator()(const TimeLaw& v) const { return to_string(v); }
  std::string operator()(const EdgeList& v) const {
    return list_text(
        v, [](const auto& e) { return "[" + std::to_string(e.first) + ", " + std::to_string(e.second) + "]"; });
  }
};

}  // namespace

std::string_view name_of(ValueType type) {
  static constexpr std::array<std::string_view, 16> names{
      "boolean", "integer", "number", "share",     "duration", "rate",          "size",      "bandwidth",
      "text",    "path",    "choice", "text list", "selector", "selector list", "edge list", "distribution"};
  return names[static_cast<std::size_t>(type)];
}

void limit_to_type(Parameter& parameter) {
  const auto narrow = [&parameter](const Bounds& bounds) {
    parameter.minimum = std::max(parameter.minimum, bounds.minimum);
    parameter.maximum = std::min(parameter.maximum, bounds.maximum);
  };
  switch (parameter.type) {
    case ValueType::duration: return narrow(duration_bounds);
    case ValueType::bandwidth: return narrow(bandwidth_bounds);
    case ValueType::rate: return narrow(rate_bounds);
    case ValueType::size: return narrow(size_bounds);
    default: return;
  }
}

std::string to_string(const Value& value, ValueType type) { return std::visit(Printer{type}, value); }

std::vector<std::string> names_of_positive(std::initializer_list<std::pair<std::string, Duration>> durations) {
  std::vector<std::string> names;
  for (const auto& [name, duration] : durations)
    if (duration > Duration{}) names.push_back(name);
  return names;
}

}  // namespace hearsay
