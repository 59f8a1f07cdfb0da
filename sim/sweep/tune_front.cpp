#include "sim/sweep/tune_front.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/report/sign_flip.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay::tune {
namespace {

constexpr double level = 0.05;
constexpr std::size_t most_bins = 5;

// Layers of the front, as positions in `which`: 0 for what none dominates.
std::vector<std::size_t> layers_of(const std::vector<Figures>& figures) {
  std::vector<std::size_t> layer(figures.size(), SIZE_MAX);
  for (std::size_t now = 0, left = figures.size(); left > 0; ++now) {
    std::vector<std::size_t> here;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      const bool beaten =
          layer[i] == SIZE_MAX && std::any_of(figures.begin(), figures.end(), [&](const Figures& other) {
            return layer[static_cast<std::size_t>(&other - figures.data())] == SIZE_MAX && dominates(other, figures[i]);
          });
      if (layer[i] == SIZE_MAX && !beaten) here.push_back(i);
    }
    for (const std::size_t i : here) layer[i] = now;
    left -= here.size();
  }
  return layer;
}

// How far apart the neighbours are in their layer, summed over objectives (Deb and others 2002); the ends are infinite.
std::vector<double> crowding_of(const std::vector<Figures>& figures, const std::vector<std::size_t>& layer) {
  std::vector<double> room(figures.size(), 0);
  for (std::size_t objective = 0; objective < figures.front().size(); ++objective) {
    std::vector<std::size_t> order(figures.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto value = [&](std::size_t i) { return figures[i][objective]; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return layer[a] != layer[b] ? layer[a] < layer[b] : value(a) < value(b);
    });
    for (std::size_t k = 0; k < order.size(); ++k) {
      const bool first = k == 0 || layer[order[k - 1]] != layer[order[k]];
      const bool last = k + 1 == order.size() || layer[order[k + 1]] != layer[order[k]];
      const double gap = first || last ? infinity : value(order[k + 1]) - value(order[k - 1]);
      room[order[k]] += std::isnan(gap) ? 0 : gap;
    }
  }
  return room;
}

std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t k = begin; k < end; ++k) ranks[order[k]] = static_cast<double>(begin + end - 1) / 2;
  }
  return ranks;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double correlation_of(const std::vector<double>& a, const std::vector<double>& b) {
  const double ma = mean_of(a), mb = mean_of(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

bool Candidate::allowed() const {
  return std::all_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return outcome.allowed; });
}

Figures medians(const Candidate& candidate, std::size_t seeds) {
  Figures figures;
  const std::size_t count = std::min(seeds, candidate.outcomes.size());
  for (std::size_t objective = 0; count > 0 && objective < candidate.outcomes.front().figures.size(); ++objective) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(candidate.outcomes[i].figures[objective]);
    figures.push_back(*median(values));
  }
  return figures;
}

bool dominates(const Figures& a, const Figures& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

bool surely_worse(const Candidate& one, const Candidate& other) {
  const std::size_t seeds = std::min(one.outcomes.size(), other.outcomes.size());
  if (seeds == 0 || !other.allowed()) return false;
  if (!dominates(medians(other, seeds), medians(one, seeds))) return false;
  std::vector<PairedSample> samples;
  for (std::size_t objective = 0; objective < one.outcomes.front().figures.size(); ++objective) {
    PairedSample sample;
    for (std::size_t i = 0; i < seeds; ++i)
      sample.push_back({i + 1, difference(one.outcomes[i].figures[objective], other.outcomes[i].figures[objective])});
    samples.push_back(std::move(sample));
  }
  const auto p = family_p_values(samples);
  return std::any_of(p.begin(), p.end(), [](double value) { return value <= level; });
}

std::vector<std::size_t> ranked(const std::vector<Candidate>& all, const std::vector<std::size_t>& which) {
  if (which.empty()) return {};
  std::vector<Figures> figures;
  std::size_t seeds = SIZE_MAX;
  for (const std::size_t i : which) seeds = std::min(seeds, all[i].outcomes.size());
  for (const std::size_t i : which) figures.push_back(medians(all[i], seeds));
  const auto layer = layers_of(figures);
  const auto room = crowding_of(figures, layer);
  std::vector<std::size_t> order(which.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool allowed_a = all[which[a]].allowed(), allowed_b = all[which[b]].allowed();
    if (allowed_a != allowed_b) return allowed_a;
    return layer[a] != layer[b] ? layer[a] < layer[b] : room[a] > room[b];
  });
  std::vector<std::size_t> best;
  for (const std::size_t i : order) best.push_back(which[i]);
  return best;
}

std::vector<std::size_t> front_of(const std::vector<Figures>& all) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (std::none_of(all.begin(), all.end(), [&](const Figures& other) { return dominates(other, all[i]); }))
      front.push_back(i);
  return front;
}

std::size_t knee_of(const std::vector<Figures>& front) {
  std::vector<double> distance(front.size(), 0);
  for (std::size_t objective = 0; objective < front.front().size(); ++objective) {
    double low = infinity, high = -infinity;
    for (const Figures& figures : front)
      if (std::isfinite(figures[objective])) {
        low = std::min(low, figures[objective]);
        high = std::max(high, figures[objective]);
      }
    const bool logarithmic = low > 0 && high > 10 * low;
    for (std::size_t i = 0; i < front.size(); ++i) {
      const double value = front[i][objective];
      double part = !std::isfinite(value) ? 2 : high > low ? (value - low) / (high - low) : 0;
      if (logarithmic && std::isfinite(value)) part = std::log(value / low) / std::log(high / low);
      distance[i] += part * part;
    }
  }
  return static_cast<std::size_t>(std::min_element(distance.begin(), distance.end()) - distance.begin());
}

std::optional<Effect> effect_of(const std::vector<double>& places, std::size_t levels,
                                const std::vector<double>& figures) {
  const std::size_t bins = levels == 0 ? most_bins : std::min(levels, most_bins);
  const auto ranks = ranks_of(figures);
  const double mean = figures.empty() ? 0 : mean_of(ranks);
  std::vector<double> sum(bins, 0), count(bins, 0);
  double total = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t bin = std::min(bins - 1, static_cast<std::size_t>(places[i] * static_cast<double>(bins)));
    sum[bin] += ranks[i];
    count[bin] += 1;
    total += (ranks[i] - mean) * (ranks[i] - mean);
  }
  double between = 0, used = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    if (count[bin] == 0) continue;
    used += 1;
    between += count[bin] * (sum[bin] / count[bin] - mean) * (sum[bin] / count[bin] - mean);
  }
  const double spare = static_cast<double>(places.size()) - used;
  if (total <= 0 || spare < 1) return std::nullopt;
  const double within = (total - between) / spare;
  return Effect{std::clamp((between - (used - 1) * within) / total, 0.0, 1.0), correlation_of(ranks_of(places), ranks)};
}

}  // namespace hearsay::tune
