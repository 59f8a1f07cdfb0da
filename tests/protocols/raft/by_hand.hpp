// One core that is driven by hand, step by step: what comes in is written in the test, and what comes out is looked at.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <initializer_list>
#include <vector>

#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

inline Log log_of(std::uint32_t voters, std::initializer_list<Term> terms) {
  Configuration all;
  for (NodeId node = 0; node < voters; ++node) all.voters.insert(node);
  Log log({0, 0, 0, all});
  for (const Term term : terms) log.append(term, noop());
  return log;
}

inline Persistent disk_of(std::uint32_t voters, std::initializer_list<Term> terms) {
  Persistent disk;
  disk.log = log_of(voters, terms);
  disk.term = disk.log.last_term();
  return disk;
}

inline ContentPtr write_of(std::uint64_t number) {
  Command command;
  command.number = number;
  command.write = static_cast<WriteId>(number);
  command.key = "k";
  return content_of(std::move(command));
}

// Node 0.
struct ByHand {
  const Params params;
  Time now{};
  Core core;

  explicit ByHand(Params wanted, Persistent disk)
      : params(std::move(wanted)), core(0, params, std::move(disk), RandomStream(1, "by hand"), now) {}

  void save() {
    core.saved();
    core.persisted(now, core.log().last());
  }
  // It campaigns and gets the votes of all. Its first entry is on its own disk, and what it has sent is taken away.
  void lead() {
    now = core.deadline();
    core.tick(now);
    for (const bool pre : {true, false})
      for (NodeId voter = 1; voter < core.configuration().voters.size(); ++voter)
        step(VoteReply{voter, pre ? core.term() + 1 : core.term(), true, pre});
    REQUIRE(core.role() == Role::leader);
    save();
    sent(no_node);
  }
  void step(const AnyMessage& message) { core.step(now, message); }
  void acknowledge(NodeId peer, Index index, std::uint64_t round = 0) {
    step(AppendReply{.from = peer, .term = core.term(), .ok = true, .index = index, .round = round});
  }
  void refuse(NodeId peer, Index index, Index hint_index, Term hint_term) {
    step(AppendReply{.from = peer,
                     .term = core.term(),
                     .ok = false,
                     .index = index,
                     .hint_index = hint_index,
                     .hint_term = hint_term});
  }

  // What has been sent since, to a node, of one kind; what else was sent is gone.
  std::vector<AnyMessage> sent(NodeId to) {
    std::vector<AnyMessage> found;
    auto outgoing = core.take_messages();
    for (auto& answer : core.take_answers()) outgoing.push_back(std::move(answer));
    for (const Outgoing& one : outgoing)
      if (one.to == to) found.push_back(payload<AnyMessage>(*one.message));
    return found;
  }
  template <class Kind>
  std::vector<Kind> sent_of(NodeId to) {
    std::vector<Kind> found;
    for (const AnyMessage& message : sent(to))
      if (const auto* one = std::get_if<Kind>(&message)) found.push_back(*one);
    return found;
  }
  // The same of appends, by the index that they follow.
  std::vector<Index> appends_after(NodeId to) {
    std::vector<Index> found;
    for (const Append& append : sent_of<Append>(to)) found.push_back(append.prev_index);
    return found;
  }
  std::vector<ContentPtr> propose(std::initializer_list<std::uint64_t> numbers) {
    std::vector<ContentPtr> contents;
    for (const std::uint64_t number : numbers) contents.push_back(write_of(number));
    REQUIRE(core.propose(now, contents));
    save();
    return contents;
  }
};

}  // namespace hearsay::raft
