// The bench itself, with a protocol that does what a client's request says: what the network, disks and clocks of the
// bench do, and which calls of a protocol it takes for a mistake.
#include "sim/transcript/bench.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hearsay::bench {
namespace {

using namespace std::chrono_literals;

struct Note {
  std::uint32_t text = 0;
  std::uint32_t wire_size() const { return 10; }
  void describe(std::ostream& out) const { out << "note " << text; }
  Note corrupted(std::uint64_t bits) const { return {text ^ static_cast<std::uint32_t>(bits)}; }
};
struct Letter {
  std::uint32_t text = 0;
  std::uint32_t wire_size() const { return 100; }
  void describe(std::ostream& out) const { out << "letter " << text; }
};
using Mail = std::variant<Note, Letter>;

// The key of a request is what to do; its value a node, a number of milliseconds, or nothing.
class Puppet : public Protocol {
 public:
  void start(Context& context, StartReason reason) override {
    if (reason == StartReason::restart && context.storage().get("kept")) context.state_digest(77);
  }
  void request(Context& context, const Operation& operation) override {
    const auto number = static_cast<NodeId>(operation.value.empty() ? 0 : std::stoul(operation.value));
    const std::string& what = operation.key;
    if (what == "note") context.send(number, make_message<Mail>(Note{5}));
    if (what == "letter") sent_ = context.send(number, make_message<Mail>(Letter{6}));
    if (what == "dial") connection_ = context.dial(number);
    if (what == "on") context.send_on(connection_, make_message<Mail>(Letter{7}));
    if (what == "note on") context.send_on(connection_, make_message<Mail>(Note{8}));
    if (what == "close") context.close(connection_);
    if (what == "withdraw") context.withdraw(sent_);
    if (what == "timer") context.set_timer(std::chrono::milliseconds(number), 1);
    if (what == "past") context.set_timer(-1ns, 1);
    if (what == "answer") context.respond(operation.id, {.outcome = Outcome::ok, .seen = {3, 4}});
    if (what == "answer twice") context.respond(operation.id, {}), context.respond(operation.id, {});
    if (what == "apply") context.applied(number);
    if (what == "reapply") context.reapplied(number);
    if (what == "state") context.state_digest(number);
    if (what == "exit") context.exit();
    if (what == "put") context.storage().put("kept", operation.value);
    if (what == "sync") context.sync();
    if (what == "echo") echoes_ = true;
    if (what == "linger") lingers_ = true;
  }
  void message(Context& context, const Received& received) override {
    if (echoes_) context.send(received.from, MessagePtr(&received.message));
    lingers_ = false;
  }
  void timer(Context& context, TimerKey) override { context.redundant(); }
  bool has_left() const override { return !lingers_; }

 private:
  ConnectionId connection_ = no_connection;
  SendId sent_ = no_send;
  bool echoes_ = false, lingers_ = false;
};

Filter only_to(NodeId node) {
  Filter filter;
  filter.to = node;
  return filter;
}

const ProtocolInfo& puppet() {
  static const ProtocolInfo info = [] {
    ProtocolInfo made;
    made.name = "puppet";
    made.messages = {{"note", Transport::datagram}, {"letter", Transport::stream}};
    made.configure = [](const ParameterValues&) { return [] { return std::make_unique<Puppet>(); }; };
    return made;
  }();
  return info;
}

struct Stage {
  std::ostringstream text;
  Bench bench;
  explicit Stage(std::uint32_t nodes = 3) : bench(puppet(), {}, nodes, 1, text) {}

  // What a request at a node leads to, without the client's line.
  std::string tell(NodeId node, const std::string& what, const std::string& value = "0") {
    text.str("");
    bench.write(node, what, value);
    const std::string all = said();
    return all.substr(all.find('\n') + 1);
  }
  std::string said() { return std::exchange(text, std::ostringstream()).str(); }
  // What a change of the bench leads to.
  template <class Change>
  std::string after(Change change) {
    text.str("");
    change();
    return said();
  }
};

}  // namespace

