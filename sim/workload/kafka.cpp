// The workload `kafka`: clients append messages to logs and poll them, as Maelstrom's. A client polls every log from
// where it has come to, so that what it is never given is lost to it.
#include "sim/workload/kinds.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

struct KafkaFields {
  std::int64_t keys = 4;
  double commits = 0.1;
};

const ParameterTable<KafkaFields>& kafka_table() {
  using F = KafkaFields;
  static const auto table =
      ParameterTable<F>()
          .add("keys", ValueType::integer, &F::keys, {1, 1000}, "number of logs, named k0, k1, ...")
          .add("commits", ValueType::share, &F::commits, {0, 1},
               "share of the reads that are no polls: half of these commit how far the client has come, half ask what "
               "is committed");
  return table;
}

class Kafka final : public SessionWorkload {
 public:
  Kafka(const KafkaFields& fields, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context),
        fields_(fields),
        key_random_(context.seed, "workload.key"),
        method_random_(context.seed, "workload.method") {}

 private:
  void fill(Operation& operation) override {
    const std::uint64_t key = key_random_.below(static_cast<std::uint64_t>(fields_.keys));
    const double drawn = method_random_.uniform();
    if (operation.kind == OperationKind::write) return send(operation, "k" + std::to_string(key), operation.write);
    const bool polls = operation.final_read || drawn >= fields_.commits;
    ask(operation, polls ? "poll" : drawn < fields_.commits / 2 ? "commit" : "committed");
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    if (step.word == "send") return send(operation, operation.key.empty() ? "k0" : operation.key, operation.write);
    ask(operation, step.word == "poll" ? "poll" : step.word == "commit" ? "commit" : "committed");
  }

  static void send(Operation& operation, const std::string& key, WriteId value) {
    operation.method = "send";
    operation.key = key;
    operation.value = std::to_string(value);
  }

  // Of all logs: their names are its value.
  void ask(Operation& operation, std::string_view method) const {
    operation.method = method;
    operation.key = "logs";
    operation.value.clear();
    for (std::int64_t key = 0; key < fields_.keys; ++key)
      operation.value += (key > 0 ? " k" : "k") + std::to_string(key);
  }

  KafkaFields fields_;
  RandomStream key_random_, method_random_;
};

}  // namespace

WorkloadInfo kafka_workload() {
  WorkloadInfo info = declare_workload<Kafka, KafkaFields>(
      "kafka", "clients append messages to logs and poll them, each from where it has come to",
      {{"send", OperationKind::write, ScriptWord::Takes::nothing},
       {"poll", OperationKind::read, ScriptWord::Takes::nothing},
       {"commit", OperationKind::read, ScriptWord::Takes::nothing},
       {"committed", OperationKind::read, ScriptWord::Takes::nothing}},
      kafka_table(), [](const KafkaFields&) {});
  info.replicated = false;  // what nodes hold shows in what polls bring
  return info;
}

}  // namespace hearsay
