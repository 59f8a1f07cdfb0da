// The workload `broadcast`: a client writes a value that nobody else writes; a read asks for a node's whole set.
#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

class Broadcast final : public SessionWorkload {
 public:
  Broadcast(const NoFields&, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context) {}

 private:
  void fill(Operation& operation) override {
    if (operation.kind == OperationKind::read) return;
    operation.value = std::to_string(operation.write);
    operation.key = "b" + operation.value;
  }

  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    const auto key = operation.key;
    fill(operation);  // the key stays one that nobody else writes
    if (operation.kind == OperationKind::read) return;
    if (!key.empty()) operation.key = key;
    if (!step.argument.empty()) operation.value = step.argument;
  }
};

}  // namespace

WorkloadInfo broadcast_workload() {
  return declare_workload<Broadcast, NoFields>(
      "broadcast", "clients write values that nobody else writes; every node should come to hold them all",
      {write_word(), read_word()}, {}, [](const NoFields&) {});
}

}  // namespace hearsay