TEST_CASE("a datagram stays in flight until it is delivered, lost or doubled") {
  Stage stage;
  CHECK(stage.tell(0, "note", "1") == "  0 sends 1: note note 5 (10 B)\n");
  CHECK(stage.bench.in_flight() == 1);
  CHECK(stage.after([&] { CHECK(stage.bench.duplicate({}) == 1); }) == "copied: 0 -> 1 note\n");
  CHECK(stage.bench.in_flight() == 2);
  CHECK(stage.after([&] {
    CHECK(stage.bench.corrupt({.from = 0, .to = 1, .kind = "note", .at_most = 1, .newest_first = false}, 3) == 1);
  }) == "0 -> 1 note (corrupt) note 6\n");
  CHECK(stage.after([&] { CHECK(stage.bench.drop({}) == 1); }) == "lost: 0 -> 1 note\n");
  CHECK(stage.bench.in_flight() == 0);
  CHECK(stage.bench.tally().sent.at("note") == 1);
  CHECK(stage.bench.tally().delivered.at("note") == 1);
  CHECK(stage.bench.tally().bytes == 10);
}

TEST_CASE("one message to several nodes takes one line, another one its own") {
  Stage stage;
  stage.tell(0, "note", "1");
  stage.tell(0, "note", "2");
  CHECK(stage.after([&] { CHECK(stage.bench.deliver(only_to(2)) == 1); }) == "0 -> 2 note note 5\n");
  CHECK(stage.after([&] { CHECK(stage.bench.deliver({}) == 1); }) == "0 -> 1 note note 5\n");
}

TEST_CASE("a stream dials first, carries what waits, and is used in both directions") {
  Stage stage;
  CHECK(stage.tell(0, "letter", "1") == "  0 dials 1\n  0 sends 1: letter letter 6 (100 B)\n");
  CHECK(stage.bench.tally().bytes == 100);
  CHECK(stage.tell(1, "letter", "0") == "  1 dials 0\n  1 sends 0: letter letter 6 (100 B)\n");  // not yet connected
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 4); }) ==
        "connected: 0 to 1\n0 -> 1 letter letter 6\nconnected: 1 to 0\n1 -> 0 letter letter 6\n");
  CHECK(stage.tell(0, "letter", "1") == "  0 sends 1: letter letter 6 (100 B)\n");
  CHECK(stage.tell(1, "letter", "0") == "  1 sends 0: letter letter 6 (100 B)\n");
  CHECK(stage.bench.open_connections() == 2);
}

TEST_CASE("the side that was dialled answers on the connection once it stands") {
  Stage stage;
  stage.tell(0, "dial", "1");
  stage.bench.settle();
  CHECK(stage.tell(1, "letter", "0") == "  1 sends 0: letter letter 6 (100 B)\n");
  CHECK(stage.tell(0, "on") == "  0 sends 1: letter letter 7 (100 B)\n");
  CHECK(stage.bench.open_connections() == 1);
}

TEST_CASE("a stream loses, doubles and garbles nothing") {
  Stage stage;
  stage.tell(0, "letter", "1");
  CHECK_THROWS_WITH(stage.bench.drop({}), "a stream loses nothing: break it, or leave it be");
  CHECK_THROWS_WITH(stage.bench.duplicate({}), "a stream duplicates nothing");
  CHECK_THROWS_WITH(stage.bench.corrupt({}, 1), "a stream has a checksum of its own");
  CHECK_THROWS_WITH((stage.tell(0, "dial", "2"), stage.tell(0, "note on")), "a datagram on a connection");
}

