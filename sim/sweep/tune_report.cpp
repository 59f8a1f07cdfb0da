#include "sim/sweep/tune_report.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/cli/lay_out.hpp"
#include "sim/core/text.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::tune {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(double value) {
  if (!std::isfinite(value)) return "never";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

// As the user sees it: of a maximised field the sign is turned back.
double as_measured(const Objective& objective, double figure) { return objective.highest ? -figure : figure; }

Interval as_measured(const Objective& objective, const Interval& interval) {
  return objective.highest ? Interval{-interval.high, -interval.low} : interval;
}

std::string with_interval(const Objective& objective, double figure, const std::optional<Interval>& interval) {
  std::string text = shown(as_measured(objective, figure));
  if (!interval) return text;
  const Interval measured = as_measured(objective, *interval);
  return text + " [" + shown(measured.low) + ", " + shown(measured.high) + "]";
}

std::string note_on(const SearchResult& result, std::size_t i, std::size_t chosen) {
  const FinalPoint& point = result.front[i];
  std::string note;
  if (!point.fresh.allowed())
    note = "breaks a constraint on fresh seeds";
  else if (!point.on_front)
    note = "beaten on fresh seeds";
  else if (i == result.knee)
    note = "knee";
  if (i == chosen) note += note.empty() ? "chosen" : ", chosen";
  return note;
}

std::string front_table(const TuneOptions& options, const SearchResult& result, std::size_t chosen) {
  Rows rows{{
      "",
  }};
  for (const Axis& axis : options.search.axes) rows[0].push_back(printable(axis.path));
  for (const Objective& objective : options.objectives) rows[0].push_back(objective.field);
  rows[0].emplace_back("");
  for (std::size_t i = 0; i < result.front.size(); ++i) {
    const FinalPoint& point = result.front[i];
    std::vector<std::string> row{std::to_string(i + 1)};
    row.insert(row.end(), point.fresh.values.begin(), point.fresh.values.end());
    for (std::size_t k = 0; k < options.objectives.size(); ++k)
      row.push_back(with_interval(options.objectives[k], point.figures[k], point.intervals[k]));
    row.push_back(note_on(result, i, chosen));
    rows.push_back(std::move(row));
  }
  return lay_out_list(rows);
}

std::optional<Effect> effect_in(const TuneOptions& options, const SearchResult& result, std::size_t axis,
                                std::size_t objective) {
  std::vector<double> places, figures;
  for (std::size_t i = 0; i < result.hypercube; ++i) {
    const Candidate& candidate = result.candidates[i];
    if (candidate.outcomes.empty()) continue;
    places.push_back(candidate.place[axis]);
    figures.push_back(medians(candidate, 3)[objective]);
  }
  return effect_of(places, options.search.axes[axis].levels(), figures);
}

std::string effects_table(const TuneOptions& options, const SearchResult& result) {
  Rows rows{{"parameter"}};
  for (const Objective& objective : options.objectives) rows[0].push_back(objective.field);
  for (std::size_t axis = 0; axis < options.search.axes.size(); ++axis) {
    std::vector<std::string> row{printable(options.search.axes[axis].path)};
    for (std::size_t k = 0; k < options.objectives.size(); ++k) {
      const auto effect = effect_in(options, result, axis, k);
      if (!effect) {
        row.emplace_back("-");
        continue;
      }
      const double direction = as_measured(options.objectives[k], effect->correlation);
      const bool words = !options.search.axes[axis].words.empty();
      row.push_back(std::to_string(static_cast<int>(std::lround(100 * effect->share))) + " %" +
                    (words || std::fabs(direction) < 0.2 ? ""
                     : direction > 0                     ? ", rises"
                                                         : ", falls"));
    }
    rows.push_back(std::move(row));
  }
  return lay_out_list(rows);
}

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json figures_json(const TuneOptions& options, const Figures& figures) {
  Json json = Json::array();
  for (std::size_t k = 0; k < figures.size(); ++k)
    json.push_back(number_or_null(as_measured(options.objectives[k], figures[k])));
  return json;
}

