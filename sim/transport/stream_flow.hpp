// One direction of a stream connection: what its sender knows, what its receiver has, and what is between them.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/fetch.hpp"
#include "sim/core/fifo.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"
#include "sim/transport/reassembly.hpp"
#include "sim/transport/tcp_sender.hpp"

namespace hearsay {

struct StreamFlow {
  struct Outgoing {                    // a message that has not been delivered
    std::uint64_t begin = 0, end = 0;  // its bytes
    SendId id = no_send;
    MessagePtr message;      // null: the end of the stream
    bool held = false;       // Streams::held_ knows it
    bool withdrawn = false;  // it is not delivered when it is there
  };
  struct Acknowledgement {  // on its way back
    Time at{};              // of its arrival
    Time sent_at{};         // what it acknowledges
    Duration spread{};
    TcpSender::Segments segments;
    std::vector<TcpSender::Segment> earlier;  // had arrived before; their own acknowledgements were lost
  };

  StreamFlow(const TcpSender::Settings& settings, Duration round_trip, Time now)
      : sender(settings, round_trip), progress(now) {}

  // Something was lost, and the sender has not heard of all that it sent before.
  bool troubled() const { return sender.acknowledged_below() < trouble_end; }
  // It needs to see acknowledgements when they come.
  bool waits() const { return troubled() || sender.held_back(); }

  // For the processor's cache: what it points at.
  [[gnu::always_inline]] void fetch_contents() const {
    sender.fetch_sent();
    outgoing.fetch_front();
    fetch_lines(acknowledgements.data(), sizeof(Acknowledgement));
  }

  // Tells the sender what has come back by now.
  void collect(Time now);
  void expect(Acknowledgement&& acknowledgement);
  // The message whose bytes include this one; null if it has been delivered.
  Outgoing* message_at(std::uint64_t byte);

  TcpSender sender;
  Fifo<Outgoing, boost::container::small_vector<Outgoing, 1>> outgoing;
  Reassembly received;
  boost::container::small_vector<Acknowledgement, 1> acknowledgements;  // by time
  std::vector<TcpSender::Segment> unacknowledged;  // have arrived; their acknowledgements were lost
  std::uint64_t trouble_end = 0;                   // behind the last segment that was lost, or its acknowledgement
  std::uint32_t on_wire = 0;                       // flights
  Time busy_until{};                               // its own segments occupy the narrowest link
  Time progress{};                                 // when something was acknowledged last, or waits since
  Time look_due = never;                           // of the event that will look at acknowledgements and timers
};

}  // namespace hearsay
