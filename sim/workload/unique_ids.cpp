// The workload `unique-ids`: clients ask for ids, no two of which may be equal, as Maelstrom's.
#include "sim/workload/kinds.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class UniqueIds final : public SessionWorkload {
 public:
  UniqueIds(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context) {
    refuse_reads(settings, "every operation asks for a new id");
  }

 private:
  void fill(Operation& operation) override {
    operation.method = "generate";
    operation.key = "ids";
    operation.value = "new";
  }

  void fill_scripted(Operation& operation, const ScriptStep& /*step*/) override { fill(operation); }
};

}  // namespace

WorkloadInfo unique_ids_workload() {
  WorkloadInfo info = declare_workload<UniqueIds, NoFields>(
      "unique-ids", "clients ask for ids, no two of which may be equal",
      {{"generate", OperationKind::write, ScriptWord::Takes::nothing}}, {}, [](const NoFields&) {});
  info.replicated = false;  // nothing is kept
  return info;
}

}  // namespace hearsay