Json intervals_json(const TuneOptions& options, const FinalPoint& point) {
  Json json = Json::array();
  for (std::size_t k = 0; k < point.intervals.size(); ++k) {
    if (!point.intervals[k]) {
      json.push_back(nullptr);
      continue;
    }
    const Interval interval = as_measured(options.objectives[k], *point.intervals[k]);
    json.push_back({number_or_null(interval.low), number_or_null(interval.high)});
  }
  return json;
}

}  // namespace

std::string tune_text(const TuneOptions& options, const SearchResult& result, std::size_t chosen) {
  std::string text =
      std::to_string(result.candidates.size()) + " settings, " + std::to_string(result.runs) + " runs\n\n";
  text += "frontier: medians over " + std::to_string(result.fresh_seeds) +
          " fresh seeds, with 95 % confidence intervals\n" + front_table(options, result, chosen);
  text += "\nshare of the differences (in ranks) between " + std::to_string(result.hypercube) +
          " settings of the hypercube that a parameter alone explains\n" + effects_table(options, result);
  return text;
}

Json tune_json(const TuneOptions& options, const std::string& scenario, const std::string& protocol,
               const SearchResult& result, std::size_t chosen) {
  Json objectives = Json::array(), axes = Json::array(), front = Json::array(), settings = Json::array();
  for (const Objective& objective : options.objectives)
    objectives.push_back({{"field", objective.field}, {"aim", objective.highest ? "high" : "low"}});
  for (std::size_t axis = 0; axis < options.search.axes.size(); ++axis) {
    Json effects = Json::array();
    for (std::size_t k = 0; k < options.objectives.size(); ++k) {
      if (const auto effect = effect_in(options, result, axis, k))
        effects.push_back(
            {{"share", effect->share}, {"correlation", as_measured(options.objectives[k], effect->correlation)}});
      else
        effects.push_back(nullptr);
    }
    axes.push_back({{"path", options.search.axes[axis].path}, {"effects", effects}});
  }
  for (std::size_t i = 0; i < result.front.size(); ++i) {
    const FinalPoint& point = result.front[i];
    front.push_back({{"values", point.fresh.values},
                     {"figures", figures_json(options, point.figures)},
                     {"intervals", intervals_json(options, point)},
                     {"searched", figures_json(options, point.searched)},
                     {"searched_seeds", point.searched_seeds},
                     {"on_front", point.on_front},
                     {"knee", i == result.knee},
                     {"chosen", i == chosen}});
  }
  for (const Candidate& candidate : result.candidates)
    if (!candidate.outcomes.empty())
      settings.push_back({{"values", candidate.values},
                          {"figures", figures_json(options, medians(candidate))},
                          {"seeds", candidate.outcomes.size()},
                          {"allowed", candidate.allowed()},
                          {"round", candidate.round}});
  Json constraints = Json::array();
  for (const Constraint& constraint : options.constraints) constraints.push_back(constraint.text);
  return {{"scenario", scenario},
          {"protocol", protocol},
          {"budget", options.search.budget},
          {"runs", result.runs},
          {"objectives", objectives},
          {"constraints", constraints},
          {"fresh_seeds", result.fresh_seeds},
          {"parameters", axes},
          {"front", front},
          {"settings", settings}};
}

std::string chosen_scenario(const TuneOptions& options, const Scenario& scenario, const SearchResult& result,
                            std::size_t chosen) {
  const Node tree = movable_tree_of(scenario);
  const FinalPoint& point = result.front[chosen];
  std::string text = "# Chosen by `tune` from " + std::to_string(result.candidates.size()) + " settings:\n";
  for (std::size_t i = 0; i < options.search.axes.size(); ++i)
    text += "#   " + printable(options.search.axes[i].path) + "=" + printable(point.fresh.values[i]) + "\n";
  text += "# Medians over " + std::to_string(result.fresh_seeds) + " fresh seeds, with 95 % confidence intervals:\n";
  for (std::size_t k = 0; k < options.objectives.size(); ++k)
    text += "#   " + options.objectives[k].field + " " +
            with_interval(options.objectives[k], point.figures[k], point.intervals[k]) + "\n";
  return text + hunt::block_text(tree);
}

}  // namespace hearsay::tune
