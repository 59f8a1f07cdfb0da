// Faults whose nodes take turns: `stagger`, swizzle and churn; and rules for some pairs, kinds of messages or
// transports.
#include <catch2/catch.hpp>
#include <set>

#include "fake_scope.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

using Calls = std::vector<std::string>;

constexpr PacketTraits data{Transport::datagram, 0}, ack{Transport::stream, 1},
    handshake{Transport::stream, PacketTraits::no_kind};

bool passes(FakeScope& scope, NodeId from, NodeId to, const PacketTraits& packet = data) {
  return scope.links().judge(from, to, packet).fate == Verdict::Fate::deliver;
}

TimeLaw always(Duration length) {
  TimeLaw law;
  law.a = length;
  return law;
}

}  // namespace

TEST_CASE("stagger: a rolling restart takes one node after the other, each for as long as `for` says") {
  FakeScope scope(4);
  scope.set_timing(5s, 10s);
  const auto fault = make_fault("crash", {{"nodes", Selector::of({0, 2, 3})}}, 4);
  const FaultChoice choice = fault->begin(scope);
  CHECK(choice.extends == 20s);
  CHECK(choice.text == "[0, 2, 3] disk kept one every 10s");
  CHECK(scope.take_calls() == Calls{"crash 0 kept"});
  scope.pass(10s);
  CHECK(scope.take_calls() == Calls{"restart 0", "crash 2 kept"});
  scope.pass(25s);
  CHECK(scope.take_calls() == Calls{"restart 2", "crash 3 kept"});
  fault->end(scope, choice);
  CHECK(scope.take_calls() == Calls{"restart 3"});
}

TEST_CASE("stagger without an end: nodes go one by one and stay away") {
  FakeScope scope(3);
  scope.set_timing(std::nullopt, 1s);
  const auto fault = make_fault("kill", {{"nodes", Selector::all()}}, 3);
  fault->begin(scope);
  scope.pass(10s);
  CHECK(scope.take_calls() == Calls{"kill 0", "kill 1", "kill 2"});
}

TEST_CASE("swizzle: nodes are cut off one by one, and come back one by one in an order of their own") {
  FakeScope scope(6);
  scope.set_timing(10s, 1s);
  const auto fault = make_fault("partition", {{"kind", std::string("swizzle")}, {"nodes", Selector::of({1, 2, 3})}}, 6);
  const FaultChoice choice = fault->begin(scope);
  CHECK(choice.extends == 2s);
  const auto away = [&scope] {
    std::vector<NodeId> nodes;
    for (const NodeId node : {1, 2, 3})
      if (!passes(scope, node, 0) && !passes(scope, 5, node)) nodes.push_back(node);
    return nodes;
  };
  std::vector<std::size_t> sizes;
  for (const Duration time : {0s, 1s, 2s, 9s, 10s, 11s, 12s}) {
    scope.pass(time);
    sizes.push_back(away().size());
    CHECK(passes(scope, 0, 4));
  }
  CHECK(sizes == std::vector<std::size_t>{1, 2, 3, 3, 2, 1, 0});
  fault->end(scope, choice);
  CHECK(scope.links().quiet());

  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    FakeScope other(6, seed);
    other.set_timing(10s, 1s);
    const std::string text = fault->begin(other).text;
    orders.insert(text);
  }
  CHECK(orders.size() > 10);  // of 36
}

TEST_CASE("a swizzled node whose turn to come back is first is not cut off at all") {
  FakeScope scope(4);
  scope.set_timing(1ms, 1s);
  const auto fault = make_fault("partition", {{"kind", std::string("swizzle")}}, 4);
  fault->begin(scope);
  scope.pass(1min);
  CHECK(scope.links().quiet());
  for (std::uint64_t seed = 0; seed < 20; ++seed) {  // among them some whose two turns come at once
    FakeScope even(4, seed);
    even.set_timing(1s, 1s);
    fault->begin(even);
    even.pass(1min);
    CHECK(even.links().quiet());
  }
}

TEST_CASE("churn: each node goes after a session, is away for an absence, and so on; the end brings all back") {
  FakeScope scope(3);
  const auto fault =
      make_fault("churn", {{"nodes", Selector::of({1})}, {"session", always(10s)}, {"absence", always(2s)}}, 3);
  const FaultChoice choice = fault->begin(scope);
  CHECK(choice.text == "[1] by crash after 10s for 2s");
  scope.pass(9999ms);
  CHECK(scope.take_calls().empty());
  scope.pass(23s);
  CHECK(scope.take_calls() == Calls{"crash 1 kept", "restart 1", "crash 1 kept"});
  fault->end(scope, choice);
  CHECK(scope.take_calls() == Calls{"restart 1"});
}

