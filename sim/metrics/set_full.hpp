// `maelstrom`: what Maelstrom's set-full checker (Jepsen's, Kingsbury) finds in the reads of the whole set alone.
//
// Each write is an element. It is known from its acknowledgement or the first read that contains it, whichever
// completed first. Of the acknowledged reads that completed after the element's invocation, the last one invoked that
// contains it and the last one invoked that lacks it decide: stable, if none lacks it after one contains it; lost, if
// it was known before the last one that lacks it was invoked and none contains it after; never read otherwise. Before
// and after are the order of the history, that is of the events.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class SetFullChecker final : public SelectiveObserver {
 public:
  SetFullChecker() : SelectiveObserver({EventKind::invoke, EventKind::respond}) {}
  void observe(const Event& event) override;

  // All but msgs_per_op. Nothing if the whole set was never asked for.
  std::optional<SetFull> summary() const;

 private:
  struct Moment {
    std::uint64_t index = 0;  // in the history, from 1; 0: has not happened
    Time at{};
  };
  struct Element {
    bool invoked = false;
    bool duplicated = false;  // some read contained it more than once
    Moment known;
    Moment last_present, last_absent;  // invocations of reads
  };

  void invoke(const Event& event);
  void read(const Moment& invoked, const Moment& completed, const std::vector<WriteId>& seen);

  std::uint64_t index_ = 0;
  bool any_read_ = false;
  std::vector<Element> elements_;    // by write
  std::vector<std::uint32_t> mark_;  // by write: the last read that contains it
  std::uint32_t reads_ = 0;
  std::vector<Moment> invocations_;  // by operation, of reads
};

}  // namespace hearsay
