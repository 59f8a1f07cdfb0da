// Snapshots of a cluster while it runs. Counters at several nodes hold money, which is transferred between them by
// messages on channels that keep their order: whoever takes a consistent cut finds all of it.
#include "protocols/common/backup.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <numeric>
#include <variant>

#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

struct Transfer {
  std::int64_t amount = 0;
  std::uint32_t wire_size() const { return 8; }
  void describe(std::ostream& out) const { out << amount; }
};
struct Marker {
  BackupId snapshot = 0;
  std::uint32_t wire_size() const { return 8; }
  void describe(std::ostream& out) const { out << snapshot; }
};
using AnyMessage = std::variant<Transfer, Marker>;

class Bank {
 public:
  Bank(NodeId nodes, bool markers, std::uint64_t seed)
      : markers_(markers), random_(seed, "bank"), counters_(nodes, 100), recorders_(nodes), asked_(nodes, false) {
    for (NodeId node = 0; node < nodes; ++node) everybody_.push_back(node);
  }

  void step() {
    const auto node = static_cast<NodeId>(random_.below(counters_.size()));
    const auto other = static_cast<NodeId>((node + 1 + random_.below(counters_.size() - 1)) % counters_.size());
    if (random_.chance(0.4)) {
      const auto amount = static_cast<std::int64_t>(random_.below(30));
      counters_[node] -= amount;
      send(node, other, Transfer{amount});
    } else {
      deliver(other, node);
    }
  }
  void begin(NodeId node) { cut(node, store_.open(everybody_)); }
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      for (const NodeId from : everybody_)
        for (const NodeId to : everybody_) moved = deliver(from, to) || moved;
    }
  }
  std::int64_t total() const { return std::accumulate(counters_.begin(), counters_.end(), std::int64_t{0}); }
  bool complete() const { return store_.has_snapshot(); }
  std::int64_t recorded() const {
    std::int64_t sum = 0;
    for (const auto& [node, part] : store_.parts()) {
      sum += part.state;
      for (const auto& [from, message] : part.transit) sum += std::get<Transfer>(payload<AnyMessage>(*message)).amount;
    }
    return sum;
  }
  std::size_t in_transit() const {
    std::size_t messages = 0;
    for (const auto& [node, part] : store_.parts()) messages += part.transit.size();
    return messages;
  }

 private:
  template <class M>
  void send(NodeId from, NodeId to, M message) {
    channels_[{from, to}].push_back(make_message<AnyMessage>(std::move(message)));
  }
  bool deliver(NodeId from, NodeId to) {
    auto& channel = channels_[{from, to}];
    if (channel.empty()) return false;
    const MessagePtr message = channel.front();
    channel.pop_front();
    const AnyMessage& any = payload<AnyMessage>(*message);
    if (const auto* marker = std::get_if<Marker>(&any)) {
      if (!recorders_[to].knows(marker->snapshot)) cut(to, marker->snapshot);
      recorders_[to].marker(marker->snapshot, from);
      keep(to, marker->snapshot);
    } else {
      recorders_[to].message(from, *message);
      counters_[to] += std::get<Transfer>(any).amount;
    }
    return true;
  }
  void cut(NodeId node, BackupId snapshot) {
    recorders_[node].begin(snapshot, everybody_, node, counters_[node]);
    const bool begins = std::none_of(asked_.begin(), asked_.end(), [](bool asked) { return asked; });
    asked_[node] = true;
    if (markers_ || begins)
      for (const NodeId other : everybody_)
        if (other != node) send(node, other, Marker{snapshot});
    if (!markers_) recorders_[node].await_nothing();
    keep(node, snapshot);
  }
  void keep(NodeId node, BackupId snapshot) {
    if (auto part = recorders_[node].take()) store_.store(snapshot, node, *std::move(part));
  }

  bool markers_;
  RandomStream random_;
  std::vector<NodeId> everybody_;
  std::vector<std::int64_t> counters_;
  std::vector<BackupRecorder<std::int64_t>> recorders_;
  std::vector<bool> asked_;
  std::map<std::pair<NodeId, NodeId>, std::deque<MessagePtr>> channels_;
  BackupStore<std::int64_t> store_;
};

}  // namespace

TEST_CASE("with markers every snapshot holds all the money, in a thousand random schedules; without them it does not") {
  std::size_t short_of_it = 0, in_transit = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed)
    for (const bool markers : {true, false}) {
      Bank bank(4, markers, seed);
      for (int i = 0; i < 60; ++i) bank.step();
      bank.begin(static_cast<NodeId>(seed % 4));
      for (int i = 0; i < 100; ++i) bank.step();
      bank.settle();
      REQUIRE(bank.complete());
      REQUIRE(bank.total() == 400);
      if (markers) {
        INFO("seed " << seed);
        CHECK(bank.recorded() == 400);
        in_transit += bank.in_transit();
      } else if (bank.recorded() != 400) {
        ++short_of_it;
      }
    }
  CHECK(in_transit > 1000);
  CHECK(short_of_it > 900);
}

TEST_CASE("a snapshot is complete with its last part, and takes the place of the one before") {
  BackupStore<int> store;
  const BackupId first = store.open({0, 1});
  CHECK_FALSE(store.store(first, 0, {10}));
  CHECK_FALSE(store.has_snapshot());
  CHECK(store.store(first, 1, {11}));
  CHECK(store.has_snapshot());
  CHECK(store.part(0)->state == 10);
  CHECK(store.part(2) == nullptr);
  const BackupId second = store.open({0, 1});
  CHECK(second > first);
  CHECK_FALSE(store.store(first, 0, {12}));  // of one that another has been opened after
  CHECK_FALSE(store.store(second, 0, {20}));
  CHECK(store.part(0)->state == 10);
  CHECK(store.store(second, 1, {21}));
  CHECK(store.part(0)->state == 20);
}

TEST_CASE("a snapshot is restored once everybody who took part has come up without a disk, by one of them first") {
  BackupStore<int> store;
  const BackupId id = store.open({0, 1});
  store.store(id, 0, {10});
  store.store(id, 1, {11});
  store.disk_lost(0);
  CHECK_FALSE(store.all_lost());
  store.disk_lost(5);  // which was not there
  CHECK_FALSE(store.all_lost());
  store.disk_lost(1);
  CHECK(store.all_lost());
  CHECK(store.first_to_restore());
  CHECK_FALSE(store.first_to_restore());
  const BackupId next = store.open({0});
  store.store(next, 0, {20});
  CHECK_FALSE(store.all_lost());
  CHECK(store.first_to_restore());
}

TEST_CASE("a recorder keeps what comes from a node until its marker comes") {
  BackupRecorder<int> recorder;
  const MessagePtr message = make_message<AnyMessage>(Transfer{1});
  recorder.message(1, *message);  // nothing is under way
  recorder.begin(3, {0, 1, 2}, 0, 7);
  CHECK(recorder.knows(3));
  CHECK(recorder.knows(2));
  CHECK_FALSE(recorder.knows(4));
  recorder.message(1, *message);
  recorder.marker(3, 1);
  recorder.message(1, *message);
  recorder.marker(2, 2);  // of another one
  CHECK_FALSE(recorder.take().has_value());
  recorder.message(2, *message);
  recorder.marker(3, 2);
  const auto part = recorder.take();
  REQUIRE(part.has_value());
  CHECK(part->state == 7);
  REQUIRE(part->transit.size() == 2);
  CHECK(part->transit[0].first == 1);
  CHECK(part->transit[1].first == 2);
  CHECK_FALSE(recorder.take().has_value());
}
