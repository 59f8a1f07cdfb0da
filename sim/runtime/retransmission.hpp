// One direction of a stream as two state machines that know neither clock nor network: what the sender keeps until it
// is acknowledged and when it sends that again (RFC 6298 as sim/runtime/streams.hpp simplifies it), and how the
// receiver puts segments in order. Streams tells them what happened and does what they answer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

struct Segment {
  SendId id = no_send;
  MessagePtr message;      // null: the end of the stream
  bool delivered = false;  // the receiver has it, the sender does not know
  bool sent = false;       // before; sending it again is a retransmission
};

class Retransmission {
 public:
  struct Settings {
    Duration min_rto{}, max_rto{};
    Duration limit{};  // without progress for so long, the connection breaks
  };
  // Timers to set. Each comes back with its generation; one of an older generation means nothing.
  struct Timers {
    Time timeout{};
    std::optional<Time> limit;
    std::uint32_t generation = 0;
  };
  struct Probe {
    std::uint64_t sequence = 0;
    Segment segment;
  };

  explicit Retransmission(const Settings& settings) : settings_(settings) {}

  // A new segment has to wait: the timer has fired, and what it sent again is not acknowledged.
  bool holds_back() const { return collapsed_; }
  bool holds(std::uint64_t sequence) const { return held_.contains(sequence); }
  bool empty() const { return held_.empty(); }
  // The first segment held that the receiver does not have.
  std::optional<std::uint64_t> first_missing() const;

  // Keeps a segment: it was lost, or waits behind a loss or the handshake. One that is kept already stays as it is.
  void hold(std::uint64_t sequence, Segment segment) { held_.try_emplace(sequence, std::move(segment)); }
  // The receiver has it now; it is kept until an acknowledgement says so.
  void delivered(std::uint64_t sequence);
  // Forgets a segment that is withdrawn. Nothing if it is not held.
  std::optional<Segment> take(std::uint64_t sequence);

  // A segment sent at `sent_at` will not be acknowledged; it is held. Starts the timer unless it runs. Once it has
  // fired, only the loss of the segment that it sent again matters: the timeout doubles.
  std::optional<Timers> lost(std::uint64_t sequence, Time sent_at, Time now, Duration round_trip);
  // The retransmission that timeout() asked for was lost as soon as it was sent.
  Timers lost_again(Time now) { return back_off(now, now); }

  // A timer has fired: the first segment held is to be sent again, if anything is.
  std::optional<Probe> timeout(std::uint32_t generation);
  // True if the connection is to break: nothing was acknowledged since the timers of this generation were set.
  bool limit_reached(std::uint32_t generation) const { return recovering_ && generation == generation_; }

  // The segment that was sent again has arrived, and its acknowledgement will come: to be passed to acknowledged().
  std::optional<std::uint32_t> probe_arrived(std::uint64_t sequence) const;
  // Recovery is over: what is held is to be sent (see release). The answer is the id of the segment that this frees,
  // no_send if there is none; nothing if the acknowledgement is stale.
  std::optional<SendId> acknowledged(std::uint64_t sequence, std::uint32_t generation);

  // What is held, in order, the delivered segments too; nothing is held any more.
  std::map<std::uint64_t, Segment> release() { return std::exchange(held_, {}); }
  // Gives up: as release, and every timer is void.
  std::map<std::uint64_t, Segment> abandon();

 private:
  Timers back_off(Time sent_at, Time now);

  Settings settings_;
  std::map<std::uint64_t, Segment> held_;  // by sequence
  bool recovering_ = false;                // the timer runs
  bool collapsed_ = false;                 // it has fired
  std::uint64_t probe_ = 0;                // once collapsed: the sequence sent again last
  std::uint32_t generation_ = 0;           // of the recovery, or of the last one
  Duration rto_{};
};

// Puts what arrives in order, each sequence once. `Item` is what is kept of a segment.
template <class Item>
class Reassembly {
 public:
  // Already delivered, or waiting for what precedes it.
  bool has(std::uint64_t sequence) const { return sequence < next_ || (early_ && early_->contains(sequence)); }

  // Keeps it until take() gives it out; one that it has already is dropped.
  void insert(std::uint64_t sequence, Item item) {
    if (sequence < next_) return;
    if (!early_) early_ = std::make_unique<std::map<std::uint64_t, Item>>();
    early_->try_emplace(sequence, std::move(item));
  }
  // The next one in order, if it is there.
  std::optional<Item> take() {
    if (!early_ || early_->empty() || early_->begin()->first != next_) return std::nullopt;
    std::optional<Item> item(std::move(early_->begin()->second));
    early_->erase(early_->begin());
    ++next_;
    return item;
  }
  // The segment of this sequence is the next one and nothing waits: the short way past insert() and take().
  bool pass(std::uint64_t sequence) {
    if (sequence != next_ || (early_ && !early_->empty())) return false;
    ++next_;
    return true;
  }
  // The first sequence that it has not given out.
  std::uint64_t next() const { return next_; }
  // Begins again at sequence 0.
  void restart() { next_ = 0; }
  // Forgets what waits, if `forget(item)` says so.
  template <class Forget>
  void drop(Forget forget) {
    if (early_) std::erase_if(*early_, [&forget](const auto& entry) { return forget(entry.second); });
  }

 private:
  std::uint64_t next_ = 0;
  std::unique_ptr<std::map<std::uint64_t, Item>> early_;  // by sequence; most connections never need it
};

}  // namespace hearsay
