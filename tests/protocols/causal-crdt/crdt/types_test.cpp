// What each type means, in examples of few replicas.
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "sim/core/random.hpp"

namespace hearsay::crdt {
namespace {

struct Update {
  Effect effect;
  Origin origin;
};

// One replica of one object; hears of others' updates when the test says so.
struct Copy {
  Copy(Type type, StreamId stream) : object(type), stream_(stream) {}

  Update update(std::string_view method, std::string_view argument, Duration at = {}) {
    Origin origin;
    origin.dot = {stream_, ++count_};
    origin.time = Time(at);
    origin.write = static_cast<WriteId>(100 * stream_ + count_);
    const auto effect = object.prepare({method, argument}, origin);
    REQUIRE(effect);
    const Update made{*effect, origin};
    hear(made);
    return made;
  }
  void hear(const Update& update) { object.apply(update.effect, update.origin, replaced); }

  Object object;
  Replacements replaced;

 private:
  StreamId stream_;
  std::uint64_t count_ = 0;
};

using Pairs = Replacements;

}  // namespace

TEST_CASE("counters of both kinds add up increments and decrements of all replicas") {
  for (const Type type : {Type::pn_counter, Type::pn_counter_state}) {
    Copy a(type, 1), b(type, 2);
    const auto five = a.update("increment", "5");
    const auto two = b.update("decrement", "2");
    a.hear(two);
    b.hear(five);
    CHECK(a.object == b.object);
    const std::int64_t value =
        type == Type::pn_counter ? a.object.as<PnCounter>().value() : a.object.as<PnCounterState>().value();
    CHECK(value == 3);
  }
}

TEST_CASE("a counter refuses what is no number and what is no method of it") {
  const Object counter(Type::pn_counter);
  for (const char* argument : {"", "x", "1x", "-1", "99999999999"})
    CHECK_FALSE(counter.prepare({"increment", argument}, {}));
  CHECK_FALSE(counter.prepare({"add", "1"}, {}));
  CHECK_FALSE(Object(Type::aw_set).prepare({"assign", "1"}, {}));
}

TEST_CASE("a counter takes amounts from nothing to 2^31, the whole of the argument, in 8 bytes") {
  for (const Type type : {Type::pn_counter, Type::pn_counter_state}) {
    const Object counter(type);
    for (const char* argument : {"0", "2147483648"}) CHECK(counter.prepare({"increment", argument}, {}));
    for (const char* argument : {"2147483649", "1 ", "5e3"}) CHECK_FALSE(counter.prepare({"increment", argument}, {}));
  }
  CHECK(bytes_of(*Object(Type::pn_counter).prepare({"increment", "7"}, {})) == 8);
  CHECK(PnCounter().bytes() == 8);
}

TEST_CASE("what a counter adds is shown with its sign; a state-based one takes 24 bytes for each origin") {
  const auto shown = [](std::int64_t amount) {
    std::ostringstream out;
    PnCounter::Effect{amount}.describe(out);
    return out.str();
  };
  CHECK(shown(3) == "+3");
  CHECK(shown(0) == "+0");
  CHECK(shown(-3) == "-3");
  Copy a(Type::pn_counter_state, 1), b(Type::pn_counter_state, 2);
  CHECK(a.object.as<PnCounterState>().bytes() == 0);
  a.update("increment", "5");
  a.update("decrement", "7");
  CHECK(a.object.as<PnCounterState>().bytes() == 24);
  a.hear(b.update("increment", "1"));
  CHECK(a.object.as<PnCounterState>().bytes() == 48);
}

TEST_CASE("a state-based counter shrugs off repeats, and its later entry makes up for a lost earlier one") {
  Copy a(Type::pn_counter_state, 1), b(Type::pn_counter_state, 2);
  const auto first = a.update("increment", "5");
  const auto second = a.update("increment", "1");
  b.hear(second);
  CHECK(b.object.as<PnCounterState>().value() == 6);
  CHECK(b.replaced == Pairs{{first.origin.write, second.origin.write}});
  b.hear(first);
  b.hear(second);
  CHECK(b.object == a.object);
}

TEST_CASE("merging state-based counters is commutative, associative and idempotent, and applying effects is merging") {
  RandomStream random(1, "merge");
  for (int round = 0; round < 200; ++round) {
    std::vector<Copy> copies;
    for (StreamId stream = 1; stream <= 3; ++stream) copies.emplace_back(Type::pn_counter_state, stream);
    std::vector<Update> made;
    for (int i = 0; i < 12; ++i) {
      auto& copy = copies[random.below(3)];
      if (random.chance(0.5) || made.empty())
        made.push_back(copy.update(random.chance(0.5) ? "increment" : "decrement", std::to_string(random.below(9))));
      else
        copy.hear(made[random.below(made.size())]);
    }
    const auto merged = [](PnCounterState x, const PnCounterState& y) {
      x.merge(y);
      return x;
    };
    const auto& x = copies[0].object.as<PnCounterState>();
    const auto& y = copies[1].object.as<PnCounterState>();
    const auto& z = copies[2].object.as<PnCounterState>();
    CHECK(merged(x, y) == merged(y, x));
    CHECK(merged(merged(x, y), z) == merged(x, merged(y, z)));
    CHECK(merged(x, x) == x);
    Copy all(Type::pn_counter_state, 9);
    for (const auto& update : made) all.hear(update);
    CHECK(merged(merged(x, y), z) == all.object.as<PnCounterState>());
  }
}

TEST_CASE("add-wins set: a remove takes away what it has observed, and a concurrent add stays") {
  Copy a(Type::aw_set, 1), b(Type::aw_set, 2);
  const auto first = a.update("add", "x");
  b.hear(first);
  const auto removed = b.update("remove", "x");
  CHECK(b.replaced == Pairs{{first.origin.write, removed.origin.write}});
  const auto again = a.update("add", "x");  // has not heard of the remove
  a.hear(removed);
  b.hear(again);
  CHECK(a.object == b.object);
  CHECK(a.object.as<AwSet>().contains("x"));
  CHECK(a.object.as<AwSet>().size() == 1);
}

TEST_CASE("add-wins set: an element comes back after a remove, and removing it all leaves a new object's state") {
  Copy a(Type::aw_set, 1);
  a.update("add", "x");
  a.update("remove", "x");
  CHECK_FALSE(a.object.as<AwSet>().contains("x"));
  CHECK(a.object == Object(Type::aw_set));
  CHECK(a.object.digest() == 0);
  CHECK(a.object.bytes() == 0);
  a.update("add", "x");
  CHECK(a.object.as<AwSet>().contains("x"));
}

TEST_CASE("two-phase set: a remove is for good, also against a concurrent add") {
  Copy a(Type::two_phase_set, 1), b(Type::two_phase_set, 2);
  const auto first = a.update("add", "x");
  b.hear(first);
  const auto removed = b.update("remove", "x");
  const auto again = a.update("add", "x");
  a.hear(removed);
  b.hear(again);
  CHECK(a.object == b.object);
  CHECK_FALSE(a.object.as<TwoPhaseSet>().contains("x"));
  CHECK(b.replaced == Pairs{{first.origin.write, removed.origin.write}, {again.origin.write, removed.origin.write}});
}

TEST_CASE("two-phase set: removing what was not seen does nothing, so a later add counts") {
  Copy a(Type::two_phase_set, 1);
  a.update("remove", "x");
  CHECK(a.object == Object(Type::two_phase_set));
  a.update("add", "x");
  CHECK(a.object.as<TwoPhaseSet>().contains("x"));
}

TEST_CASE("multi-value register: concurrent values stand side by side until one that has seen them") {
  Copy a(Type::mv_register, 1), b(Type::mv_register, 2);
  const auto x = a.update("assign", "x");
  const auto y = b.update("assign", "y");
  a.hear(y);
  CHECK(a.object.as<MvRegister>().values() == std::vector<std::string>{"x", "y"});
  const auto z = a.update("assign", "z");
  b.hear(x);
  b.hear(z);
  CHECK(b.object.as<MvRegister>().values() == std::vector<std::string>{"z"});
  CHECK(b.replaced == Pairs{{x.origin.write, z.origin.write}, {y.origin.write, z.origin.write}});
}

TEST_CASE("enable-wins flag: a concurrent enable beats a disable") {
  Copy a(Type::ew_flag, 1), b(Type::ew_flag, 2);
  b.hear(a.update("enable", "on"));
  const auto off = b.update("disable", "off");
  CHECK_FALSE(b.object.as<EwFlag>().enabled());
  const auto on = a.update("enable", "on");
  a.hear(off);
  b.hear(on);
  CHECK(a.object == b.object);
  CHECK(a.object.as<EwFlag>().enabled());
}

TEST_CASE("last-writer-wins register: the latest time stays, ties go by origin, in every order of arrival") {
  Copy a(Type::lww_register, 1), b(Type::lww_register, 2);
  const auto early = a.update("assign", "early", Duration(1));
  const auto late = b.update("assign", "late", Duration(2));
  const auto tied = a.update("assign", "tied", Duration(2));  // of a smaller stream
  a.hear(late);
  b.hear(tied);
  b.hear(early);
  CHECK(a.object == b.object);
  CHECK(a.object.as<LwwRegister>().value() == "late");
  CHECK(b.replaced == Pairs{{tied.origin.write, late.origin.write}, {early.origin.write, late.origin.write}});
}

TEST_CASE("a new object of any type has the digest 0") {
  for (const TypeInfo& info : types()) CHECK(Object(info.type).digest() == 0);
}

TEST_CASE("an element of a two-phase set takes a byte for its phases and its name, or what its client declares") {
  Copy a(Type::two_phase_set, 1);
  a.update("add", "");
  CHECK(a.object.bytes() == 1);
  a.update("add", "abc");
  CHECK(a.object.bytes() == 1 + 4);
}

TEST_CASE("a key is namespace, type and id; anything else is none") {
  CHECK(type_of_key("bucket/aw-set/basket") == Type::aw_set);
  CHECK(type_of_key("bucket/2p-set/a/b") == Type::two_phase_set);
  for (const char* key : {"", "b17", "bucket/aw-set", "bucket/aw-set/", "/aw-set/x", "bucket/gset/x"})
    CHECK_FALSE(type_of_key(key));
}

TEST_CASE("the list of types names each once, with its methods") {
  for (const TypeInfo& info : types()) {
    CHECK(find_type(info.name) == &info);
    CHECK(&types()[static_cast<std::size_t>(info.type)] == &info);
    CHECK_FALSE(info.methods.empty());
    for (const std::string_view method : info.methods) CHECK(Object(info.type).prepare({method, "1"}, {}));
  }
}

}  // namespace hearsay::crdt
