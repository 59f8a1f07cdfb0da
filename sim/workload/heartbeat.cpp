// The workload `heartbeat`: a master sends the time to all servers, and each newer time replaces the older ones.
#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Heartbeat final : public SessionWorkload {
 public:
  Heartbeat(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context) {
    if (settings.reads > 0) throw ParameterError("reads", "a heartbeat is no read; leave `reads` out");
  }

 private:
  void fill(Operation& operation) override {
    operation.method = "heartbeat";
    operation.key = "heartbeat";
    operation.value = std::to_string(operation.write);
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    fill(operation);
    if (!step.argument.empty()) operation.value = step.argument;
    if (step.key) operation.key = *step.key;
  }
};

}  // namespace

WorkloadInfo heartbeat_workload() {
  return declare_workload<Heartbeat, NoFields>("heartbeat",
                                               "a master sends the time to all servers and reports those that fail",
                                               {write_word()}, {}, [](const NoFields&) {});
}

}  // namespace hearsay
