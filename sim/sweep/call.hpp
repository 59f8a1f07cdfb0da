// Other programs, such as Slurm's, that answer within a time limit or not at all.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace hearsay::sweep {

struct CallResult {
  bool answered = false;  // it ran, and ended before the limit; otherwise it was killed or is not installed
  int status = -1;        // its exit status; 128 + its number if a signal ended it
  std::string out, err;
};

// Runs a program that PATH has, in a process group of its own, so that Ctrl-C at the terminal does not end it.
CallResult call(const std::vector<std::string>& words, std::chrono::milliseconds limit);

}  // namespace hearsay::sweep
