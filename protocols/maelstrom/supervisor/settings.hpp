// How a node is to be run, as its supervisor is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hearsay::maelstrom {

struct Settings {
  std::uint64_t seed = 1;                  // of what the node takes for random
  std::int64_t busy_poll = 0;              // nanoseconds that the 100th fruitless poll in a row takes; 0: not allowed
  int patience_s = 10;                     // wall time after which a node that does not come to rest is given up
  std::string errors;                      // file for its stderr
  std::optional<std::int64_t> real_epoch;  // `pace: real`: when the simulation began, by the machine's monotonic clock
  std::vector<std::string> node;           // program and arguments
};

// How a process ended, in words, from what waitpid() says.
std::string end_of(int status);

}  // namespace hearsay::maelstrom
