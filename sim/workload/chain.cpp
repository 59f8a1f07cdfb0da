// The workload `chain`: a chunk goes from server to server along a chain; a read asks one server for a chunk.
#include "sim/workload/kinds.hpp"
#include "sim/workload/own_keys.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Chain final : public SessionWorkload {
 public:
  Chain(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context), keys_("c", context) {}

 private:
  void fill(Operation& operation) override {
    operation.method = "chain";
    keys_.fill(operation);
  }

  void fill_scripted(Operation& operation, const ScriptStep& /*step*/) override {
    operation.method = "chain";
    keys_.fill_scripted(operation);
  }

  OwnKeys keys_;
};

}  // namespace

WorkloadInfo chain_workload() {
  return declare_workload<Chain, NoFields>("chain",
                                           "chunks go from server to server along a chain; reads ask one of them",
                                           {write_word(), read_word()}, {}, [](const NoFields&) {});
}

}  // namespace hearsay
