// One core, message by message: where logs differ, how much is on its way, and what a leader may answer by its clock.
#include <catch2/catch.hpp>
#include <map>

#include "tests/protocols/raft/by_hand.hpp"

using namespace hearsay;
using namespace hearsay::raft;
using namespace std::chrono_literals;

namespace {

using Indexes = std::vector<Index>;

std::vector<std::uint64_t> reads_of(Core& core) {
  std::vector<std::uint64_t> reads;
  for (const Core::Readable& one : core.take_reads()) reads.push_back(one.read);
  return reads;
}

// A leader by lease of 1 s, whose round of heartbeats at `now` a majority has just answered, 50 ms later.
void lead_by_lease(ByHand& node) {
  node.lead();
  node.acknowledge(1, 1);
  node.now = node.core.deadline();
  node.core.tick(node.now);
  node.core.step(node.now + 50ms, AppendReply{.from = 1, .term = 1, .ok = true, .index = 1, .round = 1});
}

Params with_lease() {
  Params params;
  params.reads = Reads::lease;
  params.clock_drift_bound = 0.1;
  params.election_timeout_min = 1100ms;
  params.election_timeout_max = 1200ms;
  return params;
}

std::vector<std::uint64_t> read_at(ByHand& node, Time when) {
  const std::uint64_t number = 7;
  node.core.read(when, 0, {&number, 1});
  return reads_of(node.core);
}

}  // namespace

TEST_CASE("a follower that lacks what an append follows says where the logs can agree (Raft, section 5.3)") {
  ByHand node({}, disk_of(3, {1, 1, 4, 4, 5}));
  node.step(Append{.from = 1, .term = 6, .prev_index = 7, .prev_term = 3, .entries = {}, .round = 2});
  const auto answers = node.sent_of<AppendReply>(1);
  REQUIRE(answers.size() == 1);
  CHECK_FALSE(answers[0].ok);
  CHECK(answers[0].index == 7);
  CHECK(answers[0].hint_index == 2);
  CHECK(answers[0].hint_term == 1);
  CHECK(answers[0].round == 2);
  CHECK(node.core.log().last() == 5);
}

TEST_CASE("a leader backs up to where the logs can agree, in one step per term") {
  ByHand node({}, disk_of(3, {1, 1, 2, 2, 2, 3}));
  node.lead();  // its own entry is the 7th
  node.refuse(1, 6, 5, 2);
  CHECK(node.appends_after(1) == Indexes{5});
  node.refuse(1, 5, 3, 1);  // the follower's third is of term 1, and the leader's last of that term the second
  CHECK(node.appends_after(1) == Indexes{2});
  node.acknowledge(1, 7);
  node.sent(1);
  node.propose({1});
  CHECK(node.appends_after(1) == Indexes{7});
}

TEST_CASE("a leader does not back up behind what was acknowledged, until it hears that this is lost") {
  ByHand node({}, disk_of(3, {1, 1, 1, 1, 1, 1}));
  node.lead();
  node.acknowledge(1, 4);
  CHECK(node.appends_after(1) == Indexes{4});
  node.refuse(1, 4, 4, 1);  // of an earlier probe
  CHECK(node.sent(1).empty());
  node.refuse(1, 7, 1, 1);
  CHECK(node.appends_after(1) == Indexes{4});
  node.refuse(1, 4, 1, 1);
  CHECK(node.appends_after(1) == Indexes{1});
}

TEST_CASE("messages with entries that are not answered are no more than max_inflight, of max_append_size each") {
  Params params;
  params.max_append_size = 1;  // one entry
  params.max_inflight = 2;
  ByHand node(params, disk_of(3, {}));
  node.lead();
  node.acknowledge(1, 1);
  node.sent(1);
  node.propose({1, 2, 3, 4});
  CHECK(node.appends_after(1) == Indexes{1, 2});
  node.acknowledge(1, 2);
  const auto more = node.sent_of<Append>(1);
  REQUIRE(more.size() == 1);
  CHECK(more[0].prev_index == 3);
  CHECK(more[0].entries.size() == 1);
  CHECK(more[0].commit == 2);
  node.acknowledge(1, 4);
  CHECK(node.appends_after(1) == Indexes{4});
  node.acknowledge(1, 5);
  CHECK(node.appends_after(1) == Indexes{5});  // only that this is committed
}

TEST_CASE("a lease is the least election timeout of a clock that is as slow as the bound, from when it was asked") {
  ByHand node(with_lease(), disk_of(3, {}));
  lead_by_lease(node);
  CHECK(read_at(node, node.now + 999'999'999ns) == std::vector<std::uint64_t>{7});
  CHECK_FALSE(node.core.wants_round());
  CHECK(read_at(node, node.now + 1s).empty());
  CHECK(node.core.wants_round());
}

TEST_CASE("a lease ends when its clock is set back") {
  ByHand node(with_lease(), disk_of(3, {}));
  lead_by_lease(node);
  CHECK(read_at(node, node.now + 49ms).empty());
}

