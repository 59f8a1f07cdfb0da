// Events: what each named constructor fills in, as EventKind says it, and the names for people.
#include "sim/core/event.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "sim/core/compare_and_set.hpp"
#include "sim/core/protocol.hpp"

using namespace hearsay;

namespace {

const Time when{std::chrono::milliseconds(7)};

// time, kind, node, peer, id, extra, size, detail
std::string text(const Event& e) {
  const auto node = [](NodeId id) { return id == no_node ? std::string("-") : std::to_string(id); };
  return std::to_string(e.at.time_since_epoch() / std::chrono::milliseconds(1)) + " " + std::string(name_of(e.kind)) +
         " " + node(e.node) + " " + node(e.peer) + " " + std::to_string(e.id) + " " + std::to_string(e.extra) + " " +
         std::to_string(e.size) + " " + std::to_string(e.detail);
}

template <std::uint32_t size>
struct Sized {
  std::uint32_t wire_size() const { return size; }
  void describe(std::ostream&) const {}
  Sized corrupted(std::uint64_t) const { return {}; }
};
using EitherSize = std::variant<Sized<7>, Sized<99>>;

}  // namespace

TEST_CASE("events of clients carry the operation; an answer also the response and how it ended") {
  Operation operation;
  operation.id = 5;
  operation.size = 64;
  const Event asked = Event::invoke(when, 3, operation);
  CHECK(text(asked) == "7 invoke 3 - 5 0 64 0");
  CHECK(asked.operation == &operation);
  const Response response{Outcome::timed_out, {}, false, nullptr};
  const Event answered = Event::respond(when, 3, operation, response);
  CHECK(text(answered) == "7 respond 3 - 5 0 0 3");
  CHECK(answered.operation == &operation);
  CHECK(answered.response == &response);
}

TEST_CASE("events of messages carry the message, its kind and size") {
  const MessagePtr message = make_message<EitherSize>(Sized<99>{});
  const Event sent = Event::about_message(when, EventKind::send, 1, 2, *message, 9);
  CHECK(text(sent) == "7 send 1 2 9 0 99 0");
  CHECK(sent.type == 1);
  CHECK(sent.message == &*message);
  const Event dropped = Event::dropped(when, 1, 2, *message, 9, DropReason::crash);
  CHECK(text(dropped) == "7 drop 1 2 9 0 99 3");
  CHECK(dropped.message == &*message);
  CHECK(text(Event::retransmitted_end(when, 1, 2, 40)) == "7 retransmit 1 2 0 0 40 0");
  CHECK(text(Event::redundant(when, 2)) == "7 redundant 2 - 0 0 0 0");
}

TEST_CASE("events of connections, replicated state, nodes and members") {
  CHECK(text(Event::connection(when, EventKind::dial, 1, 2, 8)) == "7 dial 1 2 8 0 0 0");
  CHECK(text(Event::disconnected(when, 1, 2, 8, ConnectionError::timed_out)) ==
        "7 disconnected 1 2 8 0 0 " + std::to_string(static_cast<int>(ConnectionError::timed_out)));
  CHECK(text(Event::write(when, EventKind::recovered, 4, 6)) == "7 recovered 4 - 6 0 0 0");
  CHECK(text(Event::replaced(when, 4, 6, 7)) == "7 replaced 4 - 6 7 0 0");
  CHECK(text(Event::digest(when, 4, 1234)) == "7 digest 4 - 1234 0 0 0");
  const std::vector<NodeId> owners{1, 2};
  const Event placed = Event::placed(when, 4, 11, 1234, owners);
  CHECK(text(placed) == "7 placed 4 - 1234 11 0 0");
  CHECK(placed.owners == &owners);
  CHECK(text(Event::of_node(when, EventKind::crash, 4)) == "7 crash 4 - 0 0 0 0");
  CHECK(text(Event::member(when, 1, 2, MemberState::dead)) ==
        "7 member 1 2 0 0 0 " + std::to_string(static_cast<int>(MemberState::dead)));
  CHECK(text(Event::finish(when)) == "7 finish - - 0 0 0 0");
}

TEST_CASE("events of faults carry which firing, when it ends and what it chose") {
  const std::vector<NodeId> nodes{1, 4};
  const FaultFiring firing{"crash", "random: 2", nodes, true, 3};
  const Event begun = Event::fault_begin(when, 2, Time(std::chrono::nanoseconds(55)), firing);
  CHECK(text(begun) == "7 fault_begin - - 2 55 0 0");
  CHECK(begun.firing == &firing);
  CHECK(firing.text() == "crash: random: 2 | 1,4");
  CHECK(FaultFiring{"loss", "30%", {}}.text() == "loss: 30% | ");
  CHECK(text(Event::fault_end(when, 2)) == "7 fault_end - - 2 0 0 0");
  CHECK(text(Event::fault_effect(when, 2, FaultEffect::stopped)) == "7 fault_effect - - 2 0 0 4");
}

TEST_CASE("no two kinds of events, reasons, effects or outcomes have one name, and all have one") {
  const auto check = [](std::size_t count, const auto& name) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.emplace(name(i));
    CHECK(names.size() == count);
    CHECK(names.count("") == 0);
  };
  check(event_kinds, [](std::size_t i) { return name_of(static_cast<EventKind>(i)); });
  check(drop_reasons, [](std::size_t i) { return name_of(static_cast<DropReason>(i)); });
  check(fault_effects, [](std::size_t i) { return name_of(static_cast<FaultEffect>(i)); });
  check(4, [](std::size_t i) { return name_of(static_cast<Outcome>(i)); });
  CHECK(name_of(DropReason::too_large) == "too_large");
  CHECK(name_of(FaultEffect::slowed) == "slowed");
}

TEST_CASE("a compare-and-set is parted at its first arrow; without one nothing is expected") {
  const auto parts = [](std::string_view value) {
    const CompareAndSet found = compare_and_set(value);
    return std::pair<std::string, std::string>(found.expected, found.desired);
  };
  CHECK(parts("v0->v1") == std::pair<std::string, std::string>("v0", "v1"));
  CHECK(parts("->v1") == std::pair<std::string, std::string>("", "v1"));
  CHECK(parts("v1") == std::pair<std::string, std::string>("", "v1"));
  CHECK(parts("a->b->c") == std::pair<std::string, std::string>("a", "b->c"));
  CHECK(parts(compare_and_set_text("x", "y")) == std::pair<std::string, std::string>("x", "y"));
}
