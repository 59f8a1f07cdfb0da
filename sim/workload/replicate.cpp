// The workload `replicate`: a master has all servers create a chunk; a read asks one server for a chunk.
#include "sim/workload/kinds.hpp"
#include "sim/workload/own_keys.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Replicate final : public SessionWorkload {
 public:
  Replicate(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context), keys_("c", context) {}

 private:
  void fill(Operation& operation) override {
    operation.method = "replicate";
    keys_.fill(operation);
  }

  void fill_scripted(Operation& operation, const ScriptStep& /*step*/) override {
    operation.method = "replicate";
    keys_.fill_scripted(operation);
  }

  OwnKeys keys_;
};

}  // namespace

WorkloadInfo replicate_workload() {
  return declare_workload<Replicate, NoFields>("replicate",
                                               "a master has all servers create chunks; reads ask one of them",
                                               {write_word(), read_word()}, {}, [](const NoFields&) {});
}

}  // namespace hearsay
