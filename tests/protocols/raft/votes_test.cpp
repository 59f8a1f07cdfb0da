// Whom a node votes for, what a message of another term does to it, and what the witness of a run sees.
#include <optional>
#include <sstream>

#include "protocols/common/raft/witness.hpp"
#include "tests/protocols/raft/by_hand.hpp"

using namespace hearsay;
using namespace hearsay::raft;
using namespace std::chrono_literals;

namespace {

// Election timeouts of exactly a second.
Params strict(bool check_quorum = true) {
  Params params;
  params.election_timeout_min = params.election_timeout_max = 1s;
  params.check_quorum = check_quorum;
  return params;
}

VoteRequest request(NodeId from, Term term, Index last_index, Term last_term) {
  VoteRequest made;
  made.from = from;
  made.term = term;
  made.last_index = last_index;
  made.last_term = last_term;
  return made;
}

// Whether the node's vote, at `now`, goes to the one who asks; nothing if it does not answer.
std::optional<bool> votes(ByHand& node, const VoteRequest& asked) {
  node.step(asked);
  const auto replies = node.sent_of<VoteReply>(asked.from);
  if (replies.empty()) return std::nullopt;
  CHECK(replies.size() == 1);
  CHECK(replies[0].pre == asked.pre);
  return replies[0].granted;
}

}  // namespace

TEST_CASE("a vote goes to the first in a term whose log is as long as one's own (Raft, section 5.4.1)") {
  ByHand node(strict(), disk_of(3, {1, 1, 2}));
  node.now = Time(10s);
  CHECK(votes(node, request(1, 3, 9, 1)) == false);  // longer, but of an older term
  CHECK(node.core.term() == 3);
  CHECK(node.core.vote() == no_node);
  CHECK(votes(node, request(1, 3, 2, 2)) == false);
  CHECK(votes(node, request(1, 3, 3, 2)) == true);
  CHECK(node.core.vote() == 1);
  CHECK(node.core.unsaved().state);
  CHECK(node.core.deadline() == Time(11s));
  CHECK(votes(node, request(2, 3, 4, 2)) == false);
  CHECK(votes(node, request(1, 3, 3, 2)) == true);  // its answer may have been lost
  CHECK(votes(node, request(2, 4, 1, 3)) == true);  // another term, another vote
  CHECK_FALSE(votes(node, request(1, 3, 9, 9)));    // of a term that is over
}

TEST_CASE("a pre-vote binds nobody and changes no term") {
  ByHand node(strict(), disk_of(3, {1}));
  node.now = Time(10s);
  VoteRequest asked = request(1, 7, 1, 1);
  asked.pre = true;
  CHECK(votes(node, asked) == true);
  asked.from = 2;
  CHECK(votes(node, asked) == true);
  CHECK(node.core.term() == 1);
  CHECK(node.core.vote() == no_node);
  CHECK_FALSE(node.core.has_unsaved());
}

TEST_CASE(
    "who hears a leader votes for nobody else for the least election timeout, unless the leader has asked for it") {
  for (const bool check_quorum : {true, false}) {
    ByHand node(strict(check_quorum), disk_of(3, {1}));
    node.now = Time(10s);
    node.step(Append{.from = 1, .term = 1, .entries = {}});
    node.sent(1);
    VoteRequest before = request(2, 2, 1, 1);
    before.pre = true;
    node.now += 999'999'999ns;
    CHECK_FALSE(votes(node, before));
    if (check_quorum) {
      CHECK_FALSE(votes(node, request(2, 2, 1, 1)));
      CHECK(node.core.term() == 1);
    }
    VoteRequest transfer = request(2, 2, 1, 1);
    transfer.transfer = true;
    CHECK(votes(node, transfer) == true);
    ByHand later(strict(check_quorum), disk_of(3, {1}));
    later.step(Append{.from = 1, .term = 1, .entries = {}});
    later.sent(1);
    later.now += 1s;
    CHECK(votes(later, request(2, 2, 1, 1)) == true);
  }
}

TEST_CASE("one that has joined without its disk neither votes nor campaigns until it is admitted") {
  Persistent disk = disk_of(3, {1});
  disk.joiner = 9;
  ByHand node(strict(), disk);
  node.now = Time(10s);
  CHECK(node.core.deadline() == never);
  CHECK_FALSE(votes(node, request(1, 3, 9, 9)));
  node.core.tick(node.now);
  node.step(TimeoutNow{1, 3});
  CHECK(node.core.role() == Role::follower);
  node.step(Admitted{1, 3, 8});  // somebody else
  CHECK(node.core.joiner() == 9);
  node.step(Admitted{1, 3, 9});
  CHECK(node.core.joiner() == 0);
  CHECK(node.core.vote() == 1);
  CHECK(node.core.deadline() == Time(11s));
  CHECK(votes(node, request(2, 3, 9, 9)) == false);
}

TEST_CASE("a message of a later term makes a follower; one of an earlier leader is answered with the term") {
  ByHand node(strict(), disk_of(3, {}));
  node.lead();
  CHECK(node.core.term() == 1);
  node.step(Append{.from = 2, .term = 0, .entries = {}});
  const auto answers = node.sent_of<AppendReply>(2);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].term == 1);
  CHECK_FALSE(answers[0].ok);
  CHECK(node.core.role() == Role::leader);
  node.step(AppendReply{.from = 2, .term = 5});
  CHECK(node.core.role() == Role::follower);
  CHECK(node.core.term() == 5);
  CHECK(node.core.leader() == no_node);
  CHECK(node.core.counts().deposed == 1);
  node.step(Append{.from = 1, .term = 6, .entries = {}});
  CHECK(node.core.leader() == 1);
}

