// `bench`: hands over to hearsay-bench, a program of its own that a first result need not wait for.
#include <cstdlib>
#include <filesystem>

#include "sim/cli/command.hpp"
#include "sim/cli/program.hpp"

namespace hearsay {

Exit bench_command(const Arguments& arguments) {
  const std::filesystem::path folder = own_program().parent_path();
  std::vector<std::string> words = arguments.simgrid;
  words.insert(words.end(), arguments.words.begin(), arguments.words.end());
  for (const char* place : {"../bench/hearsay-bench", "../lib/hearsay/hearsay-bench"}) {  // built, installed
    if (!std::filesystem::exists(folder / place)) continue;
    setenv("HEARSAY_LAUNCHER", arguments.launcher.c_str(), 1);
    become(folder / place, words);
  }
  throw UsageError("hearsay-bench is not built; `./hearsay bench` at the root of the repository builds it");
}

}  // namespace hearsay
