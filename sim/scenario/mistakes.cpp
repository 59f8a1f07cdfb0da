#include "sim/scenario/mistakes.hpp"

#include <algorithm>
#include <filesystem>

namespace hearsay {
namespace {

std::string text_of(const std::vector<Mistake>& mistakes) {
  std::string text;
  for (const auto& mistake : mistakes) {
    if (!text.empty()) text += '\n';
    text += mistake.text();
  }
  return text;
}

}  // namespace

std::string Mistake::text() const {
  std::string where = file;
  if (line > 0) where += ":" + std::to_string(line) + ":" + std::to_string(column);
  return where.empty() ? message : where + ": " + message;
}

ScenarioError::ScenarioError(std::vector<Mistake> found)
    : std::runtime_error(text_of(found)), mistakes(std::move(found)) {}

Mistakes::Mistakes(std::string file, std::string folder)
    : file_(std::move(file)),
      folder_(folder.empty() ? std::filesystem::path(file_).parent_path().string() : std::move(folder)) {}

void Mistakes::add(const Location& place, const std::string& message) {
  Mistake mistake;
  if (place.option) {
    mistake.message = *place.option + ": " + message;
  } else {
    mistake.file = file_;
    mistake.line = place.line;
    mistake.column = place.column;
    mistake.message = message;
  }
  if (!seen_.emplace(mistake.line, mistake.column, mistake.message).second) return;
  found_.push_back(std::move(mistake));
  if (found_.size() == most_mistakes) raise_if_any();
}

void Mistakes::raise_if_any() const {
  if (found_.empty()) return;
  std::vector<Mistake> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (sorted.size() == most_mistakes)
    sorted.push_back(
        {file_, 0, 0,
         "the reader stops after " + std::to_string(most_mistakes) + " mistakes; fix these and read again"});
  throw ScenarioError(std::move(sorted));
}

}  // namespace hearsay
