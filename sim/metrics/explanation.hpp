// Why a run is as it is: which writes are lost, missing or late and what became of them, which nodes agree with which,
// the first instance of each violation, and what each fault did. Keeps more than the metrics do; for single runs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/metrics/registers.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/transactions.hpp"

namespace hearsay {

// An acknowledged write that is not where it ought to be, or came there late.
struct ExplainedWrite {
  enum class Trouble : std::uint8_t { lost, missing, late } trouble = Trouble::late;
  WriteId write = no_write;
  std::string key, value;
  NodeId origin = no_node;
  double invoked_at = 0, acknowledged_at = 0;
  std::optional<double> everywhere_s;  // from the invocation to its presence on every live node
  std::vector<NodeId> lacking;         // live nodes where it is not present at the end
  std::optional<WriteId> shadowed_by;  // a write that was reported to replace it
  // The last node that held it and went, when, and by what.
  std::optional<NodeId> last_holder;
  double last_holder_went_at = 0;
  std::string last_fault;  // the last fault that began, or was in force, after its invocation; empty if there was none
  double last_fault_at = 0;
};

struct NodeGroup {
  std::uint64_t digest = 0;
  std::vector<NodeId> nodes;  // live, with this state at the end
};

struct FirstViolation {
  std::string name;  // as in `violations`, or stale_reads
  std::uint64_t count = 0;
  double at = 0;
  NodeId node = no_node;
  std::string what;  // "write 7", "read 12 of client 3"
};

// Transactions that cannot be put in an order: each has to come before the next, and the last before the first.
struct ExplainedCycle {
  struct Part {
    TransactionRecord transaction;
    TransactionEdge before_next;
  };
  std::string breaks;  // as in `violations`
  std::vector<Part> parts;
};

struct ExplainedFault {
  FaultRecord record;
  std::optional<double> reconverged_s;
  bool ended = false, overtaken = false;
  // Writes acknowledged between its begin and its end that are missing somewhere at the end of the run.
  std::size_t missing_writes = 0;
};

struct Explanation {
  std::size_t lost = 0, missing = 0, late = 0;  // writes; late: later everywhere than twice the median
  std::vector<ExplainedWrite> writes;           // at most `most_writes` of each, the worst first
  std::vector<NodeGroup> groups;                // the largest first
  std::size_t differing_keys = 0;               // of which the nodes that own them hold different copies
  std::vector<NodeId> gone;                     // nodes that are not live at the end
  std::vector<FirstViolation> violations;
  std::optional<Registers::Violation> unlinearizable;  // the first register that is not
  std::optional<ExplainedCycle> cycle;                 // the smallest one
  std::vector<ExplainedFault> faults;
};

// Attach it to a run, then ask once `finish` has passed.
class Explainer final : public Observer {
 public:
  static constexpr std::size_t most_writes = 10;

  explicit Explainer(std::uint32_t nodes);
  ~Explainer() override;
  bool wants(EventKind) const override { return true; }
  void observe(const Event& event) override;

  Explanation explain() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hearsay
