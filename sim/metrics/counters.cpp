#include "sim/metrics/counters.hpp"

#include <charconv>
#include <optional>

namespace hearsay {
namespace {

constexpr std::size_t most_sums = 100'000;  // of additions that are open; beyond that, what lies between bounds counts

std::optional<std::int64_t> integer(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What an update of a counter adds; nothing for any other operation.
std::optional<std::int64_t> added(const Operation& operation) {
  const bool adds = operation.method == "increment", takes = operation.method == "decrement";
  if (!adds && !takes) return std::nullopt;
  const auto amount = integer(operation.value);
  return amount && takes ? std::optional(-*amount) : amount;
}

// Every sum of some of these; too many, nothing.
std::optional<std::set<std::int64_t>> sums(const std::map<OpId, std::int64_t>& additions) {
  std::set<std::int64_t> all{0};
  for (const auto& [id, amount] : additions) {
    std::set<std::int64_t> more = all;
    for (const std::int64_t sum : all) more.insert(sum + amount);
    if (more.size() > most_sums) return std::nullopt;
    all = std::move(more);
  }
  return all;
}

}  // namespace

void CounterReads::observe(const Event& event) {
  if (event.kind == EventKind::invoke) return invoke(*event.operation);
  if (event.kind == EventKind::respond && event.response == nullptr) return;
  if (event.kind == EventKind::respond)
    return respond(*event.operation, static_cast<Outcome>(event.detail), *event.response);
  finish();
}

void CounterReads::invoke(const Operation& operation) {
  const auto amount = added(operation);
  if (!amount) return;
  Counter& counter = counters_[operation.key];
  counter.open[operation.id] = *amount;
  (*amount < 0 ? counter.least : counter.most) += *amount;
}

void CounterReads::respond(const Operation& operation, Outcome outcome, const Response& response) {
  if (const auto amount = added(operation)) {
    Counter& counter = counters_[operation.key];
    const bool happened = outcome == Outcome::ok, cannot = outcome == Outcome::rejected || response.undone;
    if (happened || cannot) counter.open.erase(operation.id);
    if (happened) counter.certain += *amount;
  } else if (operation.kind == OperationKind::read && outcome == Outcome::ok && !operation.key.empty()) {
    const auto shown = integer(response.value);
    if (!shown || !operation.method.empty()) return;
    Counter& counter = counters_[operation.key];
    if (operation.final_read)
      ++counter.final_reads[*shown];
    else if (*shown < counter.least || *shown > counter.most)
      ++count_;
  }
}

void CounterReads::finish() {
  for (const auto& [key, counter] : counters_) {
    const auto possible = sums(counter.open);
    for (const auto& [shown, reads] : counter.final_reads) {
      const bool allowed =
          possible ? possible->contains(shown - counter.certain) : shown >= counter.least && shown <= counter.most;
      if (!allowed) count_ += reads;
    }
  }
}

}  // namespace hearsay
