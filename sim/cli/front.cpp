// The front's half of front.hpp. Instead of sim/runtime it links these functions, which hand the whole command over.
#include "sim/cli/front.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "sim/cli/hand_over.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 17> commands_without_engine{
    "--version",    "help",  "list",        "describe", "schema", "compare", "validate", "new", "plot",
    "new-protocol", "bench", "transcripts", "merge",    "hunt",   "map",     "sweep",    "tune"};

// Of the words behind `validate`: reading it twice, here and in the engine, would not give the same text twice.
bool is_read_once(std::string_view word) {
  std::error_code error;
  return word == "-" || (fs::exists(word, error) && !fs::is_regular_file(word, error));
}

bool needs_engine(int argc, char** argv) {
  std::string_view command;
  bool reads_once = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help" || word == "-h") return false;
    if (word == "--plugin")
      ++i;  // its file
    else if (command.empty() && !word.starts_with("--plugin=") && !word.starts_with("--cfg=") &&
             !word.starts_with("--log="))
      command = word;
    else
      reads_once = reads_once || is_read_once(word);
  }
  if (command.empty()) return false;  // the help
  if (std::find(commands_without_engine.begin(), commands_without_engine.end(), command) ==
      commands_without_engine.end())
    return true;
  return command == "validate" && reads_once;
}

[[noreturn]] void hand_over_to_engine() { hand_over("hearsay-engine"); }

}  // namespace

void hand_over_if_needed(int argc, char** argv) {
  remember_arguments(argv);
  if (needs_engine(argc, argv)) hand_over_to_engine();
}

RunResult named_result(const Case& /*which*/, const ProtocolInfo& /*protocol*/) { hand_over_to_engine(); }
bool can_run_here(const Case& /*which*/, const RunOptions& /*options*/) { hand_over_to_engine(); }
RunResult run_case(const Case& /*which*/, const RunOptions& /*options*/) { hand_over_to_engine(); }
RunResult run_case(const Case& /*which*/, const ProtocolInfo& /*protocol*/, const RunOptions& /*options*/) {
  hand_over_to_engine();
}
void check_platform(const Scenario& /*scenario*/) { hand_over_to_engine(); }
void check_simgrid_arguments(const std::vector<std::string>& /*arguments*/) { hand_over_to_engine(); }

}  // namespace hearsay
