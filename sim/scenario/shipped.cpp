#include "sim/scenario/shipped.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

const fs::path& data_folder() {
  static const fs::path folder = [] {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path above = program.parent_path().parent_path();
    for (const fs::path& prefix : {above, above.parent_path()})  // of bin/hearsay, of lib/hearsay/hearsay-engine
      if (fs::is_directory(prefix / HEARSAY_DATA_INSTALLED / "scenarios", error))
        return prefix / HEARSAY_DATA_INSTALLED;
    return fs::path(HEARSAY_DATA_SOURCE);
  }();
  return folder;
}

std::vector<ShippedFile> files_below(const std::string& kind, const std::string& ending) {
  std::vector<ShippedFile> files;
  const fs::path root = data_folder() / kind;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ending)
      files.push_back({it->path().lexically_relative(root).replace_extension().string(), it->path().string()});
  std::sort(files.begin(), files.end(), [](const ShippedFile& a, const ShippedFile& b) { return a.name < b.name; });
  return files;
}

std::string without(const std::string& word, const std::string& prefix, const std::string& ending) {
  std::string name = word.starts_with(prefix) ? word.substr(prefix.size()) : word;
  if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
  return name;
}

std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// `what`: "scenario", "platform".
FoundFile find_shipped(const std::string& word, const std::string& name, const std::vector<ShippedFile>& files,
                       const std::string& what) {
  std::vector<const ShippedFile*> found;
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (file.name == name) return {file.path, ""};
    if (last_part(file.name) == name) found.push_back(&file);
    names.push_back(last_part(file.name));
    names.push_back(file.name);
  }
  if (found.size() == 1) return {found.front()->path, ""};
  if (found.size() > 1) {
    std::vector<std::string> choices;
    for (const auto* file : found) choices.push_back(file->name);
    return {word, "several shipped " + what + "s have this name; write one of: " + joined(choices)};
  }
  const auto near = closest(name, names);
  return {word, "there is no such file, and no " + what + " of this name ships with hearsay; " +
                    (near ? "did you mean " + backquoted(*near) + "?"
                          : "check the path, or see `hearsay list " + what + "s`")};
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) || error;  // what cannot be looked at is for the reader to refuse
}

}  // namespace

const std::vector<ShippedFile>& shipped_scenarios() {
  static const std::vector<ShippedFile> files = files_below("scenarios", ".yaml");
  return files;
}

const std::vector<ShippedFile>& shipped_platforms() {
  static const std::vector<ShippedFile> files = files_below("platforms", ".xml");
  return files;
}

std::string shipped_path(const std::string& relative) {
  const fs::path path = data_folder() / relative;
  return is_there(path) ? path.string() : "";
}

FoundFile find_scenario_file(const std::string& word) {
  if (word.empty()) return {word, "the file name is empty; name a scenario file"};
  if (word.find('\0') == std::string::npos && is_there(word)) return {word, ""};
  return find_shipped(word, without(word, "scenarios/", ".yaml"), shipped_scenarios(), "scenario");
}

FoundFile find_platform_file(const std::string& word, const std::string& folder) {
  const fs::path path = (fs::path(folder) / word).lexically_normal();
  if (is_there(path)) return {path.string(), ""};
  FoundFile found = find_shipped(word, without(word, "platforms/", ".xml"), shipped_platforms(), "platform");
  if (!found.wrong.empty()) found.path = path.string();
  return found;
}

}  // namespace hearsay
