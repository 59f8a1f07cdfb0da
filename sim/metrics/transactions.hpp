// Whether the transactions of a run can be put in an order (docs/definitions.md, Transactions): Adya's anomalies
// (1999), found as Elle does (Kingsbury and Alvaro 2020) from lists that are appended to and registers whose writes are
// distinct.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/core/transaction.hpp"
#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

struct TransactionRecord {
  enum class End : std::uint8_t { unknown, committed, aborted } end = End::unknown;
  TransactionSteps steps;  // as asked for; with what they have read if it has committed
  Time invoked{}, answered = never;
};

TransactionAnomalies check_transactions(const std::vector<TransactionRecord>& history);

// Why one transaction, by its place in the history, has to come before another.
struct TransactionEdge {
  enum class Why : std::uint8_t {
    write,  // it wrote the key before the other did
    read,   // it wrote what the other read
    anti,   // it read the key without what the other wrote
    time,   // it was answered before the other was invoked
  } why = Why::write;
  std::size_t from = 0, to = 0;
  std::int64_t key = 0;
};
// All but those of time.
std::vector<TransactionEdge> dependencies_of(const std::vector<TransactionRecord>& history);

// A cycle with the fewest transactions, each before the next and the last before the first.
struct TransactionCycle {
  const char* breaks = "";  // the strongest anomaly that it is, as in `violations`
  std::vector<TransactionEdge> edges;
};
std::optional<TransactionCycle> find_cycle(const std::vector<TransactionRecord>& history);

class Transactions final : public SelectiveObserver {
 public:
  Transactions() : SelectiveObserver({EventKind::invoke, EventKind::respond, EventKind::finish}) {}
  void observe(const Event& event) override;
  const TransactionAnomalies& anomalies() const { return anomalies_; }  // requires that `finish` passed
  const std::vector<TransactionRecord>& history() const { return history_; }

 private:
  std::vector<TransactionRecord> history_;
  std::map<OpId, std::size_t> open_;  // where they stand
  TransactionAnomalies anomalies_;
};

}  // namespace hearsay
