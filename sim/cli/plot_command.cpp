// `plot`: hands over to the Python package in notebooks/hearsay.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "sim/cli/command.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

// Debian's, which has its packages; another Python in PATH may lack them.
constexpr const char* python = "/usr/bin/python3";

fs::path own_program() { return fs::read_symlink("/proc/self/exe"); }

// Beside an installed program, else in the sources that this one was built from.
fs::path python_package() {
  const fs::path installed = own_program().parent_path().parent_path() / HEARSAY_PYTHON_INSTALLED;
  if (fs::exists(installed)) return installed;
  if (fs::exists(HEARSAY_PYTHON_SOURCE)) return HEARSAY_PYTHON_SOURCE;
  throw std::runtime_error("the Python package is neither in " + installed.string() + " nor in " HEARSAY_PYTHON_SOURCE);
}

}  // namespace

Exit plot_command(const Arguments& arguments) {
  if (!arguments.simgrid.empty()) throw UsageError("`plot` takes no option of SimGrid's");
  std::vector<std::string> words{python, python_package().string(), "plot"};
  words.insert(words.end(), arguments.words.begin(), arguments.words.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  setenv("HEARSAY_PROGRAM", own_program().c_str(), 1);
  setenv("HEARSAY_LAUNCHER", arguments.launcher.c_str(), 1);
  execv(python, pointers.data());
  throw std::runtime_error("cannot start " + std::string(python) + ": " + std::strerror(errno));
}

}  // namespace hearsay