TEST_CASE("a leader that has asked another one to campaign has no lease any more") {
  ByHand node(with_lease(), disk_of(3, {}));
  lead_by_lease(node);
  node.core.hand_over(node.now + 100ms);
  CHECK(node.sent_of<TimeoutNow>(1).size() == 1);
  CHECK(read_at(node, node.now + 100ms).empty());
}

TEST_CASE("a read is answered once a majority has answered a heartbeat that was sent after it") {
  ByHand node({}, disk_of(3, {}));
  node.lead();
  const std::vector<std::uint64_t> own{7}, of_other{8, 9};
  node.core.read(node.now, 0, own);  // no entry of its term is committed yet
  CHECK_FALSE(node.core.wants_round());
  node.acknowledge(1, 1);
  CHECK(node.core.wants_round());
  node.core.read(node.now, 2, of_other);
  node.core.begin_round(node.now);
  CHECK_FALSE(node.core.wants_round());
  node.acknowledge(1, 1);
  CHECK(reads_of(node.core).empty());
  node.acknowledge(1, 1, 1);
  CHECK(reads_of(node.core) == own);
  const auto replies = node.sent_of<ReadReply>(2);
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].reads == of_other);
  CHECK(replies[0].index == 1);
}

TEST_CASE("a follower that is to drop what is committed does not: it is broken") {
  Persistent disk = disk_of(3, {1, 1});
  disk.commit = 1;
  ByHand node({}, disk);
  node.step(Append{.from = 1, .term = 3, .prev_index = 1, .prev_term = 1, .entries = {{3, 0, noop()}}});
  CHECK(node.core.log().term(2) == Term{3});  // that was not committed
  CHECK_FALSE(node.core.broken());
  node.step(Append{.from = 1, .term = 3, .prev_index = 0, .prev_term = 0, .entries = {{3, 0, noop()}}});
  CHECK(node.core.broken());
  CHECK(node.core.log().term(1) == Term{1});
}

TEST_CASE("a read is not confirmed by a heartbeat that was sent before it") {
  ByHand node({}, disk_of(3, {}));
  node.lead();
  node.acknowledge(1, 1);
  node.now = node.core.deadline();
  node.core.tick(node.now);
  const std::vector<std::uint64_t> own{7};
  node.core.read(node.now, 0, own);
  node.acknowledge(1, 1, 1);
  CHECK(reads_of(node.core).empty());
  node.core.begin_round(node.now);
  node.acknowledge(1, 1, 2);
  CHECK(reads_of(node.core) == own);
}

TEST_CASE("a heartbeat follows what its receiver is known to have, and else the last entry before the leader's own") {
  ByHand node({}, disk_of(4, {1, 1, 1}));
  node.lead();
  node.acknowledge(1, 4);
  node.sent(no_node);
  node.now = node.core.deadline();
  node.core.tick(node.now);
  std::map<NodeId, Index> after;
  for (const Outgoing& one : node.core.take_messages())
    after[one.to] = std::get<Append>(payload<AnyMessage>(*one.message)).prev_index;
  CHECK(after == std::map<NodeId, Index>{{1, 4}, {2, 3}, {3, 3}});
}

TEST_CASE("members change one at a time: a former node goes before its successor of the same name comes") {
  ByHand node({}, disk_of(3, {}));
  node.lead();
  node.core.change(node.now, 2, false, 9);  // before an entry of its term is committed
  CHECK(node.core.log().last() == 1);
  node.acknowledge(1, 1);
  node.core.change(node.now, 2, false, 9);
  CHECK(node.core.log().last() == 2);
  CHECK(node.core.configuration() == Configuration{{0, 1}, {}});
  node.core.change(node.now, 2, false, 9);  // asked again, before that is committed
  node.core.change(node.now, 7, false);
  CHECK(node.core.log().last() == 2);
  node.save();
  node.acknowledge(1, 2);
  CHECK(node.core.commit() == 2);
  node.core.change(node.now, 2, false, 9);
  CHECK(node.core.configuration() == Configuration{{0, 1}, {2}});
  node.sent(no_node);
  node.core.change(node.now, 2, false, 9);
  CHECK(node.sent(2).empty());
  node.save();
  node.acknowledge(1, 3);
  node.sent(no_node);
  node.core.change(node.now, 2, false, 9);
  const auto admitted = node.sent_of<Admitted>(2);
  REQUIRE(admitted.size() == 1);
  CHECK(admitted[0].joiner == 9);
}

TEST_CASE("a learner that has what is committed becomes a voter at a heartbeat, if voters are wanted") {
  for (const std::uint32_t wanted : {0U, 2U, 3U}) {
    Params params;
    params.voters = wanted;
    ByHand node(params, disk_of(2, {}));
    node.lead();
    node.acknowledge(1, 1);
    node.core.change(node.now, 5, false);
    node.save();
    node.acknowledge(1, 2);
    const auto beat = [&] {
      node.now = node.core.deadline();
      node.core.tick(node.now);
    };
    beat();
    CHECK(node.core.configuration() == Configuration{{0, 1}, {5}});  // it has nothing yet
    node.acknowledge(5, 2);
    beat();
    const bool votes = wanted != 2;
    CHECK(node.core.configuration() == (votes ? Configuration{{0, 1, 5}, {}} : Configuration{{0, 1}, {5}}));
  }
}
