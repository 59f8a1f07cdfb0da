// Effects of the types that causal-crdt shares with the state-based protocols are deltas of the same lattices.
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "sim/core/random.hpp"

namespace hearsay::crdt {
namespace {

struct Sent {
  Effect effect;
  Origin origin;
};

// Three objects of a type that update and hear of each other in the order of updates, and have all heard of all.
struct Group {
  Group(Type type, RandomStream& random) : objects{Object(type), Object(type), Object(type)} {
    const auto& methods = types()[static_cast<std::size_t>(type)].methods;
    for (int step = 0; step < 30; ++step) {
      const auto at = static_cast<std::size_t>(random.below(3));
      hear(at, heard[at] + static_cast<std::size_t>(random.below(sent.size() - heard[at] + 1)));
      Origin origin;
      origin.dot = {at + 1, ++counts[at]};
      origin.time = Time(random.between(Duration(-3), Duration(3)));
      origin.write = static_cast<WriteId>(step);
      const auto method = methods[static_cast<std::size_t>(random.below(methods.size()))];
      const auto effect = objects[at].prepare({method, std::to_string(random.below(3))}, origin);
      REQUIRE(effect);
      objects[at].apply(*effect, origin, replaced);
      sent.push_back({*effect, origin});
    }
    for (std::size_t at = 0; at < 3; ++at) hear(at, sent.size());
  }

  void hear(std::size_t at, std::size_t until) {
    for (; heard[at] < until; ++heard[at])
      if (const Sent& next = sent[heard[at]]; next.origin.dot.stream != at + 1)
        objects[at].apply(next.effect, next.origin, replaced);
  }

  std::array<Object, 3> objects;
  std::array<std::size_t, 3> heard{};
  std::array<std::uint64_t, 3> counts{};
  std::vector<Sent> sent;
  Replacements replaced;
};

void join_delta(JoinMapOf<Value>& map, const std::vector<Value>& delta) {
  for (const Value& value : delta)
    if (!map.covers(value)) map.raise(value);
}

// Any order, and some of them again.
template <class Use>
void in_any_order(std::vector<Sent> sent, RandomStream& random, Use use) {
  while (!sent.empty()) {
    const auto at = static_cast<std::size_t>(random.below(sent.size()));
    use(sent[at]);
    if (random.chance(0.7)) sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace

TEST_CASE("what replaces what it has observed: deltas joined in any order, with tombstones, leave what effects leave") {
  for (const Type type : {Type::aw_set, Type::mv_register, Type::ew_flag}) {
    RandomStream random(1, "deltas", static_cast<std::uint64_t>(type));
    for (int round = 0; round < 200; ++round) {
      const Group group(type, random);
      JoinMapOf<Value> map;
      in_any_order(group.sent, random, [&map](const Sent& sent) {
        join_delta(map, std::get<DottedValues::Effect>(sent.effect).delta(sent.origin));
      });
      std::uint64_t standing = 0;
      for (const auto& [key, value] : map)
        if (stands(value)) standing += value.fingerprint();
      for (const Object& object : group.objects) CHECK(object.digest() == standing);
    }
  }
}

TEST_CASE("a last-writer-wins register is what the deltas of its effects leave, joined in any order") {
  RandomStream random(2, "deltas");
  for (int round = 0; round < 200; ++round) {
    const Group group(Type::lww_register, random);
    JoinMapOf<Value> map;
    in_any_order(group.sent, random, [&map](const Sent& sent) {
      join_delta(map, {std::get<LwwRegister::Effect>(sent.effect).delta(sent.origin)});
    });
    for (const Object& object : group.objects) {
      CHECK(object.digest() == map.digest());
      CHECK(object.as<LwwRegister>().value() == map.find({})->text);
    }
  }
}

TEST_CASE("a state-based counter counts what the deltas of its effects leave, joined in any order") {
  RandomStream random(3, "deltas");
  for (int round = 0; round < 200; ++round) {
    const Group group(Type::pn_counter_state, random);
    JoinMap map;
    in_any_order(group.sent, random, [&map](const Sent& sent) {
      for (const JoinEntry& sum : std::get<PnCounterState::Effect>(sent.effect).delta(sent.origin))
        if (!map.covers(sum)) map.raise(sum);
    });
    for (const Object& object : group.objects) CHECK(object.as<PnCounterState>().value() == value_of(map));
  }
}

}  // namespace hearsay::crdt
