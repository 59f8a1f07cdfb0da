#include "sim/metrics/transactions.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace hearsay {
namespace {

using End = TransactionRecord::End;
using Step = TransactionStep;
using Values = std::vector<std::int64_t>;

// A directed graph and its cycles.
class Graph {
 public:
  explicit Graph(std::size_t nodes) : edges_(nodes) {}
  std::size_t add_node() {
    edges_.emplace_back();
    return edges_.size() - 1;
  }
  void add(std::size_t from, std::size_t to) {
    if (from != to) edges_[from].push_back(to);
  }
  // Strongly connected parts with more than one of the first `nodes` (Tarjan 1972, without recursion).
  std::uint64_t cycles(std::size_t nodes) const;

 private:
  std::vector<std::vector<std::size_t>> edges_;
};

std::uint64_t Graph::cycles(std::size_t nodes) const {
  constexpr std::size_t unseen = SIZE_MAX;
  std::vector<std::size_t> number(edges_.size(), unseen), low(edges_.size(), 0), next(edges_.size(), 0), stack, path;
  std::vector<bool> on_stack(edges_.size(), false);
  std::size_t count = 0;
  std::uint64_t found = 0;
  for (std::size_t root = 0; root < edges_.size(); ++root) {
    if (number[root] != unseen) continue;
    path.push_back(root);
    while (!path.empty()) {
      const std::size_t node = path.back();
      if (number[node] == unseen) {
        number[node] = low[node] = count++;
        stack.push_back(node);
        on_stack[node] = true;
      }
      if (next[node] < edges_[node].size()) {
        const std::size_t to = edges_[node][next[node]++];
        if (number[to] == unseen)
          path.push_back(to);
        else if (on_stack[to])
          low[node] = std::min(low[node], number[to]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[node]);
      if (low[node] != number[node]) continue;
      std::size_t members = 0;
      for (bool more = true; more;) {
        const std::size_t member = stack.back();
        stack.pop_back();
        on_stack[member] = false;
        members += member < nodes ? 1 : 0;
        more = member != node;
      }
      found += members > 1 ? 1 : 0;
    }
  }
  return found;
}

class Check {
 public:
  explicit Check(const std::vector<TransactionRecord>& history)
      : history_(history), writes_(history.size()), reads_(history.size()), all_(history.size()) {}
  TransactionAnomalies run();
  std::vector<TransactionEdge> edges_;  // kept if `keeps_edges_`
  bool keeps_edges_ = false;

 private:
  using Value = std::pair<std::int64_t, std::int64_t>;  // key, value
  struct Write {
    std::size_t by = 0;
    bool final = true;  // the transaction wrote the key no more
  };
  // What a committed transaction has read of a key first.
  struct Read {
    std::size_t by = 0;
    std::int64_t key = 0;
    const Values* values = nullptr;
  };
  using Dependency = TransactionEdge::Why;

  void depend(std::size_t from, std::size_t to, Dependency kind, std::int64_t key);
  void index_writes();
  void check_within(std::size_t by);
  void look_at(const Read& read);
  void order_list(std::int64_t key, const std::vector<Read>& reads);
  void order_register(std::int64_t key, const std::vector<Read>& reads);
  void add_real_time();

  const std::vector<TransactionRecord>& history_;
  Graph writes_, reads_, all_;
  std::map<Value, Write> written_;
  std::set<std::int64_t> lists_;
  std::map<std::int64_t, std::vector<Read>> outside_;  // by key: what transactions have read of it first
  TransactionAnomalies found_;
};

void Check::depend(std::size_t from, std::size_t to, Dependency kind, std::int64_t key) {
  if (keeps_edges_ && from != to) edges_.push_back({kind, from, to, key});
  if (kind == Dependency::write) writes_.add(from, to);
  if (kind != Dependency::anti) reads_.add(from, to);
  all_.add(from, to);
}

void Check::index_writes() {
  for (std::size_t by = 0; by < history_.size(); ++by) {
    std::map<std::int64_t, Value> last;
    for (const Step& step : history_[by].steps) {
      if (step.kind == Step::Kind::read || !step.values || step.values->empty()) continue;
      if (step.kind == Step::Kind::append) lists_.insert(step.key);
      const Value value{step.key, step.values->front()};
      written_[value] = {by, true};
      if (const auto before = last.find(step.key); before != last.end()) written_[before->second].final = false;
      last[step.key] = value;
    }
  }
}

// What a transaction has read and written of a key decides what it reads next; what it reads first is of others.
void Check::check_within(std::size_t by) {
  struct Known {
    std::optional<Values> whole;  // what the key holds
    Values own;                   // appended to what is not known yet
  };
  std::map<std::int64_t, Known> known;
  for (const Step& step : history_[by].steps) {
    Known& of = known[step.key];
    if (step.kind == Step::Kind::write) {
      of.whole = step.values;
    } else if (step.kind == Step::Kind::append) {
      auto& list = of.whole ? *of.whole : of.own;
      list.push_back(step.values->front());
    } else if (step.values) {
      const Values& seen = *step.values;
      const bool ends_with_own =
          seen.size() >= of.own.size() && std::equal(of.own.rbegin(), of.own.rend(), seen.rbegin());
      if (of.whole ? *of.whole != seen : !ends_with_own) ++found_.serializability;
      if (!of.whole) outside_[step.key].push_back({by, step.key, &seen});
      of.whole = seen;
    }
  }
}

// The values themselves: written by somebody, not aborted, not to be overwritten by their own transaction.
void Check::look_at(const Read& read) {
  std::set<std::int64_t> distinct;
  for (const std::int64_t value : *read.values) {
    const auto write = written_.find({read.key, value});
    const bool repeated = !distinct.insert(value).second;
    if (repeated || write == written_.end())
      ++found_.read_uncommitted;
    else if (history_[write->second.by].end == End::aborted)
      ++found_.read_committed;
  }
  if (read.values->empty()) return;
  const auto last = written_.find({read.key, read.values->back()});
  if (last == written_.end() || last->second.by == read.by) return;
  if (!last->second.final) ++found_.read_committed;
  depend(last->second.by, read.by, Dependency::read, read.key);
}

// The longest read is the order of the list; what is in no read comes after it.
void Check::order_list(std::int64_t key, const std::vector<Read>& reads) {
  const Values empty;
  const Values* longest = &empty;
  for (const Read& read : reads)
    if (read.values->size() > longest->size()) longest = read.values;
  const auto writer = [&](std::int64_t value) { return written_.find({key, value}); };
  for (std::size_t i = 0; i + 1 < longest->size(); ++i) {
    const auto before = writer((*longest)[i]), after = writer((*longest)[i + 1]);
    if (before != written_.end() && after != written_.end())
      depend(before->second.by, after->second.by, Dependency::write, key);
  }
  const std::set<std::int64_t> seen(longest->begin(), longest->end());
  std::vector<std::size_t> unseen;
  for (auto it = written_.lower_bound({key, INT64_MIN}); it != written_.end() && it->first.first == key; ++it)
    if (!seen.contains(it->first.second) && history_[it->second.by].end == End::committed)
      unseen.push_back(it->second.by);
  for (const Read& read : reads) {
    const std::size_t size = read.values->size();
    if (!std::equal(read.values->begin(), read.values->end(), longest->begin())) {
      ++found_.read_committed;
      continue;
    }
    if (size == longest->size()) {
      for (const std::size_t later : unseen) depend(read.by, later, Dependency::anti, key);
    } else if (const auto next = writer((*longest)[size]); next != written_.end()) {
      depend(read.by, next->second.by, Dependency::anti, key);
    }
  }
}

// Of a register: a transaction that read a value and wrote another one comes behind all that read the first; what read
// nothing comes before all that wrote.
void Check::order_register(std::int64_t key, const std::vector<Read>& reads) {
  std::map<std::int64_t, std::vector<std::size_t>> overwritten;  // by value: by whom
  std::set<std::size_t> writers;
  for (auto it = written_.lower_bound({key, INT64_MIN}); it != written_.end() && it->first.first == key; ++it)
    if (history_[it->second.by].end == End::committed) writers.insert(it->second.by);
  for (const Read& read : reads)
    if (!read.values->empty() && writers.contains(read.by)) overwritten[read.values->front()].push_back(read.by);
  for (const Read& read : reads) {
    if (read.values->empty()) {
      for (const std::size_t writer : writers) depend(read.by, writer, Dependency::anti, key);
      continue;
    }
    const auto write = written_.find({key, read.values->front()});
    for (const std::size_t by : overwritten[read.values->front()]) {
      depend(read.by, by, Dependency::anti, key);
      if (write != written_.end()) depend(write->second.by, by, Dependency::write, key);
    }
  }
}

// Through a chain of moments: an edge for every pair would be too many.
void Check::add_real_time() {
  struct Moment {
    Time at{};
    bool answer = false;
    std::size_t by = 0;
  };
  std::vector<Moment> moments;
  for (std::size_t by = 0; by < history_.size(); ++by) {
    moments.push_back({history_[by].invoked, false, by});
    if (history_[by].end == End::committed) moments.push_back({history_[by].answered, true, by});
  }
  // What meets in one instant overlaps.
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at != b.at ? a.at < b.at : a.answer < b.answer; });
  std::optional<std::size_t> past;
  for (const Moment& moment : moments) {
    if (!moment.answer) {
      if (past) all_.add(*past, moment.by);
      continue;
    }
    const std::size_t now = all_.add_node();
    if (past) all_.add(*past, now);
    all_.add(moment.by, now);
    past = now;
  }
}

