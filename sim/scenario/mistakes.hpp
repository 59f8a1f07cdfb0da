// Where something in a scenario was written, and the mistakes found in one file.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sim/scenario/reader.hpp"

namespace hearsay {

// A position in the scenario file (from 1), or the option of the command line that said it.
struct Location {
  int line = 0, column = 0;
  std::shared_ptr<const std::string> option;  // `--set nodes=x`; null in a file

  SourcePlace place() const { return {line, column}; }
};

inline constexpr std::size_t most_mistakes = 100;  // of one file

class Mistakes {
 public:
  // `folder`: what paths are relative to, that of the file unless given.
  explicit Mistakes(std::string file, std::string folder = {});

  // Ignores a mistake that is already there: every combination of the matrix finds the same ones. Throws ScenarioError
  // when there are most_mistakes: nobody reads more, and a hostile file can have a million.
  void add(const Location& place, const std::string& message);
  bool empty() const { return found_.empty(); }
  std::size_t count() const { return found_.size(); }
  const std::string& file() const { return file_; }
  const std::string& folder() const { return folder_; }

  // Throws ScenarioError with all of them, in order of place, if there are any.
  void raise_if_any() const;

 private:
  std::string file_, folder_;
  std::vector<Mistake> found_;
  std::set<std::tuple<int, int, std::string>> seen_;
};

}  // namespace hearsay
