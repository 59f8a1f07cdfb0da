#include "sim/sweep/tune_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "sim/core/random.hpp"

namespace hearsay::tune {
namespace {

constexpr double fresh_share = 0.25;                       // of the budget, for the final frontier
constexpr double first_share = 0.5;                        // of the rest, for the hypercube and its halving
constexpr std::array<std::size_t, 4> rungs{3, 6, 12, 24};  // seeds of those that are still in the race
constexpr std::size_t runs_per_start = 6;  // 3 + 3/2 + 6/4: of a candidate that starts, up to the third rung
constexpr std::size_t least_start = 10, most_start = 400;
constexpr std::size_t most_final = 12, least_fresh = 8, most_fresh = 60;
constexpr std::size_t judged_seeds = 6;                   // below, nobody is on a frontier
constexpr std::array<double, 3> steps{0.15, 0.07, 0.03};  // of the refinement, in turns, as parts of a range

std::string settings_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " setting" : " settings"); }

class Search {
 public:
  Search(const SearchPlan& plan, const Evaluate& evaluate, const Say& say)
      : plan_(plan), evaluate_(evaluate), say_(say), random_(plan.seed, "tune refinement") {}

  std::optional<SearchResult> run() {
    const auto fresh = static_cast<std::size_t>(fresh_share * static_cast<double>(plan_.budget));
    left_ = plan_.budget - fresh;
    const auto start = static_cast<std::size_t>(first_share * static_cast<double>(left_)) / runs_per_start;
    for (Point& point : latin_hypercube(std::clamp(start, least_start, most_start), plan_.axes.size(), plan_.seed))
      add(std::move(point), 0);
    result_.hypercube = all().size();
    std::vector<std::size_t> racers(all().size());
    for (std::size_t i = 0; i < racers.size(); ++i) racers[i] = i;
    if (!race(racers, "hypercube")) return std::nullopt;
    for (std::uint32_t round = 1; left_ >= runs_per_start * 4; ++round) {
      const auto fresh_racers = neighbours(round);
      if (fresh_racers.empty()) break;
      if (!race(fresh_racers, "refinement " + std::to_string(round))) return std::nullopt;
    }
    left_ += fresh;
    if (!measure_front()) return std::nullopt;
    return std::move(result_);
  }

 private:
  std::vector<Candidate>& all() { return result_.candidates; }

  // False if the setting is there already.
  bool add(Point place, std::uint32_t round) {
    Candidate candidate;
    for (std::size_t axis = 0; axis < place.size(); ++axis)
      candidate.values.push_back(plan_.axes[axis].text_at(place[axis]));
    if (!known_.insert(candidate.values).second) return false;
    candidate.place = std::move(place);
    candidate.round = round;
    all().push_back(std::move(candidate));
    return true;
  }

  // Those that are in the race get as many seeds as the rung says, rung by rung; at most half of them go on.
  bool race(std::vector<std::size_t> racers, const std::string& name) {
    for (const std::size_t seeds : rungs) {
      std::vector<Wanted> wanted;
      for (const std::size_t i : racers) {
        const std::size_t has = all()[i].outcomes.size();
        if (has >= seeds || left_ < seeds - has) continue;
        left_ -= seeds - has;
        wanted.push_back({i, has + 1, seeds});
      }
      std::erase_if(racers, [&](std::size_t i) {
        return std::none_of(wanted.begin(), wanted.end(), [i](const Wanted& one) { return one.candidate == i; });
      });
      if (racers.empty()) return true;
      if (!spend(wanted, name + ", " + settings_text(racers.size()) + ", " + std::to_string(seeds) + " seeds"))
        return false;
      drop_beaten(racers);
      const auto best = ranked(all(), racers);
      racers.assign(best.begin(), best.begin() + static_cast<std::ptrdiff_t>((best.size() + 1) / 2));
      for (std::size_t k = racers.size(); k < best.size(); ++k) all()[best[k]].dropped = true;
    }
    return true;
  }

  bool spend(const std::vector<Wanted>& wanted, const std::string& stage) {
    for (const Wanted& one : wanted) result_.runs += one.last_seed - one.first_seed + 1;
    say_(stage + ", " + std::to_string(result_.runs) + " of " + std::to_string(plan_.budget) + " runs");
    return evaluate_(all(), wanted);
  }

  // Out of the race: what breaks a constraint, and what the seeds show to be worse than something on the frontier.
  void drop_beaten(std::vector<std::size_t>& racers) {
    const auto front = frontier(rungs.front());
    std::erase_if(racers, [&](std::size_t i) {
      Candidate& candidate = all()[i];
      candidate.dropped = !candidate.allowed() || std::any_of(front.begin(), front.end(), [&](std::size_t other) {
        return other != i && surely_worse(candidate, all()[other]);
      });
      return candidate.dropped;
    });
  }

