// What the programs hearsay and hearsay-bench share: their arguments, errors and exit statuses.
#pragma once

#include <filesystem>

#include "sim/cli/command.hpp"

namespace hearsay {

// The body of main(), which ends the process. The one place where errors become messages and exit statuses; output that
// does not arrive, as on a full disk, is an error.
[[noreturn]] void run_program(int argc, char** argv, Exit (*dispatch)(const Arguments&));

// The file of the running program; of hearsay-engine and hearsay-search (front.hpp), that of the `hearsay` that hands
// over to them.
std::filesystem::path own_program();

// Replaces this process by a program with these words as its arguments. Returns only by an exception.
[[noreturn]] void become(const std::filesystem::path& program, const std::vector<std::string>& words);

}  // namespace hearsay
