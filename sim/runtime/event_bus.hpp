// Hands every event of the run to the observers that want its kind (docs/design.md, section 4): at once, or, to those
// that fold, as one of a block of records.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <vector>

#include "sim/core/event.hpp"

namespace hearsay {

class EventBus {
 public:
  EventBus() = default;
  EventBus(const EventBus&) = delete;
  EventBus& operator=(const EventBus&) = delete;

  void attach(Observer* observer) {
    if (observer->folds()) {
      folders_.push_back(observer);
    } else if (observer->samples()) {
      samplers_.push_back(observer);
    } else {
      for (std::size_t kind = 0; kind < event_kinds; ++kind)
        if (observer->wants(static_cast<EventKind>(kind))) {
          observers_[kind].push_back(observer);
          watched_ |= bit_of(static_cast<EventKind>(kind));
        }
    }
  }

  // Calls `pulse` about every 8192 events, however little simulated time they take: for progress and for bounds. It
  // must not emit.
  void set_pulse(std::function<void()> pulse) { pulse_ = std::move(pulse); }

  void emit(const Event& event) {
    claim(event.at) = event;
    unusual_ |= bit_of(event.kind);
    if (event.kind == EventKind::finish) {
      flush();
      sample(event.at + Duration(1));
    }
    for (Observer* observer : observers_of(event.kind)) observer->observe(event);
  }

  // send and deliver, of which a run has more than of all other kinds. Written where it stays: to copy what has just
  // been written makes the processor wait until the words have become one.
  void emit_message(Time at, EventKind kind, NodeId node, NodeId peer, const Message& message, SendId id,
                    std::uint8_t detail = 0) {
    EventRecord& record = claim(at);
    record.at = at;
    record.id = id;
    record.extra = 0;
    record.node = node;
    record.peer = peer;
    record.size = message.wire_size();
    record.type = message.kind();
    record.kind = kind;
    record.detail = detail;
    if (detail != 0) [[unlikely]]
      unusual_ |= bit_of(kind);
    if ((watched_ & bit_of(kind)) == 0) [[likely]]
      return;
    show(record, message);
  }

  // Calls `pulse` out of turn, where events are so few that it would be missed.
  void look() {
    flush();
    if (pulse_) pulse_();
  }

  std::uint64_t count() const { return folded_ + static_cast<std::uint64_t>(next_ - block_.begin()); }

 private:
  static constexpr std::size_t block_records = 256;
  static constexpr std::uint64_t events_a_pulse = 8192;

  const std::vector<Observer*>& observers_of(EventKind kind) const {
    return observers_[static_cast<std::size_t>(kind)];
  }

  [[gnu::noinline]] void show(const EventRecord& record, const Message& message) {
    Event event;
    static_cast<EventRecord&>(event) = record;
    event.message = &message;
    for (Observer* observer : observers_of(event.kind)) observer->observe(event);
  }

  // A place for the next record, of that instant.
  EventRecord& claim(Time at) {
    if (next_ == block_.end() || at > next_sample_) [[unlikely]]
      make_room(at);
    return *next_++;
  }

  [[gnu::noinline]] void make_room(Time at) {
    flush();
    if (at > next_sample_) sample(at);
  }

  void flush() {
    const std::span<const EventRecord> filled(block_.begin(), next_);
    for (Observer* folder : folders_) folder->fold(filled, unusual_);
    folded_ += filled.size();
    unusual_ = 0;
    next_ = block_.begin();
    if (folded_ < next_pulse_) return;
    next_pulse_ = folded_ + events_a_pulse;
    if (pulse_) pulse_();
  }

  void sample(Time at) {
    next_sample_ = never;
    for (Observer* sampler : samplers_) next_sample_ = std::min(next_sample_, sampler->sample(at));
  }

  std::array<EventRecord, block_records> block_;
  EventRecord* next_ = block_.begin();
  Time next_sample_{};
  std::array<std::vector<Observer*>, event_kinds> observers_;
  std::uint64_t watched_ = 0;  // kinds that have observers, as bits
  std::uint64_t unusual_ = 0;  // see Observer::fold
  std::vector<Observer*> folders_, samplers_;
  std::uint64_t folded_ = 0, next_pulse_ = events_a_pulse;
  std::function<void()> pulse_;
};

}  // namespace hearsay
