// Every other verb: what it does when it begins and undoes when it ends.
#include "sim/faults/verbs.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "fake_scope.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

using Calls = std::vector<std::string>;

struct Done {
  Calls begin, end;
  FaultChoice choice;
};

Done play(FakeScope& scope, const std::string& verb, const ParameterValues& values) {
  const auto fault = make_fault(verb, values, scope.node_count());
  Done done;
  done.choice = fault->begin(scope);
  done.begin = scope.take_calls();
  fault->end(scope, done.choice);
  done.end = scope.take_calls();
  return done;
}

Selector random_nodes(std::uint64_t count) {
  Selector selector;
  selector.kind = Selector::Kind::random_count;
  selector.count = count;
  return selector;
}

// The verdict on a packet from 0 to 1 while the fault lasts.
Verdict verdict_during(const std::string& verb, ParameterValues values) {
  FakeScope scope(3, 1, 6);
  const auto fault = make_fault(verb, values, 3);
  const FaultChoice choice = fault->begin(scope);
  const Verdict verdict = scope.links().judge(0, 1);
  fault->end(scope, choice);
  CHECK(scope.links().quiet());
  return verdict;
}

}  // namespace

TEST_CASE("the verbs are those of the scenario language, each with a summary") {
  std::set<std::string> names;
  for (const auto& info : fault_verbs()) {
    names.insert(info.name);
    CHECK_FALSE(info.summary.empty());
    for (const auto& parameter : info.parameters) CHECK_FALSE(parameter.meaning.empty());
  }
  CHECK(names == std::set<std::string>{"partition", "crash", "kill", "pause", "loss", "delay", "duplicate", "reorder",
                                       "corrupt", "bandwidth", "slow", "disk", "clock", "link", "join", "leave",
                                       "clone", "churn"});
  CHECK(find_fault("explode") == nullptr);
}

TEST_CASE("each verb declares its values: those that must be there, and what the others are without a word") {
  const auto declared = [](const std::string& verb, const std::string& name) {
    for (const Parameter& parameter : find_fault(verb)->parameters)
      if (parameter.name == name)
        return (parameter.required ? "required " : "") + to_string(parameter.default_value, parameter.type);
    return std::string("not there");
  };
  for (const std::string verb : {"crash", "kill", "pause", "slow", "disk", "clock", "churn", "leave", "join"})
    CHECK(declared(verb, "nodes").starts_with("required"));
  for (const std::string verb : {"loss", "duplicate", "reorder", "corrupt", "delay", "bandwidth"}) {
    CHECK(declared(verb, "from") == declared(verb, "to"));
    CHECK(declared(verb, "from") != "not there");
  }
  CHECK(declared("churn", "session") == "{exponential: {mean: 60s}}");
  CHECK(declared("churn", "absence") == "{exponential: {mean: 10s}}");
  CHECK(declared("churn", "by") == "crash");
  CHECK(declared("churn", "disk") == "kept");
  CHECK(declared("crash", "disk") == "kept");
  CHECK(declared("reorder", "by") == "50ms");
  CHECK(declared("duplicate", "rate").starts_with("required"));
  CHECK(declared("duplicate", "by") == "not there");
  CHECK(declared("bandwidth", "limit").starts_with("required"));
  CHECK(declared("bandwidth", "per") == "link");
}

TEST_CASE("crash stops the chosen nodes with the disk mode and restarts the same ones") {
  FakeScope scope(5);
  const Done done = play(scope, "crash", {{"nodes", Selector::of({1, 3})}, {"disk", std::string("unsynced-lost")}});
  CHECK(done.begin == Calls{"crash 1 unsynced-lost", "crash 3 unsynced-lost"});
  CHECK(done.end == Calls{"restart 1", "restart 3"});
  CHECK(done.choice.nodes == std::vector<NodeId>{1, 3});
  CHECK(done.choice.text == "[1, 3] disk unsynced-lost");
  CHECK(play(scope, "crash", {{"nodes", Selector::of({0})}}).begin == Calls{"crash 0 kept"});
  CHECK(play(scope, "crash", {{"nodes", Selector::of({0})}, {"disk", std::string("lost")}}).begin ==
        Calls{"crash 0 lost"});
}

