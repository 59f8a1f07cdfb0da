// Reads the bytes of a scenario file and refuses what no scenario is, before YAML sees it.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

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
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  const auto refuse = [&](const std::string& message) {
    mistakes.add({}, message);
    return std::nullopt;
  };
  if (status.type() == fs::file_type::not_found) return refuse("there is no such file; check the path");
  if (status.type() == fs::file_type::directory) return refuse("this is a directory; name a scenario file in it");
  if (status.type() != fs::file_type::regular) return refuse("this is not a regular file; name a scenario file");

  std::ifstream in(file, std::ios::binary);
  if (!in) return refuse(std::string("cannot be read: ") + std::strerror(errno) + "; check its permissions");
  std::string text(most_file_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return refuse("reading failed; check the disk and the permissions");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most_file_bytes)
    return refuse("the file is larger than 4 MB; a scenario is a few kilobytes of YAML");
  if (!check_text(text, mistakes)) return std::nullopt;
  return text;
}

}  // namespace hearsay
