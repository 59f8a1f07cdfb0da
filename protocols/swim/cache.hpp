// The replicated cache. Any node takes any operation and asks the key's R owners; W of them must take a write, Q answer
// a read (Next Phase 2A). Writes that an owner did not take are kept for it, and read repair sends it what it lacks
// (2C).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocols/state/clocks.hpp"
#include "protocols/swim/agent.hpp"
#include "protocols/swim/coordinator.hpp"
#include "protocols/swim/store.hpp"

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
  void operation_timer(Context& context, std::uint32_t number);
  void hint_timer(Context& context);
  void witness(const Version& version) { clock_.witness(version.time); }

 private:
  struct Pending {
    OpId operation = no_op;  // no_op: a hint that is tried again
    std::string key;
    EntryPtr entry;  // that is written, or the newest that was read
    std::vector<NodeId> owners;
    std::vector<NodeId> answered;
    std::vector<std::pair<NodeId, Version>> versions;  // of a read: who has what; version {} for nothing
    std::uint32_t needed = 0;
    bool write = false, done = false;
  };

  void write(Context& context, const Operation& operation);
  void read(Context& context, const Operation& operation);
  void answered(Context& context, std::uint32_t number, NodeId owner);
  void read_answer(Context& context, std::uint32_t number, NodeId owner, const EntryPtr& entry);
  void finish_read(Context& context, const Pending& pending);
  void repair(Context& context, const Pending& pending);
  void keep_hints(Context& context, const Pending& pending);
  void fail(Context& context, OpId operation);
  Version next_version(Context& context);

  const Params& params_;
  const Agent& agent_;
  const Coordinator& coordinator_;
  Store& store_;
  HybridClock clock_;
  std::uint32_t epoch_ = 0;
  std::uint32_t operations_ = 0;
  std::map<std::uint32_t, Pending> pending_;
  std::map<NodeId, std::map<std::string, EntryPtr>> hints_;
  bool hints_armed_ = false;
};

}  // namespace hearsay::swim