TEST_CASE("kill stops the chosen processes, not their hosts") {
  FakeScope scope(5);
  const Done done = play(scope, "kill", {{"nodes", Selector::of({1, 3})}});
  CHECK(done.begin == Calls{"kill 1", "kill 3"});
  CHECK(done.end == Calls{"restart 1", "restart 3"});
  CHECK(done.choice.text == "[1, 3]");
}

TEST_CASE("random victims are drawn at the firing, from its own stream, and the same ones recover") {
  FakeScope first(9, 1, 0), again(9, 1, 0), other(9, 1, 1);
  const ParameterValues values{{"nodes", random_nodes(3)}};
  const Done done = play(first, "crash", values);
  CHECK(done.begin.size() == 3);
  CHECK(done.end.size() == 3);
  CHECK(done.choice.nodes == play(again, "crash", values).choice.nodes);
  CHECK(done.choice.nodes != play(other, "crash", values).choice.nodes);
  FakeScope repeated(9);
  std::set<std::vector<NodeId>> choices;
  for (int firing = 0; firing < 20; ++firing) {
    choices.insert(play(repeated, "pause", values).choice.nodes);
    repeated.next_firing();
  }
  CHECK(choices.size() > 10);
}

TEST_CASE("pause, slow and clock undo what they did with the same figures") {
  FakeScope scope(3);
  const Done pause = play(scope, "pause", {{"nodes", Selector::of({2})}});
  CHECK(pause.begin == Calls{"pause 2"});
  CHECK(pause.end == Calls{"resume 2"});
  const Done slow = play(scope, "slow", {{"nodes", Selector::of({1})}, {"factor", 4.0}});
  CHECK(slow.begin == Calls{"slow_down 1 4.000000"});
  CHECK(slow.end == Calls{"speed_up 1"});
  const Done clock = play(scope, "clock", {{"nodes", Selector::of({0})}, {"skew", Duration(-5ms)}, {"drift", 0.01}});
  CHECK(clock.begin == Calls{"shift_clock 0 -5000000ns 0.010000"});
  CHECK(clock.end == Calls{"restore_clock 0 -5000000ns 0.010000"});
}

TEST_CASE("join brings absent nodes, leave takes present ones, and their ends reverse them") {
  FakeScope scope(4);
  scope.make_absent(2);
  scope.make_absent(3);
  const Done join = play(scope, "join", {{"nodes", Selector::all()}});
  CHECK(join.begin == Calls{"join 2", "join 3"});
  CHECK(join.end == Calls{"leave 2", "leave 3"});
  const Done leave = play(scope, "leave", {{"nodes", Selector::all()}});
  CHECK(leave.begin == Calls{"leave 0", "leave 1"});
  CHECK(leave.end == Calls{"join 0", "join 1"});
}

TEST_CASE("a join says who is absent before it, whatever the selector, unless chance decides; a leave who is there") {
  const auto all = all_nodes(5);
  const ZoneMap zones{{"eu", "us"}, {0, 0, 1, 1, 1}};
  const auto absent = [&](const Selector& nodes) {
    return make_fault("join", {{"nodes", nodes}})->absent_before(all, zones);
  };
  Selector others, us;
  others.kind = Selector::Kind::negation;
  others.operand = std::make_shared<const Selector>(Selector::of({0, 1}));
  us.kind = Selector::Kind::zone;
  us.zone = "us";
  CHECK(absent(Selector::of({3, 4})) == std::vector<NodeId>{3, 4});
  CHECK(absent(others) == std::vector<NodeId>{2, 3, 4});
  CHECK(absent(us) == std::vector<NodeId>{2, 3, 4});
  CHECK(absent(Selector::all()) == all);
  CHECK(absent(random_nodes(1)).empty());
  CHECK(make_fault("leave", {{"nodes", others}})->present_before(all, zones) == std::vector<NodeId>{2, 3, 4});
  CHECK(make_fault("crash", {{"nodes", Selector::of({3})}})->absent_before(all, zones).empty());
}

