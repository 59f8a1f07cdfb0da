#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim/report/trace.hpp"
#include "tests/report/trace_events.hpp"

using namespace hearsay;
using hearsay::test::EventWriter;
using hearsay::test::message_kinds;
using hearsay::test::TemporaryDirectory;

namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr KindIndex rumor = 0;
constexpr KindIndex ack = 1;

template <class Run>
std::string tree_of(std::uint32_t nodes, Run run) {
  const TemporaryDirectory directory;
  const std::string file = directory.file("trace.tree");
  const auto trace = make_trace(file, nodes, message_kinds);
  EventWriter writer(*trace);
  run(writer);
  writer.other(EventKind::finish, 0);
  return test::contents(file);
}

// Without the two lines that explain the format, and the empty one that follows.
template <class Run>
std::string writes_of(std::uint32_t nodes, Run run) {
  const std::string text = tree_of(nodes, run);
  const auto first = text.find("\nwrite 0");
  REQUIRE(first != std::string::npos);
  return text.substr(first + 1);
}

void applied_by(EventWriter& run, NodeId node, NodeId from, WriteId write, KindIndex type) {
  Event event;
  event.kind = EventKind::applied;
  event.node = node;
  event.id = write;
  event.cause = from;
  event.cause_type = type;
  run.emit(event);
}

void gets(EventWriter& run, NodeId node, NodeId from, WriteId write, KindIndex type = rumor) {
  static SendId last = 0;
  run.message(EventKind::deliver, node, from, ++last, type);
  applied_by(run, node, from, write, type);
}

}  // namespace

TEST_CASE("tree: a node stands under the sender of the message that it handled when it applied the write") {
  const std::string text = tree_of(6, [](EventWriter& run) {
    run.advance(millisecond + 500);
    run.invoke(1, 0, OperationKind::write);
    run.node(EventKind::applied, 1, 0);
    run.advance(millisecond / 2);
    gets(run, 3, 1, 0);
    gets(run, 0, 1, 0);
    run.advance(millisecond / 4);
    gets(run, 2, 3, 0, ack);
    run.invoke(5, 1, OperationKind::write);
    run.advance(millisecond);
    gets(run, 4, 3, 0);
    run.message(EventKind::deliver, 4, 0, 100, ack);  // says nothing new
  });
  CHECK(text ==
        "# How each write spread. A node stands under the one whose message it handled when it applied the write.\n"
        "# Beside it: hops from the origin, time since the client's invocation, kind of that message.\n"
        "\n"
        "write 0: key\"0 = \\xff\\n, at node 1, 0.001000500 s\n"
        "reached 5 of 6 nodes, depth 2, last node 4 at hop 2 after 1.750000 ms\n"
        "node 1  hop 0  +0.000000 ms  origin\n"
        "├─ node 3  hop 1  +0.500000 ms  rumor\n"
        "│  ├─ node 2  hop 2  +0.750000 ms  ack\n"
        "│  └─ node 4  hop 2  +1.750000 ms  rumor\n"
        "└─ node 0  hop 1  +0.500000 ms  rumor\n"
        "\n"
        "write 1: key\"1 = \\xff\\n, at node 5, 0.001750500 s\n"
        "reached 0 of 6 nodes\n");
}

TEST_CASE("tree: a node that applies a write again after a restart is shown again, and leaves the summary as it was") {
  const std::string text = writes_of(4, [](EventWriter& run) {
    run.invoke(0, 0, OperationKind::write);
    run.node(EventKind::applied, 0, 0);
    run.advance(millisecond);
    gets(run, 1, 0, 0);
    gets(run, 2, 0, 0);
    for (const NodeId node : {0U, 1U, 2U}) run.node(EventKind::crash, node);
    run.advance(millisecond);
    for (const NodeId node : {0U, 1U, 2U}) run.node(EventKind::restart, node);
    run.node(EventKind::recovered, 1, 0);
    run.node(EventKind::recovered, 0, 0);
    run.advance(millisecond);
    gets(run, 2, 1, 0);
    run.advance(millisecond);
    run.node(EventKind::restart, 2);
    gets(run, 2, 0, 0, ack);
  });
  CHECK(text ==
        "write 0: key\"0 = \\xff\\n, at node 0, 0.000000000 s\n"
        "reached 3 of 4 nodes, depth 1, last node 2 at hop 1 after 1.000000 ms, again 4\n"
        "node 0  hop 0  +0.000000 ms  origin\n"
        "├─ node 1  hop 1  +1.000000 ms  rumor\n"
        "│  └─ node 1 again  hop 1  +2.000000 ms  recovered from its disk\n"
        "│     └─ node 2 again  hop 2  +3.000000 ms  rumor\n"
        "├─ node 2  hop 1  +1.000000 ms  rumor\n"
        "└─ node 0 again  hop 0  +2.000000 ms  recovered from its disk\n"
        "   └─ node 2 again  hop 1  +4.000000 ms  ack\n");
}

