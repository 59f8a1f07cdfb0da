#include "sim/scenario/words.hpp"

#include <algorithm>

namespace hearsay {
namespace {

// Restricted Damerau-Levenshtein ("optimal string alignment") distance. Texts are short: keys and names.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string backquoted(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out = "`";
  for (const char c : text.substr(0, longest)) {
    const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    out += printable ? c : '?';
  }
  if (text.size() > longest) {
    // Do not cut a UTF-8 sequence in two.
    while (out.size() > 1 && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
    if (static_cast<unsigned char>(out.back()) >= 0xc0) out.pop_back();
    out += "...";
  }
  return out + "`";
}

std::string joined(std::span<const std::string> words) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

std::optional<std::string> closest(std::string_view text, std::span<const std::string> candidates) {
  constexpr std::size_t longest = 64;
  if (text.empty() || text.size() > longest) return std::nullopt;
  std::size_t best = std::min<std::size_t>(3, std::max<std::size_t>(1, text.size() / 3)) + 1;
  std::optional<std::string> found;
  for (const auto& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t distance = edit_distance(text, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string hint(std::string_view text, std::span<const std::string> candidates, std::string_view what) {
  if (const auto near = closest(text, candidates)) return "; did you mean " + backquoted(*near) + "?";
  if (candidates.empty()) return "; there are no " + std::string(what);
  return "; the " + std::string(what) + " are: " + joined(candidates);
}

}  // namespace hearsay
