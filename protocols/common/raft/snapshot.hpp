// What stands for the log up to an index (Raft, section 7).
#pragma once

#include "protocols/common/raft/log.hpp"
#include "protocols/common/raft/state.hpp"

namespace hearsay::raft {

struct Snapshot {
  Index index = 0;  // the last entry that it covers,
  Term term = 0;    // its term,
  std::uint64_t prefix = 0;
  Configuration configuration{};  // and the configuration in force there
  State state{};
  std::uint32_t size = 0;  // bytes on the wire

  Log::Base base() const { return {index, term, prefix, configuration}; }
};

}  // namespace hearsay::raft
