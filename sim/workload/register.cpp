// The workload `register`: clients read, write, and compare-and-set a few keys, and increment others, as Jepsen's
// register tests do. Every operation has its name as method, by which the linearizability checker knows it.
#include "sim/core/compare_and_set.hpp"
#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

struct RegisterFields {
  std::int64_t keys = 3;
  std::int64_t values = 5;
  double cas = 0.3;
  double increments = 0;
  std::int64_t counters = 2;
};

const ParameterTable<RegisterFields>& register_table() {
  using F = RegisterFields;
  static const auto table =
      ParameterTable<F>()
          .add("keys", ValueType::integer, &F::keys, {1, 1e6}, "number of keys, named r0, r1, ...; each is a register")
          .add("values", ValueType::integer, &F::values, {1, 1e9},
               "writes draw from this many values v0, v1, ...; a compare-and-set draws both of its",
               "Jepsen: rand-int 5")
          .add("cas", ValueType::share, &F::cas, {0, 1}, "share of the writes to these that are compare-and-sets")
          .add("increments", ValueType::share, &F::increments, {0, 1},
               "share of the operations that go to counters instead, whose writes are increments by 1")
          .add("counters", ValueType::integer, &F::counters, {1, 1e6}, "number of counters, named c0, c1, ...");
  return table;
}

class Register final : public SessionWorkload {
 public:
  Register(const RegisterFields& fields, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context),
        fields_(fields),
        key_random_(context.seed, "workload.key"),
        method_random_(context.seed, "workload.method"),
        value_random_(context.seed, "workload.value"),
        counter_random_(context.seed, "workload.counter") {}

 private:
  void fill(Operation& operation) override {
    if (counter_random_.chance(fields_.increments)) return fill_counter(operation);
    operation.key = "r" + std::to_string(key_random_.below(static_cast<std::uint64_t>(fields_.keys)));
    operation.method = "read";
    if (operation.kind == OperationKind::read) return;
    operation.method = method_random_.chance(fields_.cas) ? "cas" : "write";
    const std::string first = drawn();
    operation.value = operation.method == "cas" ? compare_and_set_text(first, drawn()) : first;
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    if (operation.key.empty()) operation.key = step.word == "increment" ? "c0" : "r0";
    operation.method = step.word == "cas"         ? "cas"
                       : step.word == "increment" ? "increment"
                       : step.word == "write"     ? "write"
                                                  : "read";
    if (operation.kind == OperationKind::read) return;
    if (operation.value.empty() && operation.method == "increment") operation.value = "1";
    if (operation.value.empty())
      operation.value = operation.method == "cas" ? "v0->v1" : "v" + std::to_string(operation.write);
    if (operation.method == "cas" && operation.value.find(compare_and_set_arrow) == std::string::npos)
      throw ParameterError("script", "`cas: " + operation.value + "` has no `->`; write `cas: EXPECTED->DESIRED`");
  }

  void fill_counter(Operation& operation) {
    operation.key = "c" + std::to_string(counter_random_.below(static_cast<std::uint64_t>(fields_.counters)));
    operation.method = operation.kind == OperationKind::read ? "read" : "increment";
    if (operation.kind == OperationKind::write) operation.value = "1";
  }

  std::string drawn() { return "v" + std::to_string(value_random_.below(static_cast<std::uint64_t>(fields_.values))); }

  RegisterFields fields_;
  RandomStream key_random_, method_random_, value_random_, counter_random_;
};

}  // namespace

WorkloadInfo register_workload() {
  return declare_workload<Register, RegisterFields>(
      "register",
      "clients read, write, and compare-and-set a few keys, and increment others; checked for linearizability",
      {write_word(),
       {"cas", OperationKind::write, ScriptWord::Takes::value},
       {"increment", OperationKind::write, ScriptWord::Takes::amount},
       read_word()},
      register_table(), [](const RegisterFields&) {});
}

}  // namespace hearsay
