// Agreement about state that only some nodes ought to hold (event `placed`): for each part, do the live nodes that own
// it hold equal copies? Who owns it: part_owners.hpp. While nodes see the cluster differently, their own digests differ
// too.
#pragma once

#include <cstdint>
#include <map>

#include "sim/core/event.hpp"
#include "sim/metrics/part_owners.hpp"
#include "sim/metrics/population.hpp"

namespace hearsay {

class PartAgreement {
 public:
  // Requires an event `placed` of a live node.
  void place(const Event& event, const Population& population);
  // A node has come, with no copies, or gone. `population`: after that.
  void change(NodeId node, const Population& population);

  std::size_t differing() const { return differing_; }  // parts
  // Of the part whose live owners hold the most different copies, how many these are; 0 without parts.
  std::uint32_t most_copies(const Population& population) const;

 private:
  struct Part {
    PartOwners owners;
    std::map<NodeId, std::uint64_t> copies;  // by node; none where its digest is 0
    bool differs = false;
  };
  static std::uint32_t distinct(const Part& part, const Population& population);
  void update(Part& part, const Population& population);

  std::map<std::uint64_t, Part> parts_;
  std::size_t differing_ = 0;
};

}  // namespace hearsay
