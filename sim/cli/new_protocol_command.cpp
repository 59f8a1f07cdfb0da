// `new-protocol`: a folder with a small working protocol, its build, a transcript and a scenario.
#include <filesystem>
#include <iostream>

#include "protocols/registry.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/new_file.hpp"
#include "sim/cli/new_protocol_files.hpp"
#include "sim/cli/options.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/shipped.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

void check_protocol_name(const std::string& name) {
  const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (name.empty() || name.size() > 60 || !plain || name.front() < 'a' || name.front() > 'z')
    throw UsageError(backquoted(name) +
                     " is no name for a protocol; use up to 60 lower-case letters, digits and '-', a letter first");
  if (find_protocol(name) != nullptr)
    throw UsageError("there is a protocol " + backquoted(name) + " already; choose another name");
}

// Where HearsayConfig.cmake lies: beside the data of an installed program, or in the sources.
fs::path package_folder() {
  const fs::path of_sources = shipped_path("cmake/packaging/HearsayConfig.cmake");
  if (!of_sources.empty()) return of_sources.parent_path();
  const fs::path installed = shipped_path("../cmake/Hearsay/HearsayConfig.cmake");
  return installed.parent_path().lexically_normal();
}

// A user's file name into a JSON or CMake text.
std::string quoted_inside(const std::string& text) {
  const std::string json = json_string(text);
  return json.substr(1, json.size() - 2);
}

// Found by PATH, or a path that is typed from another folder.
std::string program_anywhere(const std::string& launcher) {
  return launcher.find('/') == std::string::npos ? launcher : fs::absolute(launcher).lexically_normal().string();
}

void write_folder(const std::string& name, const fs::path& folder, const std::string& launcher) {
  const auto fill = [&](std::string text) {
    text = replaced(std::move(text), "@NAME@", name);
    text = replaced(std::move(text), "@FUNCTION@", replaced(name, "-", "_") + "_info");
    text = replaced(std::move(text), "@PACKAGE@", quoted_inside(package_folder().string()));
    text = replaced(std::move(text), "@SCHEMA@", schema_comment());
    return replaced(std::move(text), "@HEARSAY@", launcher);
  };
  for (const ProtocolFile& file : new_protocol_files()) {
    const fs::path path = folder / fill(file.name);
    fs::create_directories(path.parent_path());
    write_new(path.string(), fill(file.text));
  }
}

}  // namespace

Exit new_protocol_command(const Arguments& arguments) {
  const auto words = read_plain_words(
      "new-protocol", arguments,
      "new-protocol NAME [DIR]\n\n"
      "Writes the folder DIR (default: NAME) with a small working protocol in C++, its CMake project, a\n"
      "transcript, and a scenario. `cmake --workflow --preset first-run` in that folder builds it, tests it and\n"
      "runs the scenario; it needs g++, cmake and ninja.\n");
  if (!words) return Exit::ok;
  if (words->empty() || words->size() > 2)
    throw UsageError(
        "`new-protocol` takes a name and, if it is to differ, a folder: `new-protocol mine experiments/mine`");
  check_protocol_name(words->front());
  const fs::path folder = words->back();
  std::error_code error;
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error)))
    throw UsageError(backquoted(folder.string()) + " exists; choose another folder");
  if (package_folder().empty())
    throw UsageError(
        "the files for protocols of one's own are not installed; install the package hearsay-dev, or use a clone");
  if (!fs::create_directories(folder, error) && error)
    throw UsageError("cannot make the folder " + backquoted(folder.string()) + ": " + error.message() +
                     "; choose another one");
  write_folder(words->front(), folder, program_anywhere(arguments.launcher));
  std::cout << "wrote " << folder.string() << "; build, test and run it: cd " << folder.string()
            << " && cmake --workflow --preset first-run\n";
  return Exit::ok;
}

}  // namespace hearsay
