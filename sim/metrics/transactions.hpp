// Whether the transactions of a run can be put in an order (docs/definitions.md, Transactions): Adya's anomalies
// (1999), found as Elle does (Kingsbury and Alvaro 2020) from lists that are appended to and registers whose writes are
// distinct.
#pragma once

#include <cstdint>
#include <map>
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

class Transactions final : public SelectiveObserver {
 public:
  Transactions() : SelectiveObserver({EventKind::invoke, EventKind::respond, EventKind::finish}) {}
  void observe(const Event& event) override;
  const TransactionAnomalies& anomalies() const { return anomalies_; }  // requires that `finish` passed

 private:
  std::vector<TransactionRecord> history_;
  std::map<OpId, std::size_t> open_;  // where they stand
  TransactionAnomalies anomalies_;
};

}  // namespace hearsay
