// What spreads: values with ids that are unique over restarts, immutable and shared by all replicas that hold them.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "protocols/common/bytes.hpp"
#include "protocols/common/version.hpp"
#include "protocols/delta-gossip/shared_value.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay::gossip {

// A stream is what one incarnation of a node writes: the node in its lower half, a random number above it for one that
// has restarted.
constexpr NodeId writer_of(StreamId stream) { return static_cast<NodeId>(stream & 0xffffffff); }

struct Element {
  Dot dot;
  WriteId write = no_write;
  std::string key, value;
  std::uint32_t size = 0;  // payload bytes
  Time created{};          // by its writer's clock
  std::uint64_t fingerprint = 0;
  std::string record;  // what of it goes to a disk, the same everywhere
};
using ElementPtr = SharedValue<Element>;

// Completes an element: the fingerprint goes over id and content.
inline ElementPtr seal(Element element) {
  element.fingerprint = combine(combine(element.dot.stream, element.dot.number),
                                combine(hash_text(element.key), hash_text(element.value)));
  element.record = ByteWriter(40 + element.key.size() + element.value.size())
                       .number(element.dot.stream)
                       .number(element.dot.number)
                       .number(element.write)
                       .number(static_cast<std::uint64_t>(element.created.time_since_epoch().count()))
                       .number(element.size)
                       .text(element.key)
                       .text(element.value)
                       .take();
  return ElementPtr(std::move(element));
}

// An element on its way.
struct Carried {
  Carried() = default;
  Carried(ElementPtr&& what, std::uint32_t how_far) : element(std::move(what)), hops(how_far) {}
  Carried(const ElementPtr& what, std::uint32_t how_far) : element(what), hops(how_far) {}

  ElementPtr element;
  std::uint32_t hops = 0;  // from its writer to the receiver
};

// Position of an element in the order in which a replica got them.
using Index = std::uint32_t;

}  // namespace hearsay::gossip
