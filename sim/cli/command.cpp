#include "sim/cli/command.hpp"

#include <algorithm>
#include <iostream>

#include "sim/scenario/words.hpp"

namespace hearsay {

Exit worse(Exit a, Exit b) { return std::max(a, b); }

bool only_help(const Arguments& arguments, const std::string& usage, const std::string& text) {
  const std::string command = usage.substr(0, usage.find(' '));
  for (const auto& word : arguments.words) {
    if (word != "--help" && word != "-h") continue;
    std::cout << "usage: " << arguments.launcher << " " << usage << "\n\n" << text;
    return true;
  }
  for (const auto& word : arguments.words)
    if (word.size() > 1 && word.front() == '-')
      throw UsageError("`" + command + "` has no option " + backquoted(word) + "; `" + command +
                       " --help` shows its use");
  if (!arguments.simgrid.empty())
    throw UsageError("`" + command + "` takes no option of SimGrid's; leave " + backquoted(arguments.simgrid.front()) +
                     " out");
  return false;
}

}  // namespace hearsay
