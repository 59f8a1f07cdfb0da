// What the node's process does between fork and exec.
#pragma once

#include "protocols/maelstrom/supervisor/settings.hpp"

namespace hearsay::maelstrom {

inline constexpr int exec_failed = 127;  // its exit status if the program could not be executed

struct ChildFiles {
  int input, output;
  int go;      // a byte comes once it is traced; -1: it will not be
  int random;  // what opens of the random devices get
};

// Replaces the process by the node: pipes for stdin and stdout, a fixed environment, limits; and, if it is traced,
// fixed addresses and the filter.
[[noreturn]] void exec_node(const Settings& settings, const ChildFiles& files);

}  // namespace hearsay::maelstrom
