// The workload `kv`: clients write and read a fixed set of keys, uniformly or by Zipf's law.
#include <optional>
#include <set>

#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"
#include "sim/workload/zipf.hpp"

namespace hearsay {
namespace {

struct KvFields {
  std::int64_t keys = 10;
  std::optional<std::vector<std::string>> key_names;
  Distribution distribution = Distribution::uniform;
  double zipf_exponent = 1.0;
  std::optional<std::int64_t> distinct_values;
};

const ParameterTable<KvFields>& kv_table() {
  using F = KvFields;
  static const auto table =
      ParameterTable<F>()
          .add("keys", ValueType::integer, &F::keys, {1, 1e6}, "number of keys, named k0, k1, ...")
          .add("key_names", ValueType::text_list, &F::key_names, any_bounds, "the keys themselves, instead of `keys`")
          .add_choice("distribution", &F::distribution, {"uniform", "zipf"}, "which keys are asked for")
          .add("zipf_exponent", ValueType::number, &F::zipf_exponent, {0, 20},
               "with zipf: the key of rank r is asked for in proportion to 1/r^zipf_exponent", "Zipf 1949; YCSB")
          .add("distinct_values", ValueType::integer, &F::distinct_values, {1, 1e9},
               "writes draw from this many values v0, v1, ...; default: every write has a distinct value");
  return table;
}

void check_fields(const KvFields& fields) {
  check_zipf(fields);
  if (!fields.key_names) return;
  if (fields.key_names->empty()) throw ParameterError("key_names", "the list of keys is empty; name at least one key");
  std::set<std::string> seen;
  for (const auto& name : *fields.key_names) {
    if (name.empty()) throw ParameterError("key_names", "a key's name is empty; give each key a name");
    if (!seen.insert(name).second)
      throw ParameterError("key_names", "the key `" + name + "` is named twice; name each key once");
  }
}

class Kv final : public SessionWorkload {
 public:
  Kv(const KvFields& fields, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context),
        fields_(fields),
        key_random_(context.seed, "workload.key"),
        value_random_(context.seed, "workload.value") {
    if (fields_.distribution == Distribution::zipf) zipf_.emplace(key_count(), fields_.zipf_exponent);
  }

 private:
  std::size_t key_count() const {
    return fields_.key_names ? fields_.key_names->size() : static_cast<std::size_t>(fields_.keys);
  }

  void fill(Operation& operation) override {
    const std::size_t key = zipf_ ? zipf_->draw(key_random_) : key_random_.below(key_count());
    operation.key = fields_.key_names ? (*fields_.key_names)[key] : "k" + std::to_string(key);
    if (operation.kind == OperationKind::read) return;
    const std::uint64_t value = fields_.distinct_values
                                    ? value_random_.below(static_cast<std::uint64_t>(*fields_.distinct_values))
                                    : operation.write;
    operation.value = "v" + std::to_string(value);
  }

  void fill_scripted(Operation& operation, const ScriptStep& /*step*/) override {
    if (operation.key.empty()) operation.key = fields_.key_names ? fields_.key_names->front() : "k0";
    if (operation.kind == OperationKind::write && operation.value.empty())
      operation.value = "v" + std::to_string(operation.write);
  }

  KvFields fields_;
  RandomStream key_random_, value_random_;
  std::optional<Zipf> zipf_;  // else uniform
};

}  // namespace

WorkloadInfo kv_workload() {
  return declare_workload<Kv, KvFields>("kv", "clients write and read keys, uniformly or by Zipf's law",
                                        {write_word(), read_word()}, kv_table(), check_fields);
}

}  // namespace hearsay
