// The data types that protocols share, as lattices: their laws, and what each means.
#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <utility>

#include "protocols/common/crdt/last_writer.hpp"
#include "protocols/common/crdt/or_set.hpp"
#include "protocols/common/crdt/pn_counter.hpp"
#include "sim/core/random.hpp"

namespace hearsay::crdt {
namespace {

void join(JoinMap& map, const JoinEntry& entry) {
  if (!map.covers(entry)) map.raise(entry);
}

JoinMap join_of(JoinMap map, const JoinMap& other) {
  for (const auto& [key, entry] : other) join(map, entry);
  return map;
}

// What an update of this replica does to this state.
using Mutator = std::function<JoinEntry(RandomStream&, const JoinMap&, StreamId)>;

struct Type {
  const char* name;
  Mutator update;
};

const std::array<Type, 3>& types_of_all() {
  static std::uint64_t names = 0;
  static const std::array<Type, 3> all{{
      {"counter",
       [](RandomStream& random, const JoinMap& state, StreamId own) {
         return counted(state, own, random.chance(0.5) ? Sign::plus : Sign::minus,
                        static_cast<std::int64_t>(random.below(4)));
       }},
      {"last writer wins",
       [](RandomStream& random, const JoinMap&, StreamId own) {
         return assigned({random.below(3), 0}, Time(random.between(Duration(-2), Duration(2))), {own, ++names});
       }},
      {"observed-remove set",
       [](RandomStream& random, const JoinMap& state, StreamId own) {
         JoinEntries live = state.entries();
         std::erase_if(live, [](const JoinEntry& entry) { return !stands(entry); });
         if (live.empty() || random.chance(0.6)) return added({own, ++names});
         return taken_out(dot_of(live[static_cast<std::size_t>(random.below(live.size()))].key), {own, ++names});
       }},
  }};
  return all;
}

// Three replicas that update, and hear of some of what the others have done, in any order and more than once.
struct Played {
  std::array<JoinMap, 3> states;
  JoinEntries deltas;
};

Played play(const Type& type, RandomStream& random) {
  Played played;
  for (int step = 0; step < 30; ++step) {
    const auto replica = static_cast<std::size_t>(random.below(3));
    if (played.deltas.empty() || random.chance(0.5)) {
      played.deltas.push_back(type.update(random, played.states[replica], replica + 1));
      join(played.states[replica], played.deltas.back());
    } else {
      join(played.states[replica], played.deltas[static_cast<std::size_t>(random.below(played.deltas.size()))]);
    }
  }
  return played;
}

bool equal(const JoinMap& a, const JoinMap& b) {
  CHECK((a == b) == (a.digest() == b.digest()));
  return a == b;
}

}  // namespace

TEST_CASE(
    "joining states of every type is commutative, associative and idempotent, and digests say when they are equal") {
  for (const Type& type : types_of_all()) {
    DYNAMIC_SECTION(type.name) {
      RandomStream random(1, type.name);
      for (int round = 0; round < 200; ++round) {
        const auto& [x, y, z] = play(type, random).states;
        CHECK(equal(join_of(x, y), join_of(y, x)));
        CHECK(equal(join_of(join_of(x, y), z), join_of(x, join_of(y, z))));
        CHECK(equal(join_of(x, x), x));
        CHECK(equal(join_of(x, JoinMap()), x));
        equal(x, y);
      }
    }
  }
}

TEST_CASE("the deltas of all updates, joined in any order, are the join of all states") {
  for (const Type& type : types_of_all()) {
    DYNAMIC_SECTION(type.name) {
      RandomStream random(2, type.name);
      for (int round = 0; round < 200; ++round) {
        Played played = play(type, random);
        JoinMap of_deltas;
        while (!played.deltas.empty()) {
          const auto at = static_cast<std::ptrdiff_t>(random.below(played.deltas.size()));
          join(of_deltas, played.deltas[static_cast<std::size_t>(at)]);
          if (random.chance(0.7)) played.deltas.erase(played.deltas.begin() + at);  // else it comes again
        }
        CHECK(equal(of_deltas, join_of(join_of(played.states[0], played.states[1]), played.states[2])));
      }
    }
  }
}

TEST_CASE(
    "a counter's value is what all have added less what all have subtracted; a later delta has the earlier ones") {
  JoinMap a, b;
  CHECK(value_of(a) == 0);
  const JoinEntry two = counted(a, 1, Sign::plus, 2);
  join(a, two);
  const JoinEntry five = counted(a, 1, Sign::plus, 3);
  join(a, five);
  const JoinEntry four_less = counted(b, 2, Sign::minus, 4);
  join(b, four_less);
  CHECK(sum_of(a, 1, Sign::plus) == 5);
  CHECK(sum_of(a, 1, Sign::minus) == 0);
  CHECK(value_of(a) == 5);
  CHECK(value_of(b) == -4);
  join(b, five);
  join(b, two);  // late
  CHECK(value_of(b) == 1);
  CHECK(value_of(join_of(a, b)) == 1);
}

TEST_CASE("the last writer wins by time, also before the start of the clock, and then by name") {
  const auto winner = [](JoinEntry a, JoinEntry b) {
    JoinMap map;
    join(map, a);
    join(map, b);
    return map.find({7, 0})->rank;
  };
  const auto written = [](std::int64_t at, Dot name) { return assigned({7, 0}, Time(Duration(at)), name); };
  CHECK(winner(written(1, {9, 9}), written(2, {1, 1})) == written(2, {1, 1}).rank);
  CHECK(winner(written(-1, {9, 9}), written(0, {1, 1})) == written(0, {1, 1}).rank);
  CHECK(winner(written(5, {1, 9}), written(5, {2, 1})) == written(5, {2, 1}).rank);
  CHECK(winner(written(5, {2, 1}), written(5, {2, 2})) == written(5, {2, 2}).rank);
  CHECK(written(5, {2, 1}).fingerprint() != written(5, {2, 2}).fingerprint());
  CHECK(written(5, {2, 1}).fingerprint() != written(5, {3, 1}).fingerprint());
}

TEST_CASE("of a set, a removal takes out the additions it has observed, before and after they arrive, and no other") {
  JoinMap early, late;
  const JoinEntry first = added({1, 1}), second = added({2, 1}), gone = taken_out({1, 1}, {2, 2});
  for (const JoinEntry& entry : {first, second, gone}) join(early, entry);
  for (const JoinEntry& entry : {gone, first, second}) join(late, entry);
  CHECK(early == late);
  CHECK_FALSE(stands(*early.find(key_of({1, 1}))));
  CHECK(stands(*early.find(key_of({2, 1}))));
  CHECK(dot_of(early.find(key_of({2, 1}))->key) == Dot{2, 1});
}

TEST_CASE("what is forgotten leaves the state as if it had never been") {
  JoinMap map, other;
  join(map, added({1, 1}));
  join(map, added({1, 2}));
  join(other, added({1, 2}));
  map.forget(key_of({1, 1}));
  CHECK(equal(map, other));
  CHECK(map.size() == 1);
  CHECK(map.find(key_of({1, 1})) == nullptr);
}

}  // namespace hearsay::crdt
