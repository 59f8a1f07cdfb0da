#include "sim/sweep/tune_space.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <optional>

#include "sim/cli/command.hpp"
#include "sim/core/random.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::tune {
namespace {

constexpr double most = 1e300;

struct Reader {
  Axis::Kind kind;
  std::function<double(const std::string&)> read;  // throws UnitError
};

// The first that reads both ends of a range is the kind of the range.
const std::vector<Reader>& readers() {
  static const std::vector<Reader> all{
      {Axis::Kind::integer, [](const std::string& t) { return static_cast<double>(parse_integer(t)); }},
      {Axis::Kind::number, [](const std::string& t) { return parse_number(t); }},
      {Axis::Kind::duration, [](const std::string& t) { return seconds(parse_duration(t)); }},
      {Axis::Kind::rate, [](const std::string& t) { return parse_rate(t); }},
      {Axis::Kind::size, [](const std::string& t) { return static_cast<double>(parse_size(t)); }},
      {Axis::Kind::bandwidth, [](const std::string& t) { return parse_bandwidth(t); }},
      {Axis::Kind::share, [](const std::string& t) { return parse_share(t, 0, most); }},
  };
  return all;
}

std::optional<double> read_as(const Reader& reader, const std::string& text) {
  try {
    return reader.read(text);
  } catch (const UnitError&) {
    return std::nullopt;
  }
}

double rounded(double value) {
  if (value == 0) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::fabs(value))) - 2);
  return std::round(value / unit) * unit;
}

std::string digits(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

// In the largest unit of which it is at least one.
std::string duration_text(double value) {
  if (value <= 0) return "0s";
  if (value < 1e-3) return digits(rounded(value * 1e6)) + "us";
  return value < 1 ? digits(rounded(value * 1e3)) + "ms" : digits(rounded(value)) + "s";
}

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw UsageError("--over " + backquoted(text) + " " + why +
                   "; write PATH=LOW..HIGH, as in params.fanout=1..8 or params.interval=50ms..2s:log, or "
                   "PATH=WORD,WORD");
}

void read_range(const std::string& text, const std::string& low, const std::string& high, Axis& axis) {
  for (const Reader& reader : readers()) {
    const auto from = read_as(reader, low), to = read_as(reader, high);
    if (!from || !to) continue;
    if (!(*from < *to)) refuse(text, "has no room between its ends");
    if (axis.logarithmic && *from <= 0) refuse(text, "begins at zero, which has no logarithm");
    axis.kind = reader.kind;
    axis.low = *from;
    axis.high = *to;
    return;
  }
  refuse(text, "has ends that are no two numbers of one unit");
}

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

std::string Axis::text_at(double place) const {
  if (kind == Kind::words)
    return words[std::min(words.size() - 1, static_cast<std::size_t>(place * static_cast<double>(words.size())))];
  if (kind == Kind::integer && !logarithmic) return digits(std::min(high, low + std::floor(place * (high - low + 1))));
  const double value = logarithmic ? low * std::pow(high / low, place) : low + place * (high - low);
  switch (kind) {
    case Kind::integer: return digits(std::round(value));
    case Kind::duration: return duration_text(value);
    case Kind::rate: return digits(rounded(value)) + "/s";
    case Kind::size: return digits(std::round(rounded(value))) + "B";
    case Kind::bandwidth: return digits(rounded(value * 8)) + "bps";
    case Kind::share: return digits(rounded(value * 100)) + "%";
    default: return digits(rounded(value));
  }
}

std::size_t Axis::levels() const {
  if (kind == Kind::words) return words.size();
  return kind == Kind::integer && high - low < 1000 ? static_cast<std::size_t>(high - low) + 1 : 0;
}

Axis read_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) refuse(text, "names no key and range");
  Axis axis;
  axis.path = text.substr(0, equals);
  std::string range = text.substr(equals + 1);
  if (range.ends_with(":log")) {
    axis.logarithmic = true;
    range.erase(range.size() - 4);
  }
  if (const std::size_t dots = range.find(".."); dots != std::string::npos) {
    read_range(text, range.substr(0, dots), range.substr(dots + 2), axis);
    return axis;
  }
  axis.kind = Axis::Kind::words;
  axis.words = split_words(range);
  const bool empty = std::any_of(axis.words.begin(), axis.words.end(), [](const auto& word) { return word.empty(); });
  if (axis.words.size() < 2 || empty || axis.logarithmic) refuse(text, "is neither a range nor a list of words");
  return axis;
}

std::vector<Point> latin_hypercube(std::size_t count, std::size_t axes, std::uint64_t seed) {
  std::vector<Point> points(count, Point(axes));
  for (std::size_t axis = 0; axis < axes; ++axis) {
    RandomStream random(seed, "tune hypercube", axis);
    std::vector<std::size_t> parts(count);
    std::iota(parts.begin(), parts.end(), std::size_t{0});
    random.shuffle_front(parts, count);
    for (std::size_t i = 0; i < count; ++i)
      points[i][axis] = (static_cast<double>(parts[i]) + random.uniform()) / static_cast<double>(count);
  }
  return points;
}

}  // namespace hearsay::tune