TEST_CASE("tree: what came by no message, or from a node that had not applied the write, is a root of its own") {
  const std::string text = writes_of(6, [](EventWriter& run) {
    run.invoke(0, 0, OperationKind::write);
    run.node(EventKind::applied, 0, 0);
    run.advance(millisecond);
    gets(run, 2, 1, 0);
    gets(run, 3, 2, 0);
    run.message(EventKind::deliver, 4, 0, 100, ack);
    run.advance(1);
    run.node(EventKind::applied, 4, 0);
    run.message(EventKind::deliver, 1, 0, 101);
    run.other(EventKind::connected, 1, 0, 1, 5);  // another handler
    run.node(EventKind::applied, 1, 0);
    run.advance(1);
    run.node(EventKind::recovered, 5, 0);
  });
  CHECK(text ==
        "write 0: key\"0 = \\xff\\n, at node 0, 0.000000000 s\n"
        "reached 6 of 6 nodes, depth 0, last node 5 at hop ? after 1.000002 ms\n"
        "node 0  hop 0  +0.000000 ms  origin\n"
        "node 2  hop ?  +1.000000 ms  rumor from node 1, which had not applied it\n"
        "└─ node 3  hop ?  +1.000000 ms  rumor\n"
        "node 4  hop ?  +1.000001 ms  while it handled no message; the last before: ack from node 0\n"
        "node 1  hop ?  +1.000001 ms  while it handled no message\n"
        "node 5  hop ?  +1.000002 ms  recovered from its disk\n");
}

TEST_CASE("tree: a write that waited for its disk stands under the message that brought it, not under a later one") {
  const std::string text = writes_of(3, [](EventWriter& run) {
    run.invoke(0, 0, OperationKind::write);
    run.node(EventKind::applied, 0, 0);
    run.advance(millisecond);
    run.message(EventKind::deliver, 1, 0, 100);
    run.advance(millisecond);
    run.message(EventKind::deliver, 1, 2, 101, ack);
    applied_by(run, 1, 0, 0, rumor);
  });
  CHECK(text ==
        "write 0: key\"0 = \\xff\\n, at node 0, 0.000000000 s\n"
        "reached 2 of 3 nodes, depth 1, last node 1 at hop 1 after 2.000000 ms\n"
        "node 0  hop 0  +0.000000 ms  origin\n"
        "└─ node 1  hop 1  +2.000000 ms  rumor\n");
}

TEST_CASE("tree: the origin is the root although it applies the write after others, or never") {
  const std::string text = writes_of(3, [](EventWriter& run) {
    run.invoke(0, 0, OperationKind::write);
    run.invoke(2, 1, OperationKind::write);
    run.advance(millisecond);
    gets(run, 1, 0, 0);
    gets(run, 1, 2, 1);
    run.advance(millisecond);
    gets(run, 0, 1, 0, ack);
    run.message(EventKind::deliver, 0, 1, 100);
    run.invoke(0, 2, OperationKind::write);
    run.message(EventKind::deliver, 0, 1, 101);  // in the instant of the client's request
    run.node(EventKind::applied, 0, 2);
  });
  CHECK(text ==
        "write 0: key\"0 = \\xff\\n, at node 0, 0.000000000 s\n"
        "reached 2 of 3 nodes, depth 1, last node 0 at hop 0 after 2.000000 ms\n"
        "node 0  hop 0  +2.000000 ms  origin, ack from node 1\n"
        "└─ node 1  hop 1  +1.000000 ms  rumor\n"
        "\n"
        "write 1: key\"1 = \\xff\\n, at node 2, 0.000000000 s\n"
        "reached 1 of 3 nodes, depth 1, last node 1 at hop 1 after 1.000000 ms\n"
        "node 2  hop 0  origin, never applied it\n"
        "└─ node 1  hop 1  +1.000000 ms  rumor\n"
        "\n"
        "write 2: key\"2 = \\xff\\n, at node 0, 0.002000000 s\n"
        "reached 1 of 3 nodes, depth 0, last node 0 at hop 0 after 0.000000 ms\n"
        "node 0  hop 0  +0.000000 ms  origin\n");
}

TEST_CASE("tree: a long chain of nodes has every hop and lines of bounded width") {
  constexpr std::uint32_t nodes = 3000;
  const std::string text = writes_of(nodes, [](EventWriter& run) {
    run.invoke(0, 0, OperationKind::write);
    run.node(EventKind::applied, 0, 0);
    for (NodeId node = 1; node < nodes; ++node) gets(run, node, node - 1, 0);
  });
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  REQUIRE(lines.size() == 2 + nodes);
  CHECK(lines[1] == "reached 3000 of 3000 nodes, depth 2999, last node 2999 at hop 2999 after 0.000000 ms");
  CHECK(lines[2 + 32] == std::string(3 * 31, ' ') + "└─ node 32  hop 32  +0.000000 ms  rumor");
  CHECK(lines[2 + 33] == "… " + std::string(3 * 31, ' ') + "└─ node 33  hop 33  +0.000000 ms  rumor");
  CHECK(lines[2 + 2999] == "… " + std::string(3 * 31, ' ') + "└─ node 2999  hop 2999  +0.000000 ms  rumor");
}
