// What the observers of this room share: each declares once, at construction, which kinds of event it folds.
//
// An instant is the set of events of equal time. The state "at" an instant is what stands after all of them: a change
// that is undone within the instant took no time and counts nowhere.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "sim/core/event.hpp"
#include "sim/metrics/result_value.hpp"

namespace hearsay {

class SelectiveObserver : public Observer {
 public:
  bool wants(EventKind kind) const final { return (kinds_ & bit_of(kind)) != 0; }

 protected:
  SelectiveObserver(std::initializer_list<EventKind> kinds) {
    for (const EventKind kind : kinds) kinds_ |= bit_of(kind);
  }

 private:
  std::uint64_t kinds_ = 0;
};

// An observer that has all of one field of the result: a row of fields.cpp declares the field by its class
// (FieldBuilder::observed), and the collector makes one for each run.
class MetricObserver : public SelectiveObserver {
 public:
  virtual ResultValue value() const = 0;  // requires that `finish` passed

 protected:
  using SelectiveObserver::SelectiveObserver;
};

}  // namespace hearsay
