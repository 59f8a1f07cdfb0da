// The workload `echo`: clients send a text and ask for it back, as Maelstrom's.
#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Echo final : public SessionWorkload {
 public:
  Echo(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context), value_random_(context.seed, "workload.value") {
    refuse_reads(settings, "every operation is an echo");
  }

 private:
  void fill(Operation& operation) override {
    operation.method = "echo";
    operation.key = "echo";
    operation.value = "please echo " + std::to_string(value_random_.below(128));
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    fill(operation);
    if (!step.argument.empty()) operation.value = step.argument;
  }

  RandomStream value_random_;
};

}  // namespace

WorkloadInfo echo_workload() {
  WorkloadInfo info = declare_workload<Echo, NoFields>("echo", "clients send a text and ask for it back",
                                                       {{"echo", OperationKind::write, ScriptWord::Takes::value}}, {},
                                                       [](const NoFields&) {});
  info.replicated = false;  // nothing is kept
  return info;
}

}  // namespace hearsay