TEST_CASE("clone brings absent nodes, or at 0 s those that boot, but never its original") {
  const auto clone = [](const Selector& nodes, std::int64_t of) {
    return ParameterValues{{"nodes", nodes}, {"of", of}};
  };
  FakeScope scope(4);
  scope.make_absent(2);
  scope.make_absent(3);
  const Done late = play(scope, "clone", clone(Selector::all(), 3));
  CHECK(late.begin == Calls{"clone 2 3"});
  CHECK(late.end == Calls{"leave 2"});
  FakeScope boots(3);
  boots.set_starting(true);
  CHECK(play(boots, "clone", clone(Selector::all(), 1)).begin == Calls{"clone 0 1", "clone 2 1"});
  const auto fault = make_fault("clone", clone(Selector::all(), 1));
  CHECK(fault->absent_before(all_nodes(3), {}) == std::vector<NodeId>{0, 2});
  CHECK(fault->boots_with_cluster());
  CHECK_FALSE(make_fault("join", {{"nodes", Selector::all()}})->boots_with_cluster());
  CHECK_THROWS_AS(make_fault("clone", clone(Selector::of({0, 1}), 1)), ParameterError);
  CHECK_THROWS_AS(find_fault("clone")->make(clone(Selector::of({0}), 3), 3), ParameterError);
  CHECK_NOTHROW(find_fault("clone")->make(clone(Selector::of({0}), 2), 3));
  CHECK(find_fault("clone")->staggers_with(clone(Selector::all(), 1)) == FaultInfo::Staggers::no);
}

TEST_CASE("disk makes syncs slower in one of three ways, and undoes it") {
  FakeScope scope(3);
  const ParameterValues nodes{{"nodes", Selector::of({1})}};
  const auto with = [&](const std::string& name, const Value& value) {
    ParameterValues values = nodes;
    values[name] = value;
    return values;
  };
  const Done stall = play(scope, "disk", with("stall", true));
  CHECK(stall.begin == Calls{"slow_disk 1 stall"});
  CHECK(stall.end == Calls{"restore_disk 1"});
  CHECK(play(scope, "disk", with("latency", Duration(5ms))).begin == Calls{"slow_disk 1 1.000000 5000000ns"});
  CHECK(play(scope, "disk", with("factor", 8.0)).begin == Calls{"slow_disk 1 8.000000 0ns"});
  CHECK_THROWS_AS(make_fault("disk", nodes), ParameterError);
  ParameterValues two = with("stall", true);
  two["factor"] = 2.0;
  CHECK_THROWS_AS(make_fault("disk", two), ParameterError);
  CHECK_THROWS_AS(make_fault("disk", with("stall", false)), ParameterError);
}

TEST_CASE("link takes a link of the platform down and up again") {
  FakeScope scope(3);
  const ParameterValues values{{"name", std::string("us--eu")}, {"state", std::string("down")}};
  const Done done = play(scope, "link", values);
  CHECK(done.begin == Calls{"link_down us--eu"});
  CHECK(done.end == Calls{"link_up us--eu"});
  CHECK(find_fault("link")->link_of(values) == "us--eu");
}

using Touched = std::vector<std::pair<RuleId, FaultEffect>>;

TEST_CASE("conditions of messages hold while they last, name their firing and are gone afterwards") {
  const Verdict loss = verdict_during("loss", {{"rate", 1.0}});
  CHECK(loss.fate == Verdict::Fate::drop);
  CHECK(loss.reason == DropReason::loss);
  CHECK(loss.culprit == 6);
  const Verdict delay = verdict_during("delay", {{"add", Duration(20ms)}});
  CHECK(delay.delay == 20ms);
  CHECK(delay.touched == Touched{{6, FaultEffect::delayed}});
  const Verdict jitter = verdict_during("delay", {{"add", Duration(20ms)}, {"jitter", Duration(5ms)}});
  CHECK(jitter.delay != 20ms);
  CHECK(jitter.delay >= 15ms);
  CHECK(jitter.delay <= 25ms);
  const Verdict duplicate = verdict_during("duplicate", {{"rate", 1.0}});
  CHECK(duplicate.duplicated);
  CHECK(duplicate.touched == Touched{{6, FaultEffect::duplicated}});
  const Verdict corrupt = verdict_during("corrupt", {{"rate", 1.0}});
  CHECK(corrupt.corrupted);
  CHECK(corrupt.touched == Touched{{6, FaultEffect::corrupted}});
  const Verdict reorder = verdict_during("reorder", {{"rate", 1.0}, {"by", Duration(10ms)}});
  CHECK(reorder.delay > 0ms);
  CHECK(reorder.delay <= 10ms);
  CHECK(verdict_during("reorder", {{"rate", 1.0}, {"by", Duration(1us)}}).delay <= 1us);
  CHECK(verdict_during("bandwidth", {{"limit", 125000.0}}).touched == Touched{{6, FaultEffect::delayed}});
  CHECK(verdict_during("loss", {{"rate", 1.0}, {"larger_than", std::int64_t{1}}}).fate == Verdict::Fate::deliver);
  const Verdict burst =
      verdict_during("loss", {{"burst.good_to_bad", 0.0}, {"burst.bad_to_good", 1.0}, {"burst.loss_in_good", 1.0}});
  CHECK(burst.fate == Verdict::Fate::drop);
}

