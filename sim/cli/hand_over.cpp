#include "sim/cli/hand_over.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "sim/cli/program.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

// As execv() wants them.
char** given = nullptr;

}  // namespace

void remember_arguments(char** arguments) { given = arguments; }

void hand_over(const std::string& name) {
  const fs::path folder = own_program().parent_path();
  for (const fs::path& place : {folder / name, folder / "../lib/hearsay" / name}) {  // built, installed
    if (!fs::exists(place)) continue;
    execv(place.c_str(), given);
    std::cerr << "hearsay: cannot start " << place.string() << ": " << std::strerror(errno) << "\n";
    std::exit(static_cast<int>(Exit::internal));
  }
  std::cerr << "hearsay: " << name << " is neither in " << folder.string() << " nor in ../lib/hearsay from there; "
            << "build or install it again\n";
  std::exit(static_cast<int>(Exit::internal));
}

}  // namespace hearsay