TEST_CASE("a close arrives after what was sent before, and ends the connection on both sides") {
  Stage stage;
  stage.tell(0, "dial", "1");
  stage.bench.settle();
  stage.tell(0, "on");
  CHECK(stage.tell(0, "close") == "  0 closes its connection to 1\n");
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 2); }) ==
        "0 -> 1 letter letter 7\ndisconnected: 1 from 0, closed\n");
  CHECK(stage.bench.open_connections() == 0);
  CHECK(stage.tell(0, "close").empty());
  CHECK(stage.tell(0, "on").empty());
}

TEST_CASE("what is withdrawn does not arrive, unless it has arrived") {
  Stage stage;
  stage.tell(0, "letter", "1");
  CHECK(stage.tell(0, "withdraw") == "  0 withdraws letter to 1\n");
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 1); }) == "connected: 0 to 1\n");
  CHECK(stage.tell(0, "withdraw").empty());
}

TEST_CASE("a broken connection is reported to both ends that live and know it, with what was on it gone") {
  Stage stage;
  stage.tell(0, "letter", "1");
  CHECK(stage.after([&] { stage.bench.break_connections(1, 0, ConnectionError::refused); }) ==
        "disconnected: 0 from 1, refused\n");  // it never stood: the other end knows nothing
  CHECK(stage.bench.in_flight() == 0);
  stage.tell(0, "letter", "1");
  stage.bench.settle();
  stage.tell(0, "letter", "2");
  CHECK(stage.after([&] { stage.bench.break_connections(0, 1, ConnectionError::timed_out); }) ==
        "disconnected: 0 from 1, timed_out\ndisconnected: 1 from 0, timed_out\n");
  CHECK(stage.bench.in_flight() == 2);  // those to node 2
  CHECK(stage.after([&] { stage.bench.break_connections(0, 1, ConnectionError::reset); }).empty());
}

TEST_CASE("a node that restarted answers an old connection with a reset, and one that is down not at all") {
  Stage stage;
  stage.tell(0, "letter", "1");
  stage.bench.settle();
  stage.bench.crash(1, DiskMode::kept);
  stage.tell(0, "letter", "1");
  CHECK(stage.bench.settle() == 0);
  CHECK(stage.bench.in_flight() == 1);
  stage.bench.restart(1);
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 1); }) == "disconnected: 0 from 1, reset\n");
  CHECK(stage.bench.in_flight() == 0);
}

TEST_CASE("a crash takes along what the node had on the way, a process that exits does not") {
  Stage stage;
  stage.tell(0, "note", "1");
  stage.tell(2, "note", "1");
  CHECK(stage.after([&] { stage.bench.crash(0, DiskMode::kept); }) == "crash 0\n");
  CHECK(stage.bench.in_flight() == 1);
  CHECK(stage.tell(2, "exit") == "  2 exits\n");
  CHECK(stage.bench.in_flight() == 1);
  CHECK(stage.tell(2, "note", "1").empty());
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 1); }) == "2 -> 1 note note 5\n");
  stage.tell(1, "note", "2");
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 1); }).empty());  // to a node that is down: lost
}

TEST_CASE("a disk is after a crash as the mode says") {
  for (const auto mode : {DiskMode::kept, DiskMode::lost, DiskMode::unsynced_lost})
    for (const bool synced : {false, true}) {
      Stage stage;
      stage.tell(0, "put", "1");
      if (synced) CHECK(stage.tell(0, "sync") == "  0 syncs its disk\n");
      stage.bench.crash(0, mode);
      const bool there = mode == DiskMode::kept || (mode == DiskMode::unsynced_lost && synced);
      CHECK(stage.after([&] { stage.bench.restart(0); }) ==
            std::string("restart 0\n") + (there ? "  0 state S0\n" : ""));
    }
}

