// The workload `heartbeat`: a master tells all servers the time, and each newer time replaces the older ones.
#include "sim/workload/kinds.hpp"
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
};

}  // namespace

WorkloadInfo heartbeat_workload() {
  return declare_workload<Heartbeat, NoFields>(
      "heartbeat", "a master sends the time to all servers and reports those that fail", {}, [](const NoFields&) {});
}

}  // namespace hearsay
