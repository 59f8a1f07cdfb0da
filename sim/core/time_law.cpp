#include "sim/core/time_law.hpp"

#include <algorithm>

#include "sim/core/exact_math.hpp"
#include "sim/core/parameters.hpp"

namespace hearsay {
namespace {

constexpr double longest_s = 1e9;

Duration bounded(double length_s) { return from_seconds(std::min(length_s, longest_s)); }

std::string text(Duration duration) { return to_string(Value(duration), ValueType::duration); }

}  // namespace

Duration TimeLaw::draw(RandomStream& random) const {
  Duration drawn = a;
  switch (kind) {
    case Kind::constant: break;
    case Kind::uniform: drawn = random.between(a, b); break;
    case Kind::exponential: drawn = bounded(-seconds(a) * random.log_uniform()); break;
    case Kind::pareto: drawn = bounded(seconds(a) * exact::pow(1 - random.uniform(), -1 / shape)); break;
    case Kind::list: drawn = values[random.below(values.size())]; break;
  }
  return std::max(drawn, Duration(1));
}

std::string to_string(const TimeLaw& d) {
  switch (d.kind) {
    case TimeLaw::Kind::constant: break;
    case TimeLaw::Kind::uniform: return "{uniform: {min: " + text(d.a) + ", max: " + text(d.b) + "}}";
    case TimeLaw::Kind::exponential: return "{exponential: {mean: " + text(d.a) + "}}";
    case TimeLaw::Kind::pareto:
      return "{pareto: {min: " + text(d.a) + ", shape: " + to_string(Value(d.shape), ValueType::number) + "}}";
    case TimeLaw::Kind::list: {
      std::string all;
      for (const Duration value : d.values) all += (all.empty() ? "" : ", ") + text(value);
      return "{list: [" + all + "]}";
    }
  }
  return text(d.a);
}

}  // namespace hearsay
