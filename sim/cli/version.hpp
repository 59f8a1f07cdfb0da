// Which program this is: the release, the commit and a hash of what was compiled, so that results of different programs
// can be distinguished.
#pragma once

#include <string>

namespace hearsay {

// The release and a hash over the sources that were compiled, in whatever folder: "0.1.0+1a2b3c4d". What the store
// distinguishes runs of different programs by.
std::string source_version();

// The same with the commit: "0.1.0+1a2b3c4d (commit 5e6f7a8b)"; without it outside of a clone.
std::string version();

}  // namespace hearsay
