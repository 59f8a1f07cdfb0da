// The programs beside this one (front.hpp).
#pragma once

#include <string>

namespace hearsay {

// What main() got, for hand_over(). Called once, first of all.
void remember_arguments(char** arguments);

// Replaces the process by the program of this name, with the arguments that main() got. It lies beside `hearsay` in a
// build and in lib/hearsay when installed; ends the process with 255 if it does not.
[[noreturn]] void hand_over(const std::string& name);

}  // namespace hearsay