TEST_CASE("churn by kill and by leave; how long a node lives does not depend on who else comes and goes") {
  const auto calls = [](const std::string& by, const Selector& nodes) {
    FakeScope scope(3);
    TimeLaw law;
    law.kind = TimeLaw::Kind::exponential;
    law.a = 1s;
    const auto fault = make_fault("churn", {{"nodes", nodes}, {"session", law}, {"absence", law}, {"by", by}}, 3);
    fault->begin(scope);
    scope.pass(50s);
    Calls of_one;
    for (const auto& call : scope.take_calls())
      if (call.ends_with(" 1")) of_one.push_back(call);
    return of_one;
  };
  const Calls kills = calls("kill", Selector::of({1}));
  CHECK(kills.size() > 20);
  CHECK(kills[0] == "kill 1");
  CHECK(kills[1] == "restart 1");
  CHECK(calls("kill", Selector::all()) == kills);
  CHECK(calls("leave", Selector::of({1}))[1] == "join 1");
  CHECK_THROWS_AS(
      make_fault("churn", {{"nodes", Selector::all()}, {"by", std::string("kill")}, {"disk", std::string("lost")}}),
      ParameterError);
}

TEST_CASE("between: both ways between two sets of nodes, and nobody else") {
  const std::vector<Selector> sets{Selector::of({0, 1}), Selector::of({2})};
  for (const char* verb : {"partition", "loss"}) {
    FakeScope scope(4);
    ParameterValues values{{"between", sets}};
    if (std::string(verb) == "loss") values["rate"] = 1.0;
    const auto fault = make_fault(verb, values, 4);
    const FaultChoice choice = fault->begin(scope);
    CHECK(choice.text.ends_with("between [0, 1] and [2]"));
    for (NodeId from = 0; from < 4; ++from)
      for (NodeId to = 0; to < 4; ++to) {
        const bool crosses = (from < 2 && to == 2) || (from == 2 && to < 2);
        CHECK(passes(scope, from, to) != crosses);
      }
    fault->end(scope, choice);
    CHECK(scope.links().quiet());
    values["from"] = Selector::of({0});
    CHECK_THROWS_AS(make_fault(verb, values), ParameterError);
  }
  CHECK_THROWS_AS(make_fault("partition", {{"between", std::vector<Selector>{Selector::all()}}}), ParameterError);
}

TEST_CASE("kinds and transport: a rule meets those messages alone; a handshake has no kind") {
  const auto met = [](ParameterValues values) {
    FakeScope scope(2);
    values["rate"] = 1.0;
    make_fault("loss", values, 2)->begin(scope);
    std::string who;
    if (!passes(scope, 0, 1, data)) who += "data ";
    if (!passes(scope, 0, 1, ack)) who += "ack ";
    if (!passes(scope, 0, 1, handshake)) who += "handshake ";
    return who;
  };
  const auto kinds = [](std::vector<std::string> names) { return Value(std::move(names)); };
  CHECK(met({}) == "data ack handshake ");
  CHECK(met({{"kinds", kinds({"ack"})}}) == "ack ");
  CHECK(met({{"kinds", kinds({"ack", "data"})}}) == "data ack ");
  CHECK(met({{"kinds", kinds({"other"})}}).empty());
  CHECK(met({{"transport", std::string("stream")}}) == "ack handshake ");
  CHECK(met({{"transport", std::string("datagram")}}) == "data ");
  CHECK(met({{"transport", std::string("datagram")}, {"kinds", kinds({"ack"})}}).empty());
}

TEST_CASE("a partition by groups or by shape takes kinds and transport, too, also for what was on the wire") {
  const std::vector<Selector> groups{Selector::of({0}), Selector::of({1})};
  for (const ParameterValues& way : {ParameterValues{{"groups", groups}},
                                     {{"kind", std::string("majorities-ring")}},
                                     {{"from", Selector::of({0})}}}) {
    FakeScope scope(3);
    ParameterValues values = way;
    values["transport"] = std::string("datagram");
    const auto fault = make_fault("partition", values, 3);
    const FaultChoice choice = fault->begin(scope);
    bool cut = false;
    for (NodeId from = 0; from < 3; ++from)
      for (NodeId to = 0; to < 3; ++to) {
        cut = cut || scope.links().is_cut(from, to, nullptr, data);
        CHECK_FALSE(scope.links().is_cut(from, to, nullptr, ack));
      }
    CHECK(cut);
    fault->end(scope, choice);
    for (NodeId from = 0; from < 3; ++from)
      for (NodeId to = 0; to < 3; ++to) CHECK_FALSE(scope.links().was_cut(from, to, 0, nullptr, ack));
  }
}

TEST_CASE("clients are cut off from the nodes named, and from no one when it is over") {
  FakeScope scope(3);
  const auto fault =
      make_fault("partition", {{"clients", Selector::of({0, 2})}, {"behavior", std::string("reject")}}, 3);
  const FaultChoice choice = fault->begin(scope);
  CHECK(scope.take_calls() == Calls{"cut_clients 0 reject", "cut_clients 2 reject"});
  CHECK(passes(scope, 0, 2));
  fault->end(scope, choice);
  CHECK(scope.take_calls() == Calls{"restore_clients 0", "restore_clients 2"});
  CHECK_THROWS_AS(make_fault("partition", {{"clients", Selector::all()}, {"transport", std::string("stream")}}),
                  ParameterError);
  CHECK_THROWS_AS(make_fault("partition", {{"kind", std::string("halves")}, {"nodes", Selector::all()}}),
                  ParameterError);
}
