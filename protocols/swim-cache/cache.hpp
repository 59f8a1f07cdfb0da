// The replicated cache. Any node takes any operation and asks the key's R owners; W of them must take a write, Q answer
// a read (Next Phase 2A). Writes that an owner did not take are kept for it, and read repair sends it what it lacks
// (2C).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocols/swim-cache/agent.hpp"
#include "protocols/swim-cache/clocks.hpp"
#include "protocols/swim-cache/coordinator.hpp"
#include "protocols/swim-cache/store.hpp"

namespace hearsay::swim {

class Cache {
 public:
  Cache(const Params& params, const Agent& agent, const Coordinator& coordinator, Store& store)
      : params_(params), agent_(agent), coordinator_(coordinator), store_(store) {}

  void start(Context& context);
  void request(Context& context, const Operation& operation);
  void receive(Context& context, NodeId from, const Put& put);
  void receive(Context& context, NodeId from, const PutAck& ack);
  void receive(Context& context, NodeId from, const Get& get);
  void receive(Context& context, NodeId from, const GetReply& reply);
  void receive(Context& context, NodeId from, const Update& update);
  void receive(Context& context, NodeId from, const UpdateAck& ack);
  void operation_timer(Context& context, std::uint32_t number);
  void hint_timer(Context& context);
  void witness(const Siblings& entries) {
    for (const EntryPtr& entry : entries) clock_.witness(entry->version.time);
  }

 private:
  struct Pending {
    OpId operation = no_op;   // of a client of this node
    NodeId asker = no_node;   // or who is told, under what number
    std::uint32_t asked = 0;  // with neither it is a hint that is tried again
    std::string key;
    Siblings entries;  // that are written, or what the answers of a read have together
    std::vector<NodeId> owners;
    std::vector<NodeId> answered;
    std::vector<std::pair<NodeId, Siblings>> found;  // of a read: who has what
    std::uint32_t needed = 0;
    bool write = false, done = false;
    std::shared_ptr<const Operation> condition{};  // of a read: what is to follow if it finds what that expects
    WriteId before = no_write;                     // of a write: what an increment found
    bool is_hint() const { return operation == no_op && asker == no_node; }
  };

  // cache.cpp
  void write(Context& context, const Operation& operation, WriteId before = no_write);
  void forward(Context& context, const Operation& operation, Update update, const Pending& asked);
  void coordinate(Context& context, Update update, Pending pending);
  void replicate(Context& context, Pending pending);
  void answered(Context& context, std::uint32_t number, NodeId owner);
  void conclude(Context& context, const Pending& pending, bool done);
  void fail(Context& context, OpId operation);
  Entry entry_of(Context& context, const Update& update) const;
  Version next_version(Context& context);
  std::int64_t unique_stamp(Time now) const;
  std::uint32_t next_number() { return epoch_ + ++operations_; }

  // cache_conditional.cpp
  void conditional(Context& context, const Operation& operation);
  void decide(Context& context, const Pending& read);

  // cache_hints.cpp
  void keep_hints(Context& context, const Pending& pending);
  void arm_hints(Context& context);
  void try_hint(Context& context, NodeId owner, const std::string& key, const Siblings& entries);

  // cache_reads.cpp
  void read(Context& context, const Operation& operation, std::shared_ptr<const Operation> condition = nullptr);
  void read_answer(Context& context, std::uint32_t number, NodeId owner, const Siblings& entries);
  void finish_read(Context& context, const Pending& pending);
  void repair(Context& context, const Pending& pending);

  const Params& params_;
  const Agent& agent_;
  const Coordinator& coordinator_;
  Store& store_;
  HybridClock clock_;
  std::int64_t last_stamp_ = 0;  // of `conflict: wall-clock`
  std::uint32_t epoch_ = 0;
  std::uint32_t operations_ = 0;
  std::map<std::uint32_t, Pending> pending_;
  std::map<NodeId, std::map<std::string, Siblings>> hints_;
  bool hints_armed_ = false;
};

}  // namespace hearsay::swim
