// Reads the bytes of a scenario file and refuses what no scenario is, before YAML sees it.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "sim/scenario/document.hpp"

namespace hearsay {
namespace {

// The length of the well-formed UTF-8 sequence at `i` (Unicode 15, table 3-7), 0 if there is none.
std::size_t utf8_length(const std::string& text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const auto tail = [&](std::size_t k) { return (byte(k) & 0xc0u) == 0x80u; };
  const unsigned first = byte(i);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(i + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!tail(i + 1) || !tail(i + 2)) return 0;
    if (first == 0xe0 && byte(i + 1) < 0xa0) return 0;  // overlong
    if (first == 0xed && byte(i + 1) > 0x9f) return 0;  // surrogate
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return 0;
    if (first == 0xf0 && byte(i + 1) < 0x90) return 0;  // overlong
    if (first == 0xf4 && byte(i + 1) > 0x8f) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f;
}

// Adds a mistake at the first byte that is not text.
bool check_text(const std::string& text, Mistakes& mistakes) {
  Location place{1, 1, nullptr};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) {
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
      place.column += static_cast<int>(length);
    i += length;
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
