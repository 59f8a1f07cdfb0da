// The events of one run as columns, for the diagram of the page.
#include "sim/report/event_log.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/report/fixtures.hpp"

using namespace hearsay;
using Json = nlohmann::ordered_json;

namespace {

Event event(std::int64_t us, EventKind kind, NodeId node, NodeId peer = no_node, std::uint64_t id = 0) {
  Event made;
  made.at = Time(std::chrono::microseconds(us));
  made.kind = kind;
  made.node = node;
  made.peer = peer;
  made.id = id;
  return made;
}

Event applied(std::int64_t us, NodeId node, WriteId write, NodeId cause = no_node, KindIndex type = 0) {
  Event made = event(us, EventKind::applied, node, no_node, write);
  made.cause = cause;
  made.cause_type = type;
  return made;
}

Operation write_of(OpId id, WriteId write, const std::string& key) {
  Operation operation;
  operation.id = id;
  operation.write = write;
  operation.key = key;
  operation.value = "v";
  return operation;
}

Event asked(std::int64_t us, EventKind kind, NodeId node, const Operation& operation, Outcome outcome = Outcome::ok) {
  Event made = event(us, kind, node, no_node, operation.id);
  made.operation = &operation;
  made.detail = static_cast<std::uint8_t>(outcome);
  return made;
}

EventLog log_of(const std::vector<Event>& events) {
  EventLog log(4, test::message_kinds);
  for (const Event& one : events)
    if (log.wants(one.kind)) log.observe(one);
  return log;
}

}  // namespace

TEST_CASE("a transmission ends with its delivery, its drop or the run; a copy that the network made is one, too") {
  Event dropped = event(40, EventKind::drop, 0, 2, 2);
  dropped.detail = static_cast<std::uint8_t>(DropReason::partition);
  Event stream = event(15, EventKind::send, 0, 2, 2);
  stream.type = 1;
  const Json json = log_of({event(10, EventKind::send, 0, 1, 1), stream, event(20, EventKind::duplicate, 0, 1, 3),
                            event(25, EventKind::send, 3, 0, 4), event(30, EventKind::deliver, 1, 0, 1), dropped,
                            event(50, EventKind::deliver, 1, 0, 3), event(55, EventKind::deliver, 1, 0, 99),
                            event(60, EventKind::finish, no_node)})
                        .json(100, 0);
  const Json& messages = json.at("messages");
  CHECK(messages.at("sent") == Json{10, 5, 5, 5});  // since the one before
  CHECK(messages.at("flight") == Json{20, 25, 30, -1});
  CHECK(messages.at("from") == Json{0, 0, 0, 3});
  CHECK(messages.at("to") == Json{1, 2, 1, 0});
  CHECK(messages.at("kind") == Json{0, 1, 0, 0});
  CHECK(messages.at("copies") == Json{2});
  std::vector<std::string> fates;
  for (const Json& fate : messages.at("fate")) fates.push_back(json.at("fates")[fate.get<std::size_t>()]);
  CHECK(fates == std::vector<std::string>{"delivered", "dropped: partition", "delivered", "on its way at the end"});
  CHECK(json.at("end_us") == 60);
  CHECK(json.at("total") == 4);
  CHECK(json.at("kinds") == Json{"rumor", "ack"});
}

TEST_CASE(
    "a write has its answer and whether that acknowledged it; one without an answer has none; reads are left out") {
  const Operation first = write_of(5, 0, "a"), second = write_of(6, 1, std::string(50, 'k')),
                  third = write_of(7, 2, "c");
  Operation read = write_of(8, no_write, "a");
  read.kind = OperationKind::read;
  const Json json =
      log_of({asked(10, EventKind::invoke, 2, first), asked(20, EventKind::invoke, 3, second),
              asked(25, EventKind::invoke, 1, read), asked(30, EventKind::respond, 3, second, Outcome::failed),
              asked(35, EventKind::respond, 1, read), asked(40, EventKind::respond, 2, first),
              asked(45, EventKind::respond, 2, first, Outcome::failed),  // not asked any more
              asked(50, EventKind::invoke, 0, third), event(90, EventKind::finish, no_node)})
          .json(100, 0);
  const Json expected =
      Json::array({Json::array({0, 2, 10, 40, 1, "a"}), Json::array({1, 3, 20, 30, 0, std::string(40, 'k')}),
                   Json::array({2, 0, 50, -1, 0, "c"})});
  CHECK(json.at("writes") == expected);
}

TEST_CASE("a write became visible by the latest delivery of its cause's kind, or of itself") {
  Event stream = event(20, EventKind::send, 0, 1, 2), arrived = event(30, EventKind::deliver, 1, 0, 2);
  stream.type = arrived.type = 1;
  const Json json = log_of({applied(5, 0, 0), event(10, EventKind::send, 0, 1, 1), stream,
                            event(25, EventKind::deliver, 1, 0, 1), arrived, applied(30, 1, 0, 0, 1),
                            applied(40, 1, 1, 0, 0), applied(50, 2, 0, 3, 0), event(60, EventKind::finish, no_node)})
                        .json(100, 0);
  const Json& all = json.at("applied");
  CHECK(all.at("at") == Json{5, 25, 10, 10});
  CHECK(all.at("node") == Json{0, 1, 1, 2});
  CHECK(all.at("write") == Json{0, 0, 1, 0});
  CHECK(all.at("by") == Json{-1, 1, 0, -1});  // nothing of node 3 came
}

TEST_CASE("of more transmissions than shown, a quarter lie before the focus, and what they point to moves along") {
  std::vector<Event> events;
  for (std::uint64_t i = 0; i < 100; ++i) {
    events.push_back(event(static_cast<std::int64_t>(1000 * i), EventKind::send, 0, 1, i));
    events.push_back(event(static_cast<std::int64_t>(1000 * i + 500), EventKind::deliver, 1, 0, i));
    events.push_back(applied(static_cast<std::int64_t>(1000 * i + 500), 1, static_cast<WriteId>(i), 0, 0));
    if (i == 10 || i == 50 || i == 90)
      events.push_back(event(static_cast<std::int64_t>(1000 * i + 600), EventKind::crash, static_cast<NodeId>(i % 4)));
  }
  events.push_back(event(100'000, EventKind::finish, no_node));
  const EventLog log = log_of(events);
  const auto from_to = [&log](double focus) {
    const Json json = log.json(20, focus);
    CHECK(json.at("messages").at("sent").size() == 20);
    return std::pair<std::int64_t, std::int64_t>(json.at("from_us"), json.at("to_us"));
  };
  CHECK(from_to(0.050) == std::pair<std::int64_t, std::int64_t>(45'000, 65'000));
  CHECK(from_to(0) == std::pair<std::int64_t, std::int64_t>(0, 20'000));
  CHECK(from_to(5) == std::pair<std::int64_t, std::int64_t>(80'000, 100'000));
  const Json json = log.json(20, 0.050);
  CHECK(json.at("messages").at("sent")[0] == 0);  // since `from_us`
  CHECK(json.at("applied").at("write")[0] == 45);
  CHECK(json.at("applied").at("by")[0] == 0);
  CHECK(json.at("marks").size() == 2);  // also what was before; nothing after
  CHECK(log.json(100, 0.050).at("from_us") == 0);
}
