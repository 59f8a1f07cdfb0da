// The smallest cycle of a history of transactions, for `explain`.
#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "sim/metrics/transactions.hpp"

namespace hearsay {
namespace {

using Why = TransactionEdge::Why;

// Transactions come first; behind them the moments of answers, in their order, through which those of time are reached.
struct Ordered {
  struct Edge {
    std::size_t to = 0;
    const TransactionEdge* why = nullptr;  // null: time
  };
  std::vector<std::vector<Edge>> edges;
  std::size_t transactions = 0;
};

void add_time(Ordered& graph, const std::vector<TransactionRecord>& history) {
  std::vector<std::pair<Time, std::size_t>> answers;
  for (std::size_t by = 0; by < history.size(); ++by)
    if (history[by].end == TransactionRecord::End::committed) answers.emplace_back(history[by].answered, by);
  std::sort(answers.begin(), answers.end());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::size_t moment = graph.edges.size();
    graph.edges.emplace_back();
    graph.edges[answers[i].second].push_back({moment, nullptr});
    if (i > 0) graph.edges[moment - 1].push_back({moment, nullptr});
  }
  for (std::size_t by = 0; by < history.size(); ++by) {
    const auto later = std::lower_bound(answers.begin(), answers.end(), std::pair{history[by].invoked, std::size_t{0}});
    if (later == answers.begin()) continue;
    const auto last = static_cast<std::size_t>(later - answers.begin()) - 1;
    graph.edges[graph.transactions + last].push_back({by, nullptr});
  }
}

// The way back to `start` over the fewest transactions, fewer than `most`; empty if there is none.
std::vector<TransactionEdge> way_back(const Ordered& graph, std::size_t start, std::size_t most) {
  constexpr std::size_t far = SIZE_MAX;
  std::vector<std::size_t> distance(graph.edges.size(), far), before(graph.edges.size(), far);
  std::vector<const TransactionEdge*> by(graph.edges.size(), nullptr);
  std::deque<std::size_t> next{start};
  distance[start] = 0;
  std::size_t last = far;
  const TransactionEdge* closing = nullptr;
  while (!next.empty() && last == far) {
    const std::size_t node = next.front();
    next.pop_front();
    if (distance[node] + 1 >= most) break;
    for (const auto& [to, why] : graph.edges[node]) {
      if (to == start && node != start) {
        last = node;
        closing = why;
        break;
      }
      const std::size_t step = to < graph.transactions ? 1 : 0;  // moments cost nothing
      if (distance[to] <= distance[node] + step) continue;
      distance[to] = distance[node] + step;
      before[to] = node;
      by[to] = why;
      step == 0 ? next.push_front(to) : next.push_back(to);
    }
  }
  std::vector<std::pair<std::size_t, const TransactionEdge*>> path;  // and how each is left; the last first
  const TransactionEdge* leaving = closing;
  for (std::size_t node = last; node != far; node = before[node]) {
    path.emplace_back(node, leaving);
    leaving = by[node];
  }
  std::vector<TransactionEdge> way;
  std::size_t to = start;
  for (const auto& [node, why] : path) {
    if (node >= graph.transactions) continue;
    way.push_back(why != nullptr ? *why : TransactionEdge{Why::time, node, to, 0});
    to = node;
  }
  std::reverse(way.begin(), way.end());
  return way;
}

std::vector<TransactionEdge> smallest_cycle(const Ordered& graph) {
  std::vector<TransactionEdge> best;
  for (std::size_t start = 0; start < graph.transactions; ++start)
    if (auto way = way_back(graph, start, best.empty() ? SIZE_MAX : best.size()); !way.empty()) best = std::move(way);
  return best;
}

}  // namespace

std::optional<TransactionCycle> find_cycle(const std::vector<TransactionRecord>& history) {
  struct Level {
    const char* breaks;
    Why most;
  };
  constexpr std::array levels{Level{"read_uncommitted", Why::write}, Level{"read_committed", Why::read},
                              Level{"serializability", Why::anti}, Level{"strict_serializability", Why::time}};
  const std::vector<TransactionEdge> all = dependencies_of(history);
  for (const auto& [breaks, most] : levels) {
    Ordered graph{std::vector<std::vector<Ordered::Edge>>(history.size()), history.size()};
    for (const TransactionEdge& edge : all)
      if (edge.why <= most) graph.edges[edge.from].push_back({edge.to, &edge});
    if (most == Why::time) add_time(graph, history);
    if (auto edges = smallest_cycle(graph); !edges.empty()) return TransactionCycle{breaks, std::move(edges)};
  }
  return std::nullopt;
}

}  // namespace hearsay
