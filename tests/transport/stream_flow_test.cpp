// What a connection knows of one direction beside its sender: acknowledgements on their way, and messages by their
// bytes.
#include "sim/transport/stream_flow.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t segment_size = 1448;

StreamFlow flow() { return {TcpSender::Settings{}, 20ms, Time{}}; }

std::vector<TcpSender::Segment> sent(StreamFlow& flow, Duration since_start) {
  std::vector<TcpSender::Segment> segments;
  flow.sender.send(Time(since_start), segments);
  return segments;
}

StreamFlow::Acknowledgement acknowledgement(Duration arrives, Duration sent_at,
                                            const std::vector<TcpSender::Segment>& segments) {
  StreamFlow::Acknowledgement all{Time(arrives), Time(sent_at), {}, {}, {}};
  for (const auto& segment : segments) all.segments.push_back(segment);
  return all;
}

}  // namespace

TEST_CASE("acknowledgements are collected in the order in which they come, as far as they have come") {
  StreamFlow one = flow();
  one.sender.write(3 * segment_size);
  const auto segments = sent(one, 1s);
  REQUIRE(segments.size() == 3);
  one.expect(acknowledgement(1040ms, 1s, {segments[1]}));
  one.expect(acknowledgement(1060ms, 1s, {segments[2]}));
  one.expect(acknowledgement(1020ms, 1s, {segments[0]}));
  one.collect(Time(1019ms));
  CHECK(one.sender.acknowledged_below() == 0);
  CHECK(one.acknowledgements.size() == 3);
  one.collect(Time(1020ms));
  CHECK(one.sender.acknowledged_below() == 1);
  CHECK(one.progress == Time(1020ms));
  one.collect(Time(1059ms));
  CHECK(one.sender.acknowledged_below() == 2);
  CHECK(one.progress == Time(1040ms));
  REQUIRE(one.acknowledgements.size() == 1);
  one.collect(Time(2s));
  CHECK(one.sender.done());
  CHECK(one.progress == Time(1060ms));
}

TEST_CASE("a flow is troubled until what was sent before the loss is acknowledged, and waits while something is held") {
  StreamFlow one = flow();
  one.sender.write(30 * segment_size);
  CHECK_FALSE(one.troubled());
  CHECK(one.waits());  // nothing is sent yet
  const auto segments = sent(one, 1s);
  one.sender.acknowledged(segments, Time(1s), Time(1020ms));
  const auto more = sent(one, 1020ms);
  CHECK_FALSE(one.waits());
  one.trouble_end = segments.back().number + 2;
  CHECK(one.troubled());
  CHECK(one.waits());
  one.sender.acknowledged(more, Time(1020ms), Time(1040ms));
  CHECK_FALSE(one.troubled());
}

TEST_CASE("a message is found by each of its bytes until it is delivered") {
  StreamFlow one = flow();
  for (std::uint64_t i = 0; i < 5; ++i) {
    StreamFlow::Outgoing message;
    message.begin = 100 + 10 * i;
    message.end = message.begin + 10;
    message.id = i + 1;
    one.outgoing.push_back(std::move(message));
  }
  for (std::uint64_t byte = 100; byte < 150; ++byte) {
    const auto* message = one.message_at(byte);
    REQUIRE(message != nullptr);
    CHECK(message->id == (byte - 100) / 10 + 1);
  }
  CHECK(one.message_at(99) == nullptr);
  CHECK(one.message_at(150) == nullptr);
}

TEST_CASE("what arrives beyond a hole counts once the hole is filled, whatever came twice") {
  Reassembly received;
  received.insert(0, 10);
  CHECK(received.next() == 10);
  received.insert(0, 5);  // again
  CHECK(received.next() == 10);
  received.insert(20, 30);
  received.insert(20, 25);
  received.insert(40, 50);
  CHECK(received.next() == 10);
  received.insert(10, 20);
  CHECK(received.next() == 30);
  received.insert(30, 40);
  CHECK(received.next() == 50);
}
