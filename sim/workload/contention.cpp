// The workload `contention`: clients want to write one row, each against a version that it has read (optimistic
// concurrency control). With `burst` as large as the number of clients they begin together.
#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Contention final : public SessionWorkload {
 public:
  Contention(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context) {
    if (settings.reads > 0) throw ParameterError("reads", "the row is read by its writers; leave `reads` out");
  }

 private:
  void fill(Operation& operation) override {
    operation.method = "contention";
    operation.key = "row";
    operation.value = std::to_string(operation.write);
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    fill(operation);
    if (!step.argument.empty()) operation.value = step.argument;
    if (step.key) operation.key = *step.key;
  }
};

}  // namespace

WorkloadInfo contention_workload() {
  WorkloadInfo info = declare_workload<Contention, NoFields>(
      "contention", "clients write one row optimistically: read its version, write if it has not changed",
      {write_word()}, {}, [](const NoFields&) {});
  info.replicated = false;  // on the master alone
  return info;
}

}  // namespace hearsay
