// The sender of one direction of a TCP connection as a state machine that knows neither clock nor network: which
// segments may be sent, which are lost, and when to ask. What is sent at one instant is acknowledged together, so that
// the cost is per round trip and not per packet.
//
// Sources: RFC 5681 and 6675 (recovery with selective acknowledgements), 6298 (timeout; as Linux has it, srtt +
// max(4 rttvar, 200 ms)), 3042 (limited transmit), 8985 (RACK and tail loss probes), 2883 and 3522 (undoing what was
// not a loss). Bytes are numbered from 0, segments in the order of their first sending.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/fetch.hpp"
#include "sim/core/time.hpp"
#include "sim/transport/congestion.hpp"
#include "sim/transport/mostly_one_list.hpp"

namespace hearsay {

class TcpSender {
 public:
  struct Settings {
    Congestion congestion = Congestion::cubic;
    std::uint32_t mss = 1448;  // bytes of a full segment
    Duration min_rto = std::chrono::milliseconds(200);
    Duration max_rto = std::chrono::seconds(60);
  };
  struct Segment {
    std::uint64_t number = 0;
    std::uint64_t begin = 0, end = 0;  // its bytes
    bool again = false;                // it was sent before
  };
  using Segments = MostlyOneList<Segment>;
  // `round_trip`: as the handshake measured it.
  TcpSender(const Settings& settings, Duration round_trip);

  // The application has written so many more bytes. What the window lets go at once is a segment of its own
  // (TCP_NODELAY); what waits is cut into full segments.
  void write(std::uint64_t bytes) { written_ += bytes; }
  std::uint64_t written() const { return written_; }
  std::uint64_t sent() const { return cut_; }                                    // the first byte that was never sent
  bool done() const { return sent_begin_ == sent_.size() && cut_ == written_; }  // all is acknowledged
  bool held_back() const { return cut_ < written_ || lost_ > 0; }                // something waits for the window

  std::uint64_t acknowledged_below() const { return first_; }  // segments

  // What to send now, retransmissions first, appended to `segments`; it counts as sent.
  void send(Time now, std::vector<Segment>& segments);
  // Of what was sent at `sent_at`, these segments are acknowledged now. `spread`: from the first acknowledgement to the
  // last one. `earlier`: also acknowledged, because they had arrived before and their own acknowledgements were lost.
  void acknowledged(std::span<const Segment> segments, Time sent_at, Time now, Duration spread = {},
                    std::span<const Segment> earlier = {});

  // When timeout() is due if nothing is sent or acknowledged before; nothing if nothing is outstanding.
  std::optional<Time> timer() const;
  // The timer is due: a tail loss probe, a reordering window that has passed, or the retransmission timeout. send() has
  // what comes of it.
  void timeout(Time now);

  [[gnu::always_inline]] void fetch_sent() const {  // for the processor's cache
    fetch_lines(sent_.data() + sent_begin_, sizeof(Sent));
  }

  double window() const { return window_.segments(); }
  Duration round_trip() const { return smoothed_; }
  bool recovering() const { return recovering_; }

 private:
  enum class State : std::uint8_t { flying, lost, done };
  struct Sent {
    std::uint64_t begin = 0, end = 0;
    std::uint64_t order = 0;  // of all sendings of this direction
    Time at{};
    State state = State::flying;
    bool again = false;    // retransmitted: its acknowledgement measures nothing
    bool suspect = false;  // marked as lost in this recovery
  };
  std::uint64_t next() const { return first_ + (sent_.size() - sent_begin_); }
  Sent& of(std::uint64_t segment) { return sent_[sent_begin_ + (segment - first_)]; }
  const Sent& head() const { return sent_[sent_begin_]; }
  std::size_t sacked() const { return sent_.size() - sent_begin_ - flying_ - lost_; }

  void shrink_if_idle(Time now);
  bool room() const;
  void send_again(std::uint64_t segment, Time now, std::vector<Segment>& segments);
  void send_lost(Time now, std::vector<Segment>& segments);
  void send_new(Time now, std::vector<Segment>& segments);

  struct Gain {                                                // of one acknowledgement
    boost::container::small_vector<std::uint64_t, 16> orders;  // of what it acknowledges
    bool measured = false;                                     // something that was sent only once
    bool probe = false;                                        // the tail loss probe, where its original was lost
  };
  void take(std::uint64_t segment, Time sent_at, Time now, Gain& gain);
  void take_earlier(std::uint64_t segment, Gain& gain);
  void was_late(Sent& sent);
  void forget_acknowledged();
  void measure(Duration sample);
  void grow(double segments, Time now, Duration sample, Duration spread);
  double until_queue(Time now, Duration sample, Duration spread);
  Duration reordering_window() const;
  std::uint64_t find_losses(Time now);
  void mark_losses(Time now);
  void recover();
  Duration rto() const;
  Time rto_due() const;
  bool may_probe() const { return !probed_ && !recovering_ && sacked() == 0; }

  Settings settings_;
  CongestionWindow window_;
  std::uint64_t written_ = 0, cut_ = 0;
  std::uint64_t first_ = 0;                       // the first segment not acknowledged
  boost::container::small_vector<Sent, 1> sent_;  // from first_ on, behind some that are over
  std::size_t sent_begin_ = 0;
  std::uint64_t orders_ = 0;
  std::size_t flying_ = 0, lost_ = 0;
  std::size_t most_flying_ = 0;  // since the last acknowledgement
  bool limited_ = false;         // the window kept something back since then
  // recovery
  bool recovering_ = false;
  bool timed_out_ = false;  // it began with a timeout: slow start goes on meanwhile
  std::uint64_t recovery_end_ = 0;
  std::size_t suspects_ = 0;  // marked as lost in this recovery, and not known to have been late
  int backoff_ = 0;
  // RACK: of what was sent last of all that has been acknowledged.
  std::uint64_t rack_order_ = 0;
  Duration rack_trip_{};
  bool reordering_ = false;
  int patience_ = 1;  // quarters of a round trip
  Time reordering_due_ = never;
  // tail loss probe
  std::optional<std::uint64_t> probe_;  // to be sent
  std::uint64_t probe_order_ = 0;       // of the last one sent
  bool probed_ = false;
  Time last_event_{}, last_sent_{};
  Duration smoothed_{}, variation_{}, shortest_{};
  // HyStart: the round trip that is being acknowledged, and the train of its acknowledgements.
  std::uint64_t round_end_ = 0;
  Time round_began_{}, train_end_{};
};

}  // namespace hearsay