TransactionAnomalies Check::run() {
  index_writes();
  for (std::size_t by = 0; by < history_.size(); ++by)
    if (history_[by].end == End::committed) check_within(by);
  for (const auto& [key, reads] : outside_) {
    for (const Read& read : reads) look_at(read);
    if (lists_.contains(key))
      order_list(key, reads);
    else
      order_register(key, reads);
  }
  const std::size_t nodes = history_.size();
  found_.read_uncommitted += writes_.cycles(nodes);
  found_.read_committed += found_.read_uncommitted + reads_.cycles(nodes);
  found_.serializability += found_.read_committed + all_.cycles(nodes);
  add_real_time();
  found_.strict_serializability = found_.serializability + all_.cycles(nodes);
  return found_;
}

}  // namespace

TransactionAnomalies check_transactions(const std::vector<TransactionRecord>& history) { return Check(history).run(); }

std::vector<TransactionEdge> dependencies_of(const std::vector<TransactionRecord>& history) {
  Check check(history);
  check.keeps_edges_ = true;
  check.run();
  return std::move(check.edges_);
}

void Transactions::observe(const Event& event) {
  if (event.kind == EventKind::finish) {
    anomalies_ = check_transactions(history_);
    return;
  }
  const Operation& operation = *event.operation;
  if (!operation.method.starts_with("txn-")) return;
  if (event.kind == EventKind::invoke) {
    open_[operation.id] = history_.size();
    TransactionRecord begun;
    begun.steps = parse_transaction(operation.value).value_or(TransactionSteps{});
    begun.invoked = event.at;
    history_.push_back(std::move(begun));
    return;
  }
  const auto found = open_.extract(operation.id);
  if (found.empty()) return;
  TransactionRecord& record = history_[found.mapped()];
  const auto outcome = static_cast<Outcome>(event.detail);
  if (outcome == Outcome::rejected || event.response->undone) record.end = End::aborted;
  if (outcome != Outcome::ok) return;
  auto done = parse_transaction(event.response->value);
  if (!done) return;
  record.end = End::committed;
  record.steps = std::move(*done);
  record.answered = event.at;
}

}  // namespace hearsay
