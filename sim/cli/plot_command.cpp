// `plot`: hands over to the Python package in notebooks/hearsay.
#include <cstdlib>
#include <filesystem>

#include "sim/cli/command.hpp"
#include "sim/cli/program.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

// Debian's, which has its packages; another Python in PATH may lack them.
constexpr const char* python = "/usr/bin/python3";

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
  std::vector<std::string> words{python_package().string(), "plot"};
  words.insert(words.end(), arguments.words.begin(), arguments.words.end());
  setenv("HEARSAY_PROGRAM", own_program().c_str(), 1);
  setenv("HEARSAY_LAUNCHER", arguments.launcher.c_str(), 1);
  become(python, words);
}

}  // namespace hearsay
