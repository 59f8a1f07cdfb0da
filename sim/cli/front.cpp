// The front's half of front.hpp. Instead of sim/runtime it links these functions, which hand the whole command over.
#include "sim/cli/front.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "sim/cli/program.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

// As execv() wants them.
char** given = nullptr;

constexpr std::array<std::string_view, 13> commands_without_engine{
    "--version", "help", "list",         "describe", "schema",      "compare", "validate",
    "new",       "plot", "new-protocol", "bench",    "transcripts", "merge"};

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

[[noreturn]] void hand_over() {
  const fs::path folder = own_program().parent_path();
  for (const char* place : {"hearsay-engine", "../lib/hearsay/hearsay-engine"}) {  // built, installed
    if (!fs::exists(folder / place)) continue;
    execv((folder / place).c_str(), given);
    std::cerr << "hearsay: cannot start " << (folder / place).string() << ": " << std::strerror(errno) << "\n";
    std::exit(static_cast<int>(Exit::internal));
  }
  std::cerr << "hearsay: hearsay-engine is neither in " << folder.string() << " nor in ../lib/hearsay from there; "
            << "build or install it again\n";
  std::exit(static_cast<int>(Exit::internal));
}

}  // namespace

void hand_over_if_needed(int argc, char** argv) {
  given = argv;
  if (needs_engine(argc, argv)) hand_over();
}

RunResult named_result(const Case& /*which*/, const ProtocolInfo& /*protocol*/) { hand_over(); }
bool can_run_here(const Case& /*which*/, const RunOptions& /*options*/) { hand_over(); }
RunResult run_case(const Case& /*which*/, const RunOptions& /*options*/) { hand_over(); }
RunResult run_case(const Case& /*which*/, const ProtocolInfo& /*protocol*/, const RunOptions& /*options*/) {
  hand_over();
}
void check_platform(const Scenario& /*scenario*/) { hand_over(); }
void check_simgrid_arguments(const std::vector<std::string>& /*arguments*/) { hand_over(); }

}  // namespace hearsay
