#include "sim/core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>

namespace hearsay {
namespace {

template <class Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    visit(point, text.substr(0, point.length));
    text.remove_prefix(point.length);
  }
}

struct Range {
  char32_t first, last;
};

bool in(char32_t value, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [value](const Range& r) { return value >= r.first && value <= r.last; });
}

// Unicode 15, EastAsianWidth W and F, in coarse blocks.
constexpr std::array<Range, 15> wide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0x4DBF},
                                      {0x4E00, 0xA4CF},
                                      {0xA960, 0xA97F},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF01, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1F64F},
                                      {0x1F680, 0x1F6FF},
                                      {0x1F900, 0x1F9FF},
                                      {0x1FA70, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};

constexpr std::array<Range, 8> combining{{{0x0300, 0x036F},
                                          {0x0483, 0x0489},
                                          {0x0591, 0x05BD},
                                          {0x1AB0, 0x1AFF},
                                          {0x1DC0, 0x1DFF},
                                          {0x200C, 0x200D},
                                          {0x20D0, 0x20FF},
                                          {0xFE00, 0xFE0F}}};

// Controls, and what hides or reorders its neighbours on a terminal.
constexpr std::array<Range, 9> unprintable{{{0x0000, 0x001F},
                                            {0x007F, 0x009F},
                                            {0x00AD, 0x00AD},
                                            {0x061C, 0x061C},
                                            {0x200B, 0x200B},
                                            {0x200E, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0xFEFF, 0xFEFF}}};

std::string hexadecimal(const char* format, std::uint32_t value) {
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, value);
  return buffer.data();
}

std::string escaped(char32_t value) {
  switch (value) {
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
    default: break;
  }
  return value < 0x100 ? hexadecimal("\\x%02x", value) : hexadecimal("\\u{%x}", value);
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {lead, 1, false};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {lead, 1, false};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) return {lead, 1, false};
  return {value, length, true};
}

std::string printable(std::string_view text) {
  std::string result;
  for_each_code_point(text, [&result](const CodePoint& point, std::string_view bytes) {
    if (!point.valid || in(point.value, unprintable))
      result += escaped(point.value);
    else
      result += bytes;
  });
  return result;
}

std::string printable_lines(std::string_view text) {
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    result += printable(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for_each_code_point(text, [&width](const CodePoint& point, std::string_view) {
    if (point.valid && in(point.value, combining)) return;
    width += point.valid && in(point.value, wide) ? 2 : 1;
  });
  return width;
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for_each_code_point(text, [&result](const CodePoint& point, std::string_view bytes) {
    result += point.valid ? bytes : std::string_view("\xEF\xBF\xBD");
  });
  return result;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for_each_code_point(text, [&out](const CodePoint& point, std::string_view bytes) {
    if (!point.valid)
      out += "\xEF\xBF\xBD";
    else if (point.value == '"' || point.value == '\\')
      (out += '\\') += bytes;
    else if (point.value == '\n')
      out += "\\n";
    else if (point.value < 0x20)
      out += hexadecimal("\\u%04x", point.value);
    else
      out += bytes;
  });
  out += '"';
}

}  // namespace hearsay
