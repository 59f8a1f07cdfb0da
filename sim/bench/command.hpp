// The command `bench`.
#pragma once

#include "sim/cli/command.hpp"

namespace hearsay {

Exit bench_command(const Arguments& arguments);

}  // namespace hearsay
