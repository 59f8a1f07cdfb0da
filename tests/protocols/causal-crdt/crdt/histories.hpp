// Generated histories of replicated objects: replicas update their copies and hear of each other's updates in any
// order, some more than once. A history that breaks a property is shrunk to a short one that still does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "protocols/common/causal_queue.hpp"

namespace hearsay::crdt {

// How an arriving effect is treated.
enum class Delivery : std::uint8_t {
  causal,      // in causal order, repeats discarded
  as_it_comes  // applied on arrival, however often
};

// One step of one replica: an update of its own, or the arrival of an update that somebody has made so far.
struct Step {
  bool update = false;
  std::uint32_t replica = 0;
  std::uint32_t choice = 0;    // method, or which update arrives
  std::uint32_t argument = 0;  // of an update
};
using History = std::vector<Step>;

struct Arriving {
  Effect effect;
  Origin origin;
};

struct Replica {
  explicit Replica(Type type) : object(type) {}
  Object object;
  CausalQueue<Arriving> queue;
};

// A history that is being played, replica by replica.
class Play {
 public:
  Play(Type type, std::uint32_t replicas, Delivery delivery);

  void step(const Step& step);
  // Everybody hears of everything, each in an order of its own.
  void deliver_all();

  const std::vector<Replica>& replicas() const { return replicas_; }

 private:
  struct Made {
    CausalStamp stamp;
    Arriving update;
  };
  void update(const Step& step);
  void arrive(Replica& replica, const Made& made);

  Type type_;
  Delivery delivery_;
  std::vector<Replica> replicas_;
  std::vector<Made> made_;
};

History generate(RandomStream& random, std::uint32_t replicas, std::size_t length);
std::string spell(Type type, const History& history);

// What is wrong, or nothing.
using Property = std::function<std::optional<std::string>(const History&)>;

// The shortest history reached by leaving out steps that still breaks the property. Requires that `history` does.
History shrink(History history, const Property& property);

// Strong eventual consistency: replicas that have delivered the same updates are equal at every moment, and all are in
// the end; digests are equal exactly where states are.
std::optional<std::string> inconsistency(Type type, std::uint32_t replicas, Delivery delivery, const History& history);

}  // namespace hearsay::crdt
