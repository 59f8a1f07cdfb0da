// The cure of "No Bootstrap Protocol": a replica without a state asks a member for its own, and another one when none
// comes. Members go on as before. Until then what arrives is deferred.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/causal-crdt/effect.hpp"
#include "protocols/causal-crdt/link.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

class Bootstrap {
 public:
  Bootstrap(const Params& params, LinkLayer& link) : params_(params), link_(link) {}

  // Asks for a state. Effects that an earlier incarnation had deferred are deferred again.
  void start(Context& context, std::vector<EffectPtr> effects);
  void timer(Context& context, std::uint64_t number);

  bool pending() const { return pending_; }
  void defer(const EffectPtr& effect) { effects_.push_back(effect); }
  void defer(const Operation& operation) { operations_.push_back(operation); }

  // A state has been taken over: what had been deferred, to be handled now.
  struct Deferred {
    std::vector<EffectPtr> effects;
    std::vector<Operation> operations;
  };
  Deferred finish(Context& context, std::uint32_t bytes);

 private:
  void ask(Context& context);

  const Params& params_;
  LinkLayer& link_;
  bool pending_ = false;
  Time since_{};
  std::uint64_t requests_ = 0;
  std::vector<EffectPtr> effects_;
  std::vector<Operation> operations_;
};

}  // namespace hearsay::causal
