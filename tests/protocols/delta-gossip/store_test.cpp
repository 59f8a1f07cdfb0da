// What a replica holds, and what it says of that to others.
#include "protocols/delta-gossip/store.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

namespace hearsay::gossip {
namespace {

// A world in which nothing happens.
class QuietContext final : public Context {
 public:
  NodeId self() const override { return 0; }
  std::span<const NodeId> neighbours() const override { return {}; }
  std::span<const NodeId> peers() const override { return {}; }
  Time now() const override { return {}; }
  RandomStream& random() override { return random_; }
  SendId send(NodeId, MessagePtr) override { return {}; }
  SendId send_on(ConnectionId, MessagePtr) override { return {}; }
  void withdraw(SendId) override {}
  ConnectionId dial(NodeId) override { return {}; }
  void close(ConnectionId) override {}
  void set_timer(Duration, TimerKey) override {}
  void compute(Duration) override {}
  void exit() override {}
  Storage& storage() override { return storage_; }
  void sync() override { storage_.sync(); }
  void respond(OpId, Response) override {}
  void applied(WriteId) override {}
  void reapplied(WriteId) override {}
  void replaced(WriteId, WriteId) override {}
  void redundant() override {}
  void discarded_corrupt() override {}
  void state_digest(std::uint64_t digest) override { digest_ = digest; }
  void placed(std::uint64_t, std::uint64_t, const std::vector<NodeId>&) override {}
  void member(NodeId, MemberState) override {}
  void count(MetricIndex, double) override {}
  void high_water(MetricIndex, double) override {}
  void level(MetricIndex, double) override {}
  void count_about(MetricIndex, NodeId, double) override {}
  void sample(MetricIndex, Duration) override {}

  std::uint64_t digest() const { return digest_; }

 private:
  RandomStream random_{1, "quiet"};
  Storage storage_;
  std::uint64_t digest_ = 0;
};

Carried value_of(const Dot& dot, const std::string& value = "v") {
  Element element;
  element.dot = dot;
  element.write = static_cast<WriteId>(100 * dot.stream + dot.number);
  element.key = "k";
  element.value = value;
  return {seal(std::move(element)), static_cast<std::uint32_t>(dot.number)};
}

Version version_of(const std::set<Dot>& dots) {
  std::map<StreamId, Version::Entry> entries;
  for (const Dot& dot : dots) {
    Version::Entry& entry = entries[dot.stream];
    entry.stream = dot.stream;
    if (entry.beyond.empty() && dot.number == entry.prefix + 1)
      ++entry.prefix;
    else if (!entry.beyond.empty() && entry.beyond.back().second + 1 == dot.number)
      ++entry.beyond.back().second;
    else
      entry.beyond.emplace_back(dot.number, dot.number);
  }
  Version version;
  for (auto& [stream, entry] : entries) version.add(std::move(entry));
  return version;
}

Dot random_dot(RandomStream& random) { return {10 * (1 + random.below(5)), 1 + random.below(9)}; }

TEST_CASE("version and fingerprint are those of what was taken and skipped, in any order") {
  RandomStream random(1, "store");
  const Params params;
  for (int round = 0; round < 60; ++round) {
    QuietContext context;
    Store store(params);
    store.start(context, StartReason::boot);
    std::set<Dot> held;
    CHECK(store.fingerprint() == Version().fingerprint());
    for (int step = 0; step < 40; ++step) {
      const Dot dot = random_dot(random);
      REQUIRE(store.place_of(dot).has_value() == held.contains(dot));
      if (random.chance(0.2))
        REQUIRE(store.skip(context, dot) == !held.contains(dot));
      else if (!held.contains(dot))
        store.take(context, value_of(dot));
      held.insert(dot);
      const Version expected = version_of(held);
      REQUIRE(store.fingerprint() == expected.fingerprint());
      if (random.chance(0.5)) REQUIRE(*store.version() == expected);
    }
  }
}

TEST_CASE("a store covers a version exactly if it holds all of its numbers") {
  RandomStream random(2, "store");
  const Params params;
  int covered = 0;
  for (int round = 0; round < 3000; ++round) {
    QuietContext context;
    Store store(params);
    store.start(context, StartReason::boot);
    std::set<Dot> held, theirs;
    for (std::uint64_t i = random.below(30); i > 0; --i) {
      const Dot dot = random_dot(random);
      if (held.insert(dot).second) store.take(context, value_of(dot));
      if (random.chance(0.6)) theirs.insert(dot);
    }
    if (random.chance(0.5)) theirs.insert(random_dot(random));
    const bool includes = std::includes(held.begin(), held.end(), theirs.begin(), theirs.end());
    REQUIRE(store.covers(version_of(theirs)) == includes);
    covered += includes ? 1 : 0;
  }
  CHECK(covered > 500);
  CHECK(covered < 2800);
}

TEST_CASE("a restarted store has on its disk what it held, with the way that each value has come") {
  const Params params;
  QuietContext context;
  Store before(params);
  before.start(context, StartReason::boot);
  std::size_t largest = 0;
  for (const Dot dot : {Dot{7, 1}, Dot{7, 300}, Dot{1ULL << 40, 2}}) {
    const Carried value = value_of(dot, std::string(dot.number, 'x'));
    before.take(context, value);
    largest = std::max(largest, bytes_of(value));
  }
  before.sync(context);
  CHECK(before.largest() == largest);
  const std::uint64_t digest = context.digest();
  Store after(params);
  after.start(context, StartReason::restart);
  CHECK(context.digest() == digest);
  CHECK(after.fingerprint() == before.fingerprint());
  REQUIRE(after.end() == before.end());
  for (Index i = 0; i < after.end(); ++i) {
    CHECK(after.dot(i) == before.dot(i));
    CHECK(after.hops(i) == before.hops(i));
    CHECK(after.at(i).value == before.at(i).value);
    CHECK(after.at(i).write == before.at(i).write);
  }
}

}  // namespace
}  // namespace hearsay::gossip
