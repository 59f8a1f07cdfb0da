// Which program this is: the release and the linker's build id, so that results of different programs can be
// distinguished.
#pragma once

#include <string>

namespace hearsay {

std::string version();  // "0.1.0+1a2b3c4d"

}  // namespace hearsay
