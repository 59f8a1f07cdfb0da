// Strong eventual consistency of every type, by generated histories (Shapiro, Preguica, Baquero, Zawirski 2011;
// "Consistency Guarantees: Eventual Convergence, CRDT Semantics").
#include <catch2/catch.hpp>

#include "sim/core/random.hpp"
#include "tests/protocols/causal-crdt/crdt/histories.hpp"

namespace hearsay::crdt {
namespace {

constexpr std::uint32_t replicas = 3;
constexpr int rounds = 2000;  // for each type

Property property_of(Type type, Delivery delivery) {
  return [type, delivery](const History& history) { return inconsistency(type, replicas, delivery, history); };
}

// A history that breaks the property, as short as shrinking makes it; nothing if none of `rounds` does.
std::optional<History> counterexample(Type type, Delivery delivery, std::uint64_t seed) {
  RandomStream random(seed, "histories", static_cast<std::uint64_t>(type));
  const Property property = property_of(type, delivery);
  for (int round = 0; round < rounds; ++round) {
    History history = generate(random, replicas, 10 + random.below(50));
    if (property(history)) return shrink(std::move(history), property);
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("replicas of every type that have delivered the same updates in causal order are equal, repeats or not") {
  for (const TypeInfo& info : types()) {
    DYNAMIC_SECTION(info.name) {
      const auto found = counterexample(info.type, Delivery::causal, 1);
      INFO((found ? spell(info.type, *found) + *property_of(info.type, Delivery::causal)(*found) : ""));
      CHECK_FALSE(found);
    }
  }
}

TEST_CASE("types whose effects commute and may repeat need no causal delivery; the others do") {
  for (const TypeInfo& info : types()) {
    DYNAMIC_SECTION(info.name) {
      const bool robust =
          info.type == Type::pn_counter_state || info.type == Type::two_phase_set || info.type == Type::lww_register;
      const auto found = counterexample(info.type, Delivery::as_it_comes, 2);
      INFO((found ? spell(info.type, *found) : ""));
      CHECK(found.has_value() != robust);
    }
  }
}

TEST_CASE("a failing history is shrunk to a few steps: a counter that hears of one update twice") {
  const auto found = counterexample(Type::pn_counter, Delivery::as_it_comes, 3);
  REQUIRE(found);
  INFO(spell(Type::pn_counter, *found));
  CHECK(found->size() == 2);
  CHECK((*found)[0].update);
  CHECK_FALSE((*found)[1].update);
}

TEST_CASE("what is shrunk still breaks the property, and no single step of it can be left out") {
  for (const Type type : {Type::aw_set, Type::mv_register, Type::ew_flag}) {
    const auto found = counterexample(type, Delivery::as_it_comes, 4);
    REQUIRE(found);
    const Property property = property_of(type, Delivery::as_it_comes);
    CHECK(property(*found));
    for (std::size_t i = 0; i < found->size(); ++i) {
      History less = *found;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK_FALSE(property(less));
    }
  }
}

TEST_CASE("an object comes back from its record as it was, and goes on the same way") {
  RandomStream random(5, "records");
  for (const TypeInfo& info : types()) {
    for (int round = 0; round < 100; ++round) {
      Play play(info.type, replicas, Delivery::causal);
      for (const Step& step : generate(random, replicas, 30)) play.step(step);
      for (const Replica& replica : play.replicas()) {
        ByteWriter out;
        replica.object.save(out);
        const std::string record = out.take();
        ByteReader in(record);
        const Object copy = Object::load(info.type, in);
        CHECK(in.at_end());
        CHECK(copy == replica.object);
        CHECK(copy.digest() == replica.object.digest());
        CHECK(copy.bytes() == replica.object.bytes());
      }
    }
  }
}

TEST_CASE("an effect comes back from its record as it was") {
  RandomStream random(6, "records");
  for (const TypeInfo& info : types()) {
    Play play(info.type, replicas, Delivery::causal);
    for (const Step& step : generate(random, replicas, 30)) play.step(step);
    for (const std::string_view method : info.methods) {
      Origin origin;
      origin.dot = {7, 1};
      const auto effect = play.replicas()[0].object.prepare({method, "2"}, origin);
      REQUIRE(effect);
      ByteWriter out, again;
      save(*effect, out);
      const std::string record = out.take();
      ByteReader in(record);
      save(load_effect(info.type, in), again);
      CHECK(in.at_end());
      CHECK(again.take() == record);
    }
  }
}

}  // namespace hearsay::crdt
