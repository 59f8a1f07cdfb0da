// run_hash (docs/definitions.md): XXH3-64 over every event of the run in order, each packed as 40 bytes, little-endian:
//   at 8, id 8, extra 8, node 4, peer 4, size 4, type 2, kind 1, detail 1
// Pointers and text are left out; what they describe shows in the other fields.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "sim/core/event.hpp"

namespace hearsay {

class RunHash final : public Observer {
 public:
  RunHash();
  ~RunHash() override;

  bool wants(EventKind) const override { return true; }
  void observe(const Event& event) override { fold_one(event); }
  bool folds() const override { return true; }  // an update of XXH3 costs more than one event
  void fold(std::span<const EventRecord> records, std::uint64_t unusual) override;

  // 16 hexadecimal digits. Requires that `finish` passed.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hearsay
