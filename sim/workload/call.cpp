// The workload `call`: a gateway calls the master for its client, to make a file or to ask for one.
#include "sim/workload/kinds.hpp"
#include "sim/workload/own_keys.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Call final : public SessionWorkload {
 public:
  Call(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context), keys_("f", context) {}

 private:
  void fill(Operation& operation) override {
    operation.method = "call";
    keys_.fill(operation);
  }

  void fill_scripted(Operation& operation, const ScriptStep& /*step*/) override {
    operation.method = "call";
    keys_.fill_scripted(operation);
  }

  OwnKeys keys_;
};

}  // namespace

WorkloadInfo call_workload() {
  WorkloadInfo info = declare_workload<Call, NoFields>(
      "call", "gateways call a master for their clients, which make files and ask for them",
      {write_word(), read_word()}, {}, [](const NoFields&) {});
  info.replicated = false;  // on the master alone
  return info;
}

}  // namespace hearsay