TEST_CASE("a limit of bandwidth loses what would wait longer than its queue says; without one nothing") {
  for (const bool bounded : {false, true}) {
    FakeScope scope(3);
    ParameterValues values{{"limit", 1000.0}};
    if (bounded) values["queue"] = Duration(100ms);
    make_fault("bandwidth", values, 3)->begin(scope);
    PacketTraits packet;
    packet.bytes = 500;  // half a second of the limit
    CHECK(scope.links().judge(0, 1, packet).fate == Verdict::Fate::deliver);
    CHECK((scope.links().judge(0, 1, packet).fate == Verdict::Fate::drop) == bounded);
  }
}

TEST_CASE("conditions concern the direction from `from` to `to` only") {
  FakeScope scope(4);
  make_fault("loss", {{"rate", 1.0}, {"from", Selector::of({0})}, {"to", Selector::of({1, 2})}})->begin(scope);
  for (NodeId a = 0; a < 4; ++a)
    for (NodeId b = 0; b < 4; ++b)
      CHECK((scope.links().judge(a, b).fate == Verdict::Fate::drop) == (a == 0 && (b == 1 || b == 2)));
}

TEST_CASE("loss is either of a rate or in bursts, and bursts need both turns") {
  CHECK_THROWS_AS(make_fault("loss", {}), ParameterError);
  CHECK_THROWS_AS(make_fault("loss", {{"rate", 0.1}, {"burst.good_to_bad", 0.1}}), ParameterError);
  CHECK_THROWS_AS(make_fault("loss", {{"burst.good_to_bad", 0.1}}), ParameterError);
  CHECK_THROWS_AS(make_fault("loss", {{"burst.loss_in_bad", 0.1}}), ParameterError);
  CHECK_NOTHROW(make_fault("loss", {{"burst.good_to_bad", 0.1}, {"burst.bad_to_good", 0.1}}));
}

TEST_CASE("zones of the placement can be named") {
  FakeScope scope(4);
  scope.edit_zones() = {{"us", "eu"}, {0, 1, 1, 0}};
  Selector eu;
  eu.kind = Selector::Kind::zone;
  eu.zone = "eu";
  CHECK(play(scope, "pause", {{"nodes", eu}}).begin == Calls{"pause 1", "pause 2"});
}

TEST_CASE("two firings of one condition draw differently") {
  FakeScope scope(3);
  const auto fault = make_fault("loss", {{"rate", 0.5}}, 3);
  std::set<std::vector<bool>> patterns;
  for (int firing = 0; firing < 3; ++firing) {
    const FaultChoice choice = fault->begin(scope);
    std::vector<bool> lost;
    for (int packet = 0; packet < 64; ++packet) lost.push_back(scope.links().judge(0, 1).fate == Verdict::Fate::drop);
    patterns.insert(lost);
    fault->end(scope, choice);
    scope.next_firing();
  }
  CHECK(patterns.size() == 3);
}

TEST_CASE("conditions of messages can be in force from the beginning; some verbs count nothing; one breaks a link") {
  std::set<std::string> background, uncounted, links;
  for (const FaultInfo& verb : fault_verbs()) {
    if (verb.background) background.insert(verb.name);
    if (!verb.counts) uncounted.insert(verb.name);
    if (verb.link != nullptr) links.insert(verb.name);
  }
  CHECK(background == std::set<std::string>{"bandwidth", "corrupt", "delay", "duplicate", "loss", "reorder"});
  CHECK(uncounted == std::set<std::string>{"clock", "join", "leave"});
  CHECK(links == std::set<std::string>{"link"});
}
