// The observers, which fold a stream with constant work an event, find on random histories what the definitions say.
#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/core/random.hpp"
#include "tests/metrics/history.hpp"
#include "tests/metrics/naive.hpp"

namespace hearsay {
namespace {

constexpr std::uint32_t nodes = 5;  // four boot, one joins

// Random events that could happen in this order, many of them at equal times.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed, "history") {}

  History make(int events) {
    for (int i = 0; i < events; ++i) {
      if (random_.chance(0.5)) now_ += static_cast<std::int64_t>(random_.below(4));
      step();
    }
    return std::move(history_);
  }

 private:
  std::uint64_t pick(std::uint64_t bound) { return random_.below(bound); }
  NodeId any_node() { return static_cast<NodeId>(pick(nodes)); }
  ClientId any_client() { return static_cast<ClientId>(pick(3)); }
  WriteId any_write() { return static_cast<WriteId>(pick(history_.writes())); }
  std::string any_key() { return pick(2) == 0 ? "" : pick(2) == 0 ? "a" : "b"; }

  void step() {
    switch (pick(16)) {
      case 0:
      case 1: pending_.push_back(history_.write(now_, any_node(), any_client(), any_key())); return;
      case 2:
        if (pick(4) == 0)
          pending_.push_back(history_.final_read(now_, any_node()));
        else
          pending_.push_back(history_.read(now_, any_node(), any_client(), any_key()));
        return;
      case 3:
      case 4: respond(); return;
      case 5: change_node(); return;
      case 6: change_fault(); return;
      case 7:
      case 8: history_.digest(now_, any_node(), pick(3)); return;
      case 9: history_.message(now_, EventKind::send, 1, 0, 10); return;
      default: break;
    }
    if (history_.writes() == 0) return;
    const std::uint64_t choice = pick(10);
    if (choice == 0) {
      history_.replaced(now_, any_node(), any_write(), any_write());
    } else if (choice == 1) {
      history_.add(now_, EventKind::recovered, any_node(), any_write());
    } else {
      history_.applied(now_, any_node(), any_write());
    }
  }

  void respond() {
    if (pending_.empty()) return;
    const std::size_t i = pick(pending_.size());
    const OpId id = pending_[i];
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    const auto outcome = pick(4) == 0 ? static_cast<Outcome>(pick(4)) : Outcome::ok;
    history_.respond(now_, id, outcome, seen_by(history_.operation(id)));
  }

  std::vector<WriteId> seen_by(const Operation& operation) {
    std::vector<WriteId> seen;
    if (operation.kind == OperationKind::write) return seen;
    for (OpId id = 0; id < history_.operations(); ++id) {
      const Operation& write = history_.operation(id);
      if (write.kind != OperationKind::write) continue;
      if (operation.key.empty()) {
        if (pick(5) != 0) seen.push_back(write.write);
        if (pick(40) == 0) seen.push_back(write.write);
      } else if (operation.key == write.key && pick(3) == 0) {
        seen = {write.write};
      }
    }
    return seen;
  }

  void change_node() {
    const NodeId node = any_node();
    if (states_[node] == 'u') {
      states_[node] = pick(4) == 0 ? 'l' : 'd';
      history_.add(now_, states_[node] == 'l' ? EventKind::leave : EventKind::crash, node);
    } else {
      history_.add(now_, states_[node] == 'd' ? EventKind::restart : EventKind::join, node);
      states_[node] = 'u';
    }
  }

  void change_fault() {
    if (open_faults_.empty() || pick(2) == 0) {
      open_faults_.push_back(faults_);
      history_.fault_begin(now_, faults_++, "loss", "10%");
    } else {
      history_.fault_end(now_, open_faults_.back());
      open_faults_.pop_back();
    }
  }

