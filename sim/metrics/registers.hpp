// The registers of a run (docs/definitions.md, Linearizability): keys that clients read, write and compare-and-set, and
// whether the history of each is linearizable.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/linearizable.hpp"

namespace hearsay {

class Registers final : public SelectiveObserver {
 public:
  static constexpr std::size_t most_steps = 1'000'000;  // of the search, for each register

  Registers() : SelectiveObserver({EventKind::invoke, EventKind::respond, EventKind::finish}) {}
  void observe(const Event& event) override;

  // Registers whose histories are not linearizable, and those of which that could not be found out. Both require that
  // `finish` passed.
  std::uint64_t violations() const { return violations_; }
  std::uint64_t undecided() const { return undecided_; }

  // The history that became wrong first, up to that moment.
  struct Violation {
    std::string key;
    RegisterHistory history;           // in order of invocation
    std::map<OpId, std::string> what;  // "client 3 at node 1: read write 12" of each of its last operations
  };
  std::optional<Violation> first_violation() const;

 private:
  struct Register {
    RegisterHistory history;
    Linearizable answer = Linearizable::yes;
  };
  struct Asked {  // by whom, of whom
    ClientId client = 0;
    NodeId node = no_node;
  };
  void invoke(const Event& event);
  void respond(const Event& event);
  void finish();

  std::map<std::string, Register> registers_;
  std::map<OpId, std::pair<Register*, std::size_t>> waiting_;  // where they stand
  std::map<OpId, Asked> asked_;
  std::uint64_t violations_ = 0, undecided_ = 0;
};

}  // namespace hearsay
