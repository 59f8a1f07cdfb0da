// What `tune --over` varies: each axis a key of the scenario and its range, seen as [0, 1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hearsay::tune {

// A place in the unit cube, a coordinate per axis.
using Point = std::vector<double>;

struct Axis {
  enum class Kind : std::uint8_t { integer, number, duration, share, rate, size, bandwidth, words } kind = Kind::number;
  std::string path;
  double low = 0, high = 1;        // in the unit of the kind: seconds, per second, bytes, ...
  bool logarithmic = false;        // equal steps are equal factors
  std::vector<std::string> words;  // Kind::words: the values, in the order given

  // As a scenario writes it, to three significant digits. Requires 0 <= place < 1.
  std::string text_at(double place) const;
  // How many different values there are; 0: too many to count.
  std::size_t levels() const;
};

// PATH=1..8, PATH=50ms..2s:log, PATH=a,b,c. Throws UsageError.
Axis read_axis(const std::string& text);

// A Latin hypercube (McKay, Beckman, Conover 1979): of each axis, every one of `count` equal parts holds one point.
std::vector<Point> latin_hypercube(std::size_t count, std::size_t axes, std::uint64_t seed);

}  // namespace hearsay::tune
