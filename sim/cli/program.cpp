#include "sim/cli/program.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <sstream>

#include "sim/core/text.hpp"
#include "sim/plugins/plugins.hpp"
#include "sim/scenario/reader.hpp"

namespace hearsay {
namespace {

Arguments split(int argc, char** argv) {
  Arguments arguments;
  const char* launcher = std::getenv("HEARSAY_LAUNCHER");
  arguments.launcher = launcher != nullptr ? launcher : argv[0];
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--cfg=", 0) == 0 || word.rfind("--log=", 0) == 0)
      arguments.simgrid.push_back(word);
    else if (word.rfind("--plugin=", 0) == 0)
      arguments.plugins.push_back(word.substr(9));
    else if (word == "--plugin" && i + 1 < argc)
      arguments.plugins.emplace_back(argv[++i]);
    else if (word == "--plugin")
      throw UsageError("--plugin needs the file of a plugin, such as --plugin ./libmine.so");
    else
      arguments.words.push_back(word);
  }
  return arguments;
}

std::string load(const std::string& file, const std::string& where) {
  try {
    return load_plugin(file, PluginScope::everywhere);
  } catch (const PluginError& error) {
    throw UsageError(where + ": " + error.what());
  }
}

// Those of --plugin and of HEARSAY_PLUGINS, which names more by ':'. Programs that a command starts get them all by
// HEARSAY_PLUGINS.
void load_plugins(const Arguments& arguments) {
  for (const std::string& word : arguments.words)
    if (word == "--help" || word == "-h" || word == "--version") return;
  std::string all;
  const auto add = [&all](const std::string& file) { all += (all.empty() ? "" : ":") + file; };
  for (const std::string& file : arguments.plugins) add(load(file, "--plugin " + file));
  const char* inherited = std::getenv("HEARSAY_PLUGINS");
  std::istringstream files(inherited != nullptr ? inherited : "");
  for (std::string file; std::getline(files, file, ':');)
    if (!file.empty()) add(load(file, "HEARSAY_PLUGINS: " + file));
  if (!all.empty()) setenv("HEARSAY_PLUGINS", all.c_str(), 1);
}

// What was printed must have arrived: a full disk is no success.
void check_output() {
  errno = 0;
  std::cout.flush();
  if (std::cout) return;
  throw std::runtime_error(std::string("cannot write to stdout") +
                           (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
}

int status_of(int argc, char** argv, Exit (*dispatch)(const Arguments&)) {
  try {
    const Arguments arguments = split(argc, argv);
    load_plugins(arguments);
    const Exit exit = dispatch(arguments);
    check_output();
    return static_cast<int>(exit);
  } catch (const ScenarioError& error) {
    for (const auto& mistake : error.mistakes) std::cerr << printable(mistake.text()) << "\n";
    return static_cast<int>(Exit::usage);
  } catch (const UsageError& error) {
    std::cerr << "hearsay: " << printable_lines(error.what()) << "\n";
    return static_cast<int>(Exit::usage);
  } catch (const std::exception& error) {
    std::cerr << "hearsay: " << printable_lines(error.what()) << "\n";
    return static_cast<int>(Exit::internal);
  }
}

}  // namespace

void run_program(int argc, char** argv, Exit (*dispatch)(const Arguments&)) {
  const int status = status_of(argc, argv, dispatch);
#ifdef __SANITIZE_ADDRESS__
  std::exit(status);  // which looks for leaks
#else
  // Without the destructors of what is global, which in SimGrid's libraries take a tenth of a short command's time.
  std::cout.flush();
  std::fflush(nullptr);
  _exit(status);
#endif
}

std::filesystem::path own_program() {
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  if (program.filename() != "hearsay-engine" && program.filename() != "hearsay-search") return program;
  const std::filesystem::path built = program.parent_path() / "hearsay";
  return std::filesystem::exists(built) ? built : program.parent_path().parent_path().parent_path() / "bin/hearsay";
}

void become(const std::filesystem::path& program, const std::vector<std::string>& words) {
  std::vector<std::string> all{program.string()};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  pointers.reserve(all.size() + 1);
  for (std::string& word : all) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(all.front().c_str(), pointers.data());
  throw std::runtime_error("cannot start " + all.front() + ": " + std::strerror(errno));
}

}  // namespace hearsay
