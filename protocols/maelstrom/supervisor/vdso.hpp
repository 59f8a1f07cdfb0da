// The clock functions that the kernel maps into every process (vDSO) are replaced by some that read a cell which the
// supervisor writes: reading the clock costs a node no system call, whatever its language.
#pragma once

#include <cstdint>

#include "protocols/maelstrom/supervisor/clocks.hpp"

namespace hearsay::maelstrom {

// Where the replacement lies in one process; 0: it has no vDSO, and its clock calls are traced.
struct PatchedVdso {
  std::uint64_t code = 0;
  std::uint64_t random_path() const;  // the text "/proc/self/fd/1000", for opens of /dev/urandom
};

// Overwrites the functions in the process whose memory `memory` is, at its vDSO's address. `trap_clocks`: the
// replacements make the system call, so that every look at the clock is seen.
PatchedVdso patch_vdso(int memory, std::uint64_t vdso, bool trap_clocks);
void write_clocks(int memory, const PatchedVdso& vdso, const Clocks& clocks);

}  // namespace hearsay::maelstrom
