// Reads the bytes of a scenario file and refuses what no scenario is, before YAML sees it.
#include <iostream>
#include <iterator>

#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/document.hpp"

namespace hearsay {
namespace {

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f;
}

// Adds a mistake at the first byte that is not text.
bool check_text(const std::string& text, Mistakes& mistakes) {
  Location place{1, 1, nullptr};
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = first_code_point(std::string_view(text).substr(i));
    if (!point.valid) {
      mistakes.add(place, "the file is not UTF-8 text; save the scenario as UTF-8");
      return false;
    }
    if (is_control(text[i])) {
      mistakes.add(place, "the file holds a control character and is not text; a scenario is a YAML file");
      return false;
    }
    if (text[i] == '\n')
      place = {place.line + 1, 1, nullptr};
    else
      place.column += static_cast<int>(point.length);
    i += point.length;
  }
  return true;
}

}  // namespace

std::optional<std::string> load_stdin(Mistakes& mistakes) {
  static const std::string text = [] {
    std::string all;
    for (std::istreambuf_iterator<char> it(std::cin), end; it != end && all.size() <= most_file_bytes; ++it) all += *it;
    return all;
  }();
  if (text.size() > most_file_bytes) {
    mistakes.add({}, "the scenario is larger than 4 MB; a scenario is a few kilobytes of YAML");
    return std::nullopt;
  }
  if (!check_text(text, mistakes)) return std::nullopt;
  return text;
}

std::optional<std::string> load_text(const std::string& file, Mistakes& mistakes) {
  std::string text;
  try {
    text = read_file(file, most_file_bytes);
  } catch (const FileError& error) {
    mistakes.add({}, error.what());
    return std::nullopt;
  }
  if (!check_text(text, mistakes)) return std::nullopt;
  return text;
}

}  // namespace hearsay
