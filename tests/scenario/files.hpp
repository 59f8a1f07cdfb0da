// Scenario files written for one test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/scenario/reader.hpp"

namespace hearsay {

// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hearsay-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }

  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

// The mistakes that reading a file finds; none if it is right.
inline std::vector<Mistake> mistakes_of(const std::string& file, const Overrides& overrides = {}) {
  try {
    read_scenario(file, overrides);
  } catch (const ScenarioError& error) {
    return error.mistakes;
  }
  return {};
}

inline std::vector<Mistake> mistakes_in(const std::string& text, const Overrides& overrides = {}) {
  const Folder folder;
  return mistakes_of(folder.write("scenario.yaml", text), overrides);
}

inline std::vector<std::shared_ptr<const Scenario>> read_text(const std::string& text,
                                                              const Overrides& overrides = {}) {
  const Folder folder;
  return read_scenario(folder.write("scenario.yaml", text), overrides);
}

}  // namespace hearsay
