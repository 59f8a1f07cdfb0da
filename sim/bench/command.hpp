// What hearsay-bench does.
#pragma once

#include "sim/cli/command.hpp"

namespace hearsay {

// Reads the options of `bench`, measures the cases and prints them.
Exit measure_command(const Arguments& arguments);

}  // namespace hearsay
