#include "sim/hunt/shrink.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "sim/hunt/steps.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::hunt {
namespace {

class Shrinker {
 public:
  Shrinker(const Node& tree, std::string oracle, const RunnerOptions& options, std::size_t most_runs)
      : oracle_(std::move(oracle)), options_(options), most_runs_(most_runs), tree_(tree) {}

  Shrunk shrink() {
    Shrunk result;
    result.before = size_of(tree_, options_.file);
    keep_own_expectation();
    drop_idle_faults();
    std::string before;
    for (int round = 0; round < 4 && !exhausted() && before != flow_text(tree_); ++round) {
      before = flow_text(tree_);
      ddmin("faults");
      improve(with_fewer_nodes);
      improve(with_earlier_stop);
      improve([this](const Node& tree) { return as_script(tree, options_.file); });
      ddmin("workload.script");
      improve(without_one_part);
      improve(with_simpler_value);
    }
    result.whole = !exhausted();
    const auto last = run({tree_});
    if (!last.empty() && last.front().find(oracle_) != nullptr) result.finding = *last.front().find(oracle_);
    result.tree = tree_;
    result.after = size_of(tree_, options_.file);
    result.runs = runs_;
    return result;
  }

 private:
  bool exhausted() const {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
    return runs_ >= most_runs_ || interrupted_ || taken.count() > options_.shrink_wall_s;
  }

  std::vector<TrialOutcome> run(const std::vector<Node>& trees) {
    std::vector<RunRequest> requests;
    for (const Node& tree : trees) requests.push_back({tree, dispatch_});
    runs_ += requests.size();
    RunnerResult result = run_all(options_, requests);
    interrupted_ = interrupted_ || result.interrupted;
    return std::move(result.outcomes);
  }

  // The first of the candidates that fails as well, and makes it the tree.
  bool take_first_failing(const std::vector<Node>& candidates) {
    for (std::size_t begin = 0; begin < candidates.size() && !exhausted();) {
      std::vector<Node> batch;
      for (; begin < candidates.size() && batch.size() < options_.jobs; ++begin)
        if (passing_.insert(flow_text(candidates[begin])).second) batch.push_back(candidates[begin]);
      if (batch.empty()) continue;
      const auto outcomes = run(batch);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (outcomes[i].find(oracle_) == nullptr || grows(batch[i])) continue;
        tree_ = batch[i];
        // Those behind it count as not tried, so that the result does not depend on the number of jobs.
        for (std::size_t later = i + 1; later < batch.size(); ++later) passing_.erase(flow_text(batch[later]));
        return true;
      }
    }
    return false;
  }

  // A part that is left out may have kept clients or nodes few.
  bool grows(const Node& candidate) const {
    const Size now = size_of(tree_, options_.file), then = size_of(candidate, options_.file);
    return then.operations > now.operations || then.nodes > now.nodes || then.faults > now.faults;
  }

  template <class Candidates>
  void improve(Candidates candidates) {
    while (!exhausted() && take_first_failing(candidates(tree_))) {
    }
  }

  // Promises are judged without being written down; of the user's expectations the broken one is enough.
  void keep_own_expectation() {
    Node smaller = tree_;
    const std::string path = oracle_.starts_with("expect ") ? oracle_.substr(7) : "";
    Node* entry = smaller.find("protocols");
    if (entry != nullptr && !entry->items.empty() && entry->items.front().is_map() && path.empty())
      take(entry->items.front(), "expect");
    if (Node* expect = smaller.find("expect"); expect != nullptr && expect->is_map()) {
      std::erase_if(expect->entries, [&](const Entry& e) { return e.key != path; });
      if (expect->entries.empty()) take(smaller, "expect");
    }
    take(smaller, "description");
    take_first_failing({smaller});
  }

  void drop_idle_faults() {
    const auto outcomes = run({tree_});
    if (outcomes.empty()) return;
    Node smaller = tree_;
    Node* faults = list_at(smaller, "faults");
    if (faults == nullptr) return;
    const auto& idle = outcomes.front().idle_faults;
    for (std::size_t i = idle.size(); i-- > 0;) faults->items.erase(faults->items.begin() + idle[i]);
    take_first_failing({smaller});
  }

  // Zeller and Hildebrandt's ddmin: chunks alone, then what is left without each, then smaller chunks.
  void ddmin(const std::string& path) {
    std::size_t parts = 2;
    while (!exhausted()) {
      Node copy = tree_;
      const Node* list = list_at(copy, path);
      if (list == nullptr || list->items.empty()) return;
      const std::size_t count = list->items.size();
      parts = std::min(parts, count);
      const bool reduced = count > 1 && take_first_failing(chunks(path, parts, false));
      if (reduced) {
        parts = 2;
        continue;
      }
      if (take_first_failing(chunks(path, parts, true))) {
        parts = std::max<std::size_t>(parts - 1, 2);
        continue;
      }
      if (parts >= count) return;
      parts = std::min(count, parts * 2);
    }
  }

  // `complement`: without a chunk rather than with it alone.
  std::vector<Node> chunks(const std::string& path, std::size_t parts, bool complement) const {
    std::vector<Node> all;
    for (std::size_t part = 0; part < parts; ++part) {
      Node copy = tree_;
      Node& list = *list_at(copy, path);
      const std::size_t count = list.items.size();
      const auto begin = list.items.begin() + static_cast<std::ptrdiff_t>(count * part / parts);
      const auto end = list.items.begin() + static_cast<std::ptrdiff_t>(count * (part + 1) / parts);
      std::vector<Node> kept(begin, end);
      if (complement) {
        kept.assign(list.items.begin(), begin);
        kept.insert(kept.end(), end, list.items.end());
      }
      list.items = std::move(kept);
      if (list.items.empty() && path == "faults") take(copy, "faults");
      all.push_back(std::move(copy));
    }
    return all;
  }

  std::string oracle_, dispatch_;
  RunnerOptions options_;
  std::size_t most_runs_, runs_ = 0;
  bool interrupted_ = false;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  Node tree_;
  std::set<std::string> passing_;  // tried already
};

}  // namespace

Size size_of(const Node& tree, const std::string& file) {
  Size size;
  try {
    const auto scenario = read_tree(tree, file);
    size.faults = scenario->faults.size();
    size.nodes = scenario->nodes;
    WorkloadContext context;
    context.seed = scenario->seeds.front();
    for (NodeId node = 0; node < scenario->nodes; ++node) context.nodes.push_back(node);
    context.duration_end = Time(scenario->duration);
    const auto schedule = make_workload(scenario->workloads, context);
    while (schedule->next()) ++size.operations;
  } catch (const ScenarioError&) {
  }
  return size;
}

Shrunk shrink(const Node& tree, const std::string& oracle, const RunnerOptions& options, std::size_t most_runs) {
  return Shrinker(tree, oracle, options, most_runs).shrink();
}

}  // namespace hearsay::hunt
