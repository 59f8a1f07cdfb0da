// Which system calls of a node stop for its supervisor.
#pragma once

namespace hearsay::maelstrom {

// In the child, before its exec: from then on calls that show the time, that are random, or that can wait are traced,
// in this process and all that come from it. False, with errno, if the kernel does not permit it. `trap_polls`: those
// that ask without waiting are traced too.
bool install_filter(bool trap_polls);

}  // namespace hearsay::maelstrom