  RandomStream random_;
  History history_{nodes, nodes - 1, std::chrono::milliseconds(499)};  // a grid of 1 ms
  std::int64_t now_ = 0;
  std::vector<OpId> pending_;
  std::string states_ = "uuuul";  // up, down, left (or not there yet)
  std::vector<std::uint64_t> open_faults_;
  std::uint64_t faults_ = 0;
};

void check_quantiles(const Quantiles& found, const std::vector<double>& sorted) {
  CHECK(found.count == sorted.size());
  if (sorted.empty()) return;
  CHECK(found.p50 == Approx(sorted[sorted.size() / 2]));
  CHECK(found.max == Approx(sorted.back()));
  double sum = 0;
  for (const double value : sorted) sum += value;
  CHECK(found.mean == Approx(sum / static_cast<double>(sorted.size())));
}

void check_series(const Series& series, const naive::Events& events) {
  REQUIRE(series.t.size() ==
          std::min<std::size_t>(500, static_cast<std::size_t>(seconds(events.back().at) * 1000 + 1.5)));
  for (std::size_t i = 0; i < series.t.size(); i += 7) {
    const naive::State state = naive::at_time(events, Time(std::chrono::milliseconds(i)));
    CHECK(series.up_to_date[i] == Approx(state.up_to_date()));
    CHECK(series.present[i] == Approx(state.present()));
    CHECK(series.distinct_states[i] == static_cast<double>(state.distinct()));
    CHECK(series.messages[i] == static_cast<double>(state.sent));
  }
}

void check_agreement(const RunResult& r, const naive::Events& events) {
  const naive::State end = naive::after_events(events, events.size());
  CHECK(r.converged == end.agreed());
  CHECK(r.distinct_states == end.distinct());
  CHECK(r.divergence_s == Approx(naive::divergence(events)));
  const auto convergence = naive::convergence_time(events);
  REQUIRE(r.convergence_time_s.has_value() == convergence.has_value());
  if (convergence) CHECK(*r.convergence_time_s == Approx(*convergence));
  const auto recoveries = naive::recoveries(events);
  REQUIRE(r.recovery.size() == recoveries.size());
  for (std::size_t i = 0; i < recoveries.size(); ++i) {
    REQUIRE(r.recovery[i].reconverged_s.has_value() == recoveries[i].has_value());
    if (recoveries[i]) CHECK(*r.recovery[i].reconverged_s == Approx(*recoveries[i]));
  }
}

void check_visibility(const RunResult& r, const naive::Events& events) {
  check_quantiles(r.delivery_latency_s, naive::delivery_latencies(events));
  const std::vector<double> stable = naive::stable_latencies(events);
  const naive::State end = naive::after_events(events, events.size());
  CHECK(r.stable_latency_s.never_stable == end.acknowledged.size() - stable.size());
  if (!stable.empty()) {
    CHECK(r.stable_latency_s.p0 == Approx(stable.front()));
    CHECK(r.stable_latency_s.p50 == Approx(stable[stable.size() / 2]));
    CHECK(r.stable_latency_s.p100 == Approx(stable.back()));
  }
  const std::uint64_t shares[] = {50, 90, 99, 100};
  for (std::size_t i = 0; i < std::size(shares); ++i) {
    const auto delay = naive::delay_to_share(events, shares[i]);
    REQUIRE(r.delay_to_share_s.mean[i].has_value() == delay.has_value());
    if (delay) CHECK(*r.delay_to_share_s.mean[i] == Approx(*delay));
  }
  CHECK(r.missing == naive::missing(events));
  CHECK(r.lost_writes == naive::lost(events));
  CHECK(r.violations.causal_order == naive::causal_violations(events));
}

void check_clients(const RunResult& r, const naive::Events& events) {
  CHECK(r.violations.read_your_writes == naive::read_your_writes(events));
  CHECK(r.violations.monotonic_reads == naive::monotonic_reads(events));
  if (!r.maelstrom) return;
  const SetFull expected = naive::set_full(events);
  CHECK(r.maelstrom->attempt_count == expected.attempt_count);
  CHECK(r.maelstrom->stable_count == expected.stable_count);
  CHECK(r.maelstrom->lost_count == expected.lost_count);
  CHECK(r.maelstrom->never_read_count == expected.never_read_count);
  CHECK(r.maelstrom->stale_count == expected.stale_count);
  CHECK(r.maelstrom->duplicated_count == expected.duplicated_count);
  CHECK(r.maelstrom->stable_latencies_ms == expected.stable_latencies_ms);
}

TEST_CASE("on random histories the observers agree with the definitions") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    History history = Generator(seed).make(150);
    const std::int64_t end =
        std::chrono::floor<std::chrono::milliseconds>(history.events().back().at.time_since_epoch()).count();
    const RunResult result = history.finish(end + static_cast<std::int64_t>(seed % 3));
    check_agreement(result, history.events());
    check_visibility(result, history.events());
    check_clients(result, history.events());
    check_series(result.series, history.events());
  }
}

TEST_CASE("random histories contain what they are meant to test") {
  RunResult sum;
  std::uint64_t stable = 0, lost = 0, recovered = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const RunResult r = Generator(seed).make(150).finish(1000);
    sum.violations.causal_order += r.violations.causal_order;
    sum.violations.read_your_writes += r.violations.read_your_writes;
    sum.violations.monotonic_reads += r.violations.monotonic_reads;
    sum.lost_writes += r.lost_writes;
    if (r.maelstrom) {
      stable += r.maelstrom->stable_count;
      lost += r.maelstrom->lost_count;
    }
    for (const Recovery& recovery : r.recovery) recovered += recovery.reconverged_s.value_or(0) > 0 ? 1 : 0;
  }
  CHECK(sum.violations.causal_order > 20);
  CHECK(sum.violations.read_your_writes > 20);
  CHECK(sum.violations.monotonic_reads > 20);
  CHECK(sum.lost_writes > 20);
  CHECK(stable > 20);
  CHECK(lost > 20);
  CHECK(recovered > 20);
}

}  // namespace
}  // namespace hearsay
