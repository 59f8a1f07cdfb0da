// The workload `cache`: clients get, put and delete keys, uniformly or by Zipf's law.
#include "sim/workload/kinds.hpp"
#include "sim/workload/sessions.hpp"
#include "sim/workload/zipf.hpp"

namespace hearsay {
namespace {

struct CacheFields {
  std::int64_t keys = 1000;
  Distribution distribution = Distribution::zipf;
  double zipf_exponent = 0.99;
  double deletes = 0;
};

const ParameterTable<CacheFields>& cache_table() {
  using F = CacheFields;
  static const auto table =
      ParameterTable<F>()
          .add("keys", ValueType::integer, &F::keys, {1, 1e6}, "number of keys, named k0, k1, ...")
          .add_choice("distribution", &F::distribution, {"uniform", "zipf"}, "which keys are asked for")
          .add("zipf_exponent", ValueType::number, &F::zipf_exponent, {0, 20},
               "with zipf: the key of rank r is asked for in proportion to 1/r^zipf_exponent", "YCSB")
          .add("deletes", ValueType::share, &F::deletes, {0, 1}, "share of the writes that delete their key");
  return table;
}

class Cache final : public SessionWorkload {
 public:
  Cache(const CacheFields& fields, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context),
        fields_(fields),
        key_random_(context.seed, "workload.key"),
        method_random_(context.seed, "workload.method"),
        keys_(static_cast<std::size_t>(fields_.keys),
              fields_.distribution == Distribution::zipf ? fields_.zipf_exponent : 0) {}

 private:
  void fill(Operation& operation) override {
    operation.key = "k" + std::to_string(keys_.draw(key_random_));
    operation.method = "get";
    if (operation.kind == OperationKind::read) return;
    operation.method = method_random_.chance(fields_.deletes) ? "delete" : "put";
    operation.value = "v" + std::to_string(operation.write);
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    if (operation.key.empty()) operation.key = "k0";
    operation.method = step.word == "put" ? "put" : step.word == "delete" ? "delete" : "get";
    if (operation.kind == OperationKind::write && operation.value.empty())
      operation.value = "v" + std::to_string(operation.write);
  }

  CacheFields fields_;
  RandomStream key_random_, method_random_;
  Zipf keys_;
};

}  // namespace

WorkloadInfo cache_workload() {
  return declare_workload<Cache, CacheFields>("cache", "clients get, put and delete keys, uniformly or by Zipf's law",
                                              {{"put", OperationKind::write, ScriptWord::Takes::value},
                                               {"delete", OperationKind::write, ScriptWord::Takes::nothing},
                                               {"get", OperationKind::read, ScriptWord::Takes::nothing}},
                                              cache_table(), check_zipf<CacheFields>);
}

}  // namespace hearsay