TEST_CASE("an election is won and lost by majorities of the voters") {
  ByHand node(strict(), disk_of(5, {}));
  node.core.tick(Time(1s) - 1ns);
  CHECK(node.core.role() == Role::follower);
  node.now = Time(1s);
  node.core.tick(node.now);
  CHECK(node.core.role() == Role::pre_candidate);
  CHECK(node.core.term() == 0);
  CHECK(node.sent_of<VoteRequest>(4).size() == 1);
  node.step(VoteReply{1, 1, true, true});
  node.step(VoteReply{1, 1, true, true});  // the same again
  node.step(VoteReply{2, 2, true, true});  // of another attempt
  CHECK(node.core.role() == Role::pre_candidate);
  node.step(VoteReply{2, 1, true, true});
  CHECK(node.core.role() == Role::candidate);
  CHECK(node.core.term() == 1);
  CHECK(node.core.vote() == 0);
  node.step(VoteReply{1, 1, true, false});
  node.step(VoteReply{2, 1, false, false});
  node.step(VoteReply{3, 1, false, false});
  CHECK(node.core.role() == Role::candidate);
  node.step(VoteReply{4, 1, false, false});
  CHECK(node.core.role() == Role::follower);
  CHECK(node.core.term() == 1);
  CHECK(node.core.counts().elections == 1);
  CHECK(node.core.counts().pre_votes == 1);
}

TEST_CASE("a leader that no majority has answered for the least election timeout steps down, at its next heartbeat") {
  for (const bool check_quorum : {true, false}) {
    ByHand node(strict(check_quorum), disk_of(3, {}));
    node.lead();
    node.now += 950ms;
    node.core.tick(node.now);
    CHECK(node.core.role() == Role::leader);
    node.acknowledge(1, 1);
    node.now += 999ms;
    node.core.tick(node.now);
    CHECK(node.core.role() == Role::leader);
    node.now += 100ms;
    node.core.tick(node.now);
    CHECK(node.core.role() == (check_quorum ? Role::follower : Role::leader));
    CHECK(node.core.counts().quorum_lost == (check_quorum ? 1 : 0));
  }
}

TEST_CASE("a clock that is set back by an hour takes no part of what was to be waited for away, and adds none") {
  ByHand follower(strict(), disk_of(3, {}));
  follower.now = Time(2h);
  follower.step(Append{.from = 1, .term = 1, .entries = {}});
  CHECK(follower.core.deadline() == Time(2h) + 1s);
  follower.now = Time(1h);
  follower.core.tick(follower.now);
  CHECK(follower.core.deadline() == Time(1h) + 1s);
  CHECK(follower.core.role() == Role::follower);
  ByHand leader(strict(), disk_of(3, {}));
  leader.lead();
  const Time due = leader.core.deadline();
  leader.core.tick(leader.now - 500ms);
  CHECK(leader.core.deadline() == due - 500ms);
}

TEST_CASE("the witness sees two leaders of a term, and a leader that lacks what an earlier term committed") {
  Witness witness;
  CHECK(witness.elected(1, 0));
  CHECK(witness.elected(1, 0));
  CHECK_FALSE(witness.elected(1, 2));
  CHECK(witness.elected(2, 2));
  const Log two = log_of(3, {1, 1}), other = log_of(3, {1, 2}), short_one = log_of(3, {1});
  CHECK(witness.complete(2, short_one));
  witness.committed(1, 2, *two.prefix(2));
  witness.committed(1, 1, *two.prefix(1));  // no news
  CHECK(witness.complete(2, two));
  CHECK_FALSE(witness.complete(2, other));
  CHECK_FALSE(witness.complete(2, short_one));
  CHECK(witness.complete(1, short_one));  // of that term itself
  Log compacted = log_of(3, {1, 1, 1});
  compacted.compact(3);
  CHECK(witness.complete(2, compacted));
  witness.begin_again();
  CHECK(witness.elected(1, 2));
  CHECK(witness.complete(2, other));
}

TEST_CASE("the witness sees entries of one index and term behind different logs, and different ones that are applied") {
  Witness witness;
  CHECK(witness.appended(3, 1, 10));
  CHECK(witness.appended(3, 1, 10));
  CHECK(witness.appended(3, 2, 20));
  CHECK(witness.appended(3, 3, 30));
  CHECK_FALSE(witness.appended(3, 1, 11));
  CHECK_FALSE(witness.appended(3, 2, 21));
  CHECK(witness.appended(3, 2, 20));
  CHECK(witness.appended(400, 1, 10));
  CHECK(witness.applied(3, 10));
  CHECK(witness.applied(3, 10));
  CHECK_FALSE(witness.applied(3, 11));
  CHECK(witness.applied(400, 11));
}

TEST_CASE("a configuration changes by one node at a time, and keeps its order") {
  const Configuration three{{1, 3, 5}, {}};
  const Configuration with = three.with_learner(4);
  CHECK(with == Configuration{{1, 3, 5}, {4}});
  CHECK(with.members() == std::vector<NodeId>{1, 3, 4, 5});
  CHECK(with.has(4));
  CHECK_FALSE(with.is_voter(4));
  CHECK(with.is_learner(4));
  CHECK(with.with_voter(4) == Configuration{{1, 3, 4, 5}, {}});
  CHECK(with.with_voter(4).with_learner(1) == Configuration{{3, 4, 5}, {1}});
  CHECK(with.without(3).without(4) == Configuration{{1, 5}, {}});
  CHECK(with.without(9) == with);
  CHECK(with.hash() != with.with_voter(4).hash());
  CHECK(three.quorum() == 2);
  CHECK(with.with_voter(4).quorum() == 3);
  std::ostringstream text;
  with.describe(text);
  CHECK(text.str() == "voters 1 3 5 learners 4");
}