TEST_CASE("timers fire in order of time, then of setting, under a heading; not those of an earlier incarnation") {
  Stage stage;
  stage.tell(0, "timer", "7");
  stage.tell(1, "timer", "5");
  stage.tell(2, "timer", "5");
  CHECK(stage.after([&] { stage.bench.advance(5ms); }) ==
        "timer of 1 at 5ms\n  1 redundant\ntimer of 2 at 5ms\n  2 redundant\n");
  CHECK(stage.after([&] { stage.bench.advance(1ms); }).empty());
  stage.bench.crash(0, DiskMode::kept);
  stage.bench.restart(0);
  CHECK(stage.after([&] { stage.bench.advance(10ms); }).empty());
  stage.tell(0, "timer", "4");
  CHECK(stage.after([&] { stage.bench.advance(4ms); }) == "timer of 0 at 20ms\n  0 redundant\n");
  CHECK_THROWS_WITH(stage.tell(0, "past"), "a timer in the past");
  CHECK(stage.bench.tally().redundant == 3);
}

TEST_CASE("what a replica may report once, it may not report twice") {
  Stage stage;
  CHECK(stage.tell(0, "answer") == "  0 answers op0 ok w3 w4\n");
  CHECK(stage.bench.outcome(0) == Outcome::ok);
  CHECK(stage.bench.seen(0) == std::vector<WriteId>{3, 4});
  CHECK_THROWS_WITH(stage.tell(0, "answer twice"), "operation 1 is answered twice");
  CHECK(stage.tell(0, "apply", "4") == "  0 applied w4\n");
  CHECK_THROWS_WITH(stage.tell(0, "apply", "4"), "write 4 is reported as applied twice");
  CHECK(stage.tell(0, "reapply", "4") == "  0 reapplied w4\n");
  CHECK_THROWS_WITH(stage.tell(0, "reapply", "5"), "reapplied without applied");
  stage.bench.crash(0, DiskMode::kept);
  stage.bench.restart(0);
  CHECK(stage.tell(0, "apply", "4") == "  0 applied w4\n");  // by another incarnation
}

TEST_CASE("agreed: every live node that stays reports one state") {
  Stage stage(2);
  CHECK_FALSE(stage.bench.agreed());  // none reported
  stage.tell(0, "state", "5");
  CHECK_FALSE(stage.bench.agreed());
  CHECK(stage.tell(1, "state", "6") == "  1 state S1\n");
  CHECK_FALSE(stage.bench.agreed());
  CHECK(stage.tell(1, "state", "5") == "  1 state S0\n");
  CHECK(stage.bench.agreed());
  stage.tell(1, "state", "6");
  stage.bench.leave(1);
  CHECK(stage.bench.agreed());
}

TEST_CASE("a node that lingers is gone once it has nothing left to do; it may join again with an empty disk") {
  Stage stage;
  stage.tell(1, "linger");
  stage.tell(1, "put", "1");
  CHECK(stage.after([&] { stage.bench.leave(1); }) == "leave 1\n");
  stage.tell(0, "note", "1");
  CHECK(stage.after([&] { CHECK(stage.bench.settle() == 1); }) == "0 -> 1 note note 5\ngone 1\n");
  CHECK(stage.after([&] { stage.bench.leave(2); }) == "leave 2\n");
  CHECK(stage.after([&] { CHECK(stage.bench.join() == 3); }) == "join 3\n");
  CHECK(stage.bench.nodes() == 4);
  CHECK(stage.after([&] { stage.bench.join_again(1); }) == "join 1\n");
  CHECK(stage.tell(1, "note", "3") == "  1 sends 3: note note 5 (10 B)\n");
  stage.bench.crash(1, DiskMode::kept);
  CHECK(stage.after([&] { stage.bench.restart(1); }) == "restart 1\n");
}

TEST_CASE("messages that never cease are a mistake, not a hang") {
  Stage stage(2);
  stage.tell(0, "echo");
  stage.tell(1, "echo");
  stage.tell(0, "note", "1");
  CHECK_THROWS_WITH(stage.bench.settle(), "messages never cease");
  CHECK_THROWS_WITH(stage.bench.metric("no such"), "no metric no such");
}

}  // namespace hearsay::bench
