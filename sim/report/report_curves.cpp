#include "sim/report/report_curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/statistics.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;
using Numbers = std::vector<double>;

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

enum class Afterwards { stays, zero, nothing };  // what is there of a run that is over

struct Curve {
  const char* name;
  const char* source;  // in `series`
  bool rate;           // of a count that grows
  Afterwards afterwards;
};
constexpr Curve curves[] = {{"present", "present", false, Afterwards::stays},
                            {"distinct_states", "distinct_states", false, Afterwards::stays},
                            {"messages_per_s", "messages", true, Afterwards::zero},
                            {"bytes_per_s", "bytes", true, Afterwards::zero},
                            {"client_latency_s", "client_latency_s", false, Afterwards::nothing},
                            {"views", "views", false, Afterwards::stays}};

Json rounded_to_draw(double value) {
  if (!std::isfinite(value)) return nullptr;
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  const double rounded = std::strtod(text, nullptr);
  if (rounded == std::floor(rounded) && std::abs(rounded) < 1e15) return static_cast<std::int64_t>(rounded);
  return rounded;
}

Numbers numbers_of(const Json& series, const char* name) {
  Numbers values;
  if (const auto it = series.find(name); it != series.end())
    for (const Json& value : *it) values.push_back(value.is_number() ? value.get<double>() : absent);
  return values;
}

Numbers rates_of(const Numbers& counts, const Numbers& t) {
  Numbers rates(counts.size(), 0);
  for (std::size_t i = 1; i < counts.size() && i < t.size(); ++i)
    rates[i] = t[i] > t[i - 1] ? (counts[i] - counts[i - 1]) / (t[i] - t[i - 1]) : 0;
  return rates;
}

// The samples that stay: at most two of each bucket, the same number for every curve, so that they share their
// instants.
struct Thinning {
  std::size_t samples, buckets;
  bool all() const { return samples <= 2 * buckets; }
  std::size_t begin(std::size_t bucket) const { return bucket * samples / buckets; }
};

Json thinned_times(const Numbers& t, const Thinning& thinning) {
  Json out = Json::array();
  if (thinning.all())
    for (const double at : t) out.push_back(rounded_to_draw(at));
  for (std::size_t b = 0; !thinning.all() && b < thinning.buckets; ++b) {
    out.push_back(rounded_to_draw(t[thinning.begin(b)]));
    out.push_back(rounded_to_draw(t[thinning.begin(b + 1) - 1]));
  }
  return out;
}

Json thinned(const Numbers& values, const Thinning& thinning) {
  Json out = Json::array();
  if (thinning.all())
    for (const double value : values) out.push_back(rounded_to_draw(value));
  for (std::size_t b = 0; !thinning.all() && b < thinning.buckets; ++b) {
    std::size_t least = thinning.begin(b), greatest = least;
    for (std::size_t i = least; i < thinning.begin(b + 1); ++i) {
      if (!std::isfinite(values[least]) || values[i] < values[least]) least = i;
      if (!std::isfinite(values[greatest]) || values[i] > values[greatest]) greatest = i;
    }
    out.push_back(rounded_to_draw(values[std::min(least, greatest)]));
    out.push_back(rounded_to_draw(values[std::max(least, greatest)]));
  }
  return out;
}

const Json* series_of(const Json& result) {
  const auto it = result.find("series");
  if (it == result.end() || !it->is_object()) return nullptr;
  const auto t = it->find("t");
  return t == it->end() || t->empty() ? nullptr : &*it;
}

bool measured(const Numbers& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

double at_sample(const Numbers& values, std::size_t i, Afterwards afterwards) {
  if (i < values.size()) return values[i];
  return afterwards == Afterwards::stays ? values.back() : afterwards == Afterwards::zero ? 0 : absent;
}

Numbers curve_of(const Json& series, const Curve& curve, const Numbers& t) {
  Numbers values = numbers_of(series, curve.source);
  values.resize(t.size(), absent);
  return curve.rate ? rates_of(values, t) : values;
}

}  // namespace

Json run_curves(const Json& result, std::size_t buckets) {
  const Json* series = series_of(result);
  if (series == nullptr) return nullptr;
  const Numbers t = numbers_of(*series, "t");
  const Thinning thinning{t.size(), buckets};
  Json out{{"t", thinned_times(t, thinning)}};
  for (const Curve& curve : curves) {
    const Numbers values = curve_of(*series, curve, t);
    out[curve.name] = measured(values) ? thinned(values, thinning) : Json();
  }
  return out;
}

Json band_curves(const std::vector<const Json*>& results, std::size_t buckets) {
  Numbers longest;
  std::vector<const Json*> all;
  for (const Json* result : results)
    if (const Json* series = series_of(*result)) {
      all.push_back(series);
      if (Numbers t = numbers_of(*series, "t"); t.size() > longest.size()) longest = std::move(t);
    }
  if (all.empty()) return nullptr;
  const Thinning thinning{longest.size(), buckets};
  Json out{{"t", thinned_times(longest, thinning)}, {"runs", all.size()}};
  for (const Curve& curve : curves) {
    std::vector<Numbers> of_runs;
    for (const Json* series : all) of_runs.push_back(curve_of(*series, curve, numbers_of(*series, "t")));
    Numbers middle, low, high;
    for (std::size_t i = 0; i < longest.size(); ++i) {
      Numbers at;
      for (const Numbers& values : of_runs) {
        const double value = at_sample(values, i, curve.afterwards);
        if (std::isfinite(value)) at.push_back(value);
      }
      middle.push_back(median(at).value_or(absent));
      low.push_back(quantile(at, 0.05).value_or(absent));
      high.push_back(quantile(at, 0.95).value_or(absent));
    }
    if (measured(middle))
      out[curve.name] = {
          {"median", thinned(middle, thinning)}, {"p5", thinned(low, thinning)}, {"p95", thinned(high, thinning)}};
    else
      out[curve.name] = nullptr;
  }
  return out;
}

}  // namespace hearsay
