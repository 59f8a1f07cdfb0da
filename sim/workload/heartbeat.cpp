// The workload `heartbeat`: a master sends the time to all servers, and each newer time replaces the older ones.
#include "sim/workload/kinds.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Heartbeat final : public SessionWorkload {
 public:
  Heartbeat(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context) {
    refuse_reads(settings, "a heartbeat is no read");
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
