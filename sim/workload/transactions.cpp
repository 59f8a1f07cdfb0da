// The workloads `txn-list-append` and `txn-rw-register`: clients make transactions of reads and writes over a few keys,
// as Maelstrom's (Jepsen's Elle). No value is written twice to a key, which is what makes histories decidable.
#include <map>

#include "sim/core/transaction.hpp"
#include "sim/workload/kinds.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

using Kind = TransactionStep::Kind;

struct TransactionFields {
  std::int64_t keys = 5;
  std::int64_t shortest = 1, longest = 4;
  std::int64_t writes_per_key = 16;
};

const ParameterTable<TransactionFields>& transaction_table() {
  using F = TransactionFields;
  static const auto table =
      ParameterTable<F>()
          .add("keys", ValueType::integer, &F::keys, {1, 1e6}, "number of keys that are in use at a time",
               "Maelstrom: key-count")
          .add("min_length", ValueType::integer, &F::shortest, {1, 100}, "steps of the shortest transaction")
          .add("max_length", ValueType::integer, &F::longest, {1, 100}, "steps of the longest transaction",
               "Maelstrom: max-txn-length")
          .add("writes_per_key", ValueType::integer, &F::writes_per_key, {1, 1e6},
               "a key that has been written so often gives way to a new one", "Maelstrom: max-writes-per-key");
  return table;
}

void check_fields(const TransactionFields& fields) {
  if (fields.longest < fields.shortest)
    throw ParameterError("max_length", "`max_length` is less than `min_length`; write the shorter one as `min_length`");
}

// Each step is a read or a write with equal probability; a final read reads alone.
template <Kind write>
class Transactions final : public SessionWorkload {
 public:
  Transactions(const TransactionFields& fields, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context),
        fields_(fields),
        length_random_(context.seed, "workload.length"),
        key_random_(context.seed, "workload.key"),
        step_random_(context.seed, "workload.step") {
    if (settings.reads > 0) throw ParameterError("reads", "a transaction may read and write; leave `reads` out");
    for (std::int64_t key = 0; key < fields.keys; ++key) keys_.push_back(key);
    next_key_ = fields.keys;
  }

 private:
  void fill(Operation& operation) override {
    TransactionSteps transaction;
    const auto more = static_cast<std::uint64_t>(fields_.longest - fields_.shortest) + 1;
    const auto length = fields_.shortest + static_cast<std::int64_t>(length_random_.below(more));
    for (std::int64_t i = 0; i < length; ++i) transaction.push_back(step(operation.final_read));
    finish(operation, transaction);
  }

  TransactionStep step(bool reads) {
    const std::size_t place = key_random_.below(keys_.size());
    const std::int64_t key = keys_[place];
    if (step_random_.chance(0.5) || reads) return {Kind::read, key, {}};
    const std::int64_t value = ++written_[key];
    if (value >= fields_.writes_per_key) keys_[place] = next_key_++;
    return {write, key, std::vector{value}};
  }

  // A step's text: `txn: "read 3; append 3 5"`.
  void fill_scripted(Operation& operation, const ScriptStep& scripted) override {
    if (scripted.argument.empty()) return fill(operation);
    const auto transaction = parse_transaction(scripted.argument);
    if (!transaction)
      throw ParameterError("script", "`" + scripted.argument + "` is no transaction; write it like `" +
                                         to_text({{Kind::read, 3, {}}, {write, 3, std::vector<std::int64_t>{5}}}) +
                                         "`");
    finish(operation, *transaction);
  }

  void finish(Operation& operation, const TransactionSteps& transaction) {
    operation.method = write == Kind::append ? "txn-list-append" : "txn-rw-register";
    operation.key = "txn";
    operation.value = to_text(transaction);
  }

  TransactionFields fields_;
  RandomStream length_random_, key_random_, step_random_;
  std::vector<std::int64_t> keys_;                // in use
  std::int64_t next_key_ = 0;                     // to come into use
  std::map<std::int64_t, std::int64_t> written_;  // by key: how often
};

template <Kind write>
WorkloadInfo transactions_workload(const char* name, const char* summary) {
  WorkloadInfo info = declare_workload<Transactions<write>, TransactionFields>(
      name, summary, {{"txn", OperationKind::write, ScriptWord::Takes::value}}, transaction_table(), check_fields);
  info.replicated = false;  // what nodes hold shows in what transactions read
  return info;
}

}  // namespace

WorkloadInfo txn_list_append_workload() {
  return transactions_workload<Kind::append>("txn-list-append",
                                             "clients make transactions that read lists and append to them");
}

WorkloadInfo txn_rw_register_workload() {
  return transactions_workload<Kind::write>("txn-rw-register",
                                            "clients make transactions that read and write registers");
}

}  // namespace hearsay
