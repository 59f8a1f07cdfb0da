// Who ought to hold a part of the state (event `placed`): what the nodes say of it that hold a copy or count themselves
// among its owners. They report every change of their view, so the latest word counts. A node that has given its copy
// away reports nothing any more; its last word does not count, however late it came.
#pragma once

#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

class PartOwners {
 public:
  // A live node names the owners; `holds`: it has a copy that a reader would see. Returns whether now() has changed.
  bool say(NodeId node, bool holds, const std::vector<NodeId>& owners);
  // The node has gone, and its word with it. Returns likewise.
  bool silence(NodeId node);

  // Empty before anybody has said anything; as it was when nobody is left who has a say.
  const std::vector<NodeId>& now() const { return owners_; }

 private:
  struct Word {
    NodeId node;
    std::vector<NodeId> owners;
  };
  bool take_latest();

  std::vector<Word> words_;  // the latest last
  std::vector<NodeId> owners_;
};

}  // namespace hearsay