  // Candidates that keep the constraints, have so many seeds, and that none such dominates.
  std::vector<std::size_t> frontier(std::size_t seeds) {
    std::vector<std::size_t> which;
    std::vector<Figures> figures;
    for (std::size_t i = 0; i < all().size(); ++i)
      if (all()[i].outcomes.size() >= seeds && all()[i].allowed()) {
        which.push_back(i);
        figures.push_back(medians(all()[i]));
      }
    std::vector<std::size_t> front;
    for (const std::size_t k : front_of(figures)) front.push_back(which[k]);
    return front;
  }

  std::vector<std::size_t> best_frontier() {
    auto front = frontier(judged_seeds);
    return front.empty() ? frontier(1) : front;
  }

  // Steps from points of the frontier, some towards another one, until there are enough new settings.
  std::vector<std::size_t> neighbours(std::uint32_t round) {
    const auto front = best_frontier();
    const std::size_t before = all().size();
    const std::size_t wanted =
        std::clamp<std::size_t>(left_ / (2 * runs_per_start), 4, std::max<std::size_t>(4, result_.hypercube / 2));
    const double step = steps.at((round - 1) % steps.size());
    for (std::size_t tries = 0; all().size() < before + wanted && tries < 20 * wanted; ++tries) {
      Point place = front.empty() ? Point(plan_.axes.size(), 0.5) : all()[front[random_.below(front.size())]].place;
      const Point towards = front.empty() ? place : all()[front[random_.below(front.size())]].place;
      const double part = random_.chance(0.5) ? random_.uniform() : 0;
      const double width = front.empty() ? 0.5 : step;
      for (std::size_t axis = 0; axis < place.size(); ++axis) {
        place[axis] += part * (towards[axis] - place[axis]) + width * random_.normal();
        place[axis] = std::clamp(place[axis], 0.0, 1 - 1e-9);
        const auto& words = plan_.axes[axis].words;
        if (!words.empty() && random_.chance(step)) place[axis] = random_.uniform();  // words have no neighbours
      }
      add(std::move(place), round);
    }
    std::vector<std::size_t> fresh;
    for (std::size_t i = before; i < all().size(); ++i) fresh.push_back(i);
    return fresh;
  }

  bool measure_front() {
    auto front = ranked(all(), best_frontier());
    if (front.empty()) return true;
    const std::size_t points = std::min({front.size(), most_final, std::max<std::size_t>(1, left_ / least_fresh)});
    front.resize(points);
    const std::size_t seeds = std::clamp(left_ / points, std::size_t{1}, most_fresh);
    std::vector<Candidate> fresh;
    std::vector<Wanted> wanted;
    for (const std::size_t i : front) {
      fresh.push_back({all()[i].place, all()[i].values, {}, false, all()[i].round});
      wanted.push_back({fresh.size() - 1, first_fresh_seed, first_fresh_seed + seeds - 1});
    }
    result_.runs += points * seeds;
    result_.fresh_seeds = seeds;
    say_("frontier, " + settings_text(points) + ", " + std::to_string(seeds) + " fresh seeds, " +
         std::to_string(result_.runs) + " of " + std::to_string(plan_.budget) + " runs");
    if (!evaluate_(fresh, wanted)) return false;
    for (std::size_t k = 0; k < points; ++k) put_final(front[k], std::move(fresh[k]));
    judge_front();
    return true;
  }

  void put_final(std::size_t candidate, Candidate fresh) {
    FinalPoint point{candidate, medians(all()[candidate]), all()[candidate].outcomes.size(), std::move(fresh), {}, {},
                     false};
    point.figures = medians(point.fresh);
    for (std::size_t objective = 0; objective < plan_.objectives; ++objective) {
      std::vector<double> values;
      for (const Outcome& outcome : point.fresh.outcomes) values.push_back(outcome.figures[objective]);
      point.intervals.push_back(bootstrap_interval_of_median(values));
    }
    result_.front.push_back(std::move(point));
  }

  void judge_front() {
    auto& front = result_.front;
    std::stable_sort(front.begin(), front.end(), [](const auto& a, const auto& b) { return a.figures < b.figures; });
    std::vector<Figures> figures;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < front.size(); ++i)
      if (front[i].fresh.allowed()) {
        figures.push_back(front[i].figures);
        of.push_back(i);
      }
    std::vector<Figures> best;
    std::vector<std::size_t> best_of;
    for (const std::size_t k : front_of(figures)) {
      front[of[k]].on_front = true;
      best.push_back(figures[k]);
      best_of.push_back(of[k]);
    }
    if (!best.empty()) result_.knee = best_of[knee_of(best)];
  }

  const SearchPlan& plan_;
  const Evaluate& evaluate_;
  const Say& say_;
  RandomStream random_;
  SearchResult result_;
  std::set<std::vector<std::string>> known_;
  std::size_t left_ = 0;
};

}  // namespace

std::optional<SearchResult> search(const SearchPlan& plan, const Evaluate& evaluate, const Say& say) {
  return Search(plan, evaluate, say).run();
}

}  // namespace hearsay::tune
