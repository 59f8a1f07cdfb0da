// Words in messages: quoting what the user wrote, lists, and "did you mean".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

// `text` between backquotes, control characters as '?', cut off after 40 characters.
std::string backquoted(std::string_view text);

// "a, b, c".
std::string joined(std::span<const std::string> words);

// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours from `text`, if these are
// at most a third of its length (at least one, at most three); the first of several.
std::optional<std::string> closest(std::string_view text, std::span<const std::string> candidates);

// "; did you mean `x`?" or, if none is near, "; the WHAT are: a, b, c" (`what` in the plural).
std::string hint(std::string_view text, std::span<const std::string> candidates, std::string_view what);

// `names` of a list of declarations: those of its members.
template <class Declarations>
std::vector<std::string> names_of(const Declarations& declarations) {
  std::vector<std::string> names;
  for (const auto& declaration : declarations) names.push_back(declaration.name);
  return names;
}

}  // namespace hearsay
