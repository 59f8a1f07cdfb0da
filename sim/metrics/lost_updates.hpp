// Lost updates (docs/definitions.md): acknowledged writes that gave way to a write whose author did not know of them.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

// Two kinds. Overwritten blindly: no client that knew of the write has written its key since. Shadowed: the winner had
// been acknowledged before the write was even asked for, as behind a clock that is ahead; then nobody wrote over it,
// whatever its client wrote afterwards.
//
// A client knows the writes that its reads of the key have shown and its own earlier ones. It needs not know the winner
// of the moment: a write is settled once anybody who knew it has written, for whoever read that one knew both.
class LostUpdates final : public MetricObserver {
 public:
  LostUpdates()
      : MetricObserver(
            {EventKind::invoke, EventKind::respond, EventKind::applied, EventKind::replaced, EventKind::finish}) {}
  void observe(const Event& event) override;

  std::uint64_t count() const { return count_; }  // requires that `finish` passed
  ResultValue value() const override { return count(); }

 private:
  struct Write {
    std::uint64_t session = 0;  // of key and client
    Time invoked = never, acknowledged_at = never;
    WriteId winner = no_write;  // the first that was reported
    WriteId shadow = no_write;  // an older winner; no_write too if it was reported the other way round
    bool acknowledged = false, happened = false, replaced = false, known = false;
  };

  void invoke(const Event& event);
  void respond(const Event& event);
  void happen(WriteId write);
  void replace(WriteId loser, WriteId winner);
  void finish();

  std::vector<Write> writes_;                                      // by WriteId
  std::unordered_map<std::uint64_t, std::vector<WriteId>> reads_;  // by session: what it has read; looked up only
  std::map<WriteId, std::vector<WriteId>> follows_;                // what the author of a write under way had read
  std::vector<std::uint32_t> mark_;                                // by write: the last read that has shown it
  std::uint32_t read_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace hearsay
