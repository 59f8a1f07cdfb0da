#include "sim/core/transaction.hpp"

#include <array>
#include <charconv>

namespace hearsay {
namespace {

using Kind = TransactionStep::Kind;
constexpr std::array<std::string_view, 3> words{"read", "append", "write"};

// The next word of a text, taken off it; empty at its end.
std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

std::optional<std::int64_t> number(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<TransactionStep> parse_step(std::string_view text) {
  TransactionStep step;
  const std::string_view word = take_word(text);
  std::size_t kind = 0;
  while (kind < words.size() && words[kind] != word) ++kind;
  const auto key = number(take_word(text));
  if (kind == words.size() || !key) return std::nullopt;
  step.kind = static_cast<Kind>(kind);
  step.key = *key;
  if (step.kind == Kind::read) {
    const std::string_view equals = take_word(text);
    if (equals.empty()) return step;
    if (equals != "=") return std::nullopt;
  }
  step.values.emplace();
  for (std::string_view value = take_word(text); !value.empty(); value = take_word(text)) {
    const auto one = number(value);
    if (!one) return std::nullopt;
    step.values->push_back(*one);
  }
  if (step.kind != Kind::read && step.values->size() != 1) return std::nullopt;
  return step;
}

}  // namespace

std::string to_text(const TransactionSteps& transaction) {
  std::string text;
  for (const TransactionStep& step : transaction) {
    text += (text.empty() ? "" : "; ") + std::string(words[static_cast<std::size_t>(step.kind)]) + " " +
            std::to_string(step.key);
    if (step.values && step.kind == Kind::read) text += " =";
    for (const std::int64_t value : step.values.value_or(std::vector<std::int64_t>{}))
      text += " " + std::to_string(value);
  }
  return text;
}

std::optional<TransactionSteps> parse_transaction(std::string_view text) {
  TransactionSteps transaction;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    auto step = parse_step(text.substr(0, end));
    if (!step) return std::nullopt;
    transaction.push_back(std::move(*step));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (transaction.empty()) return std::nullopt;
  return transaction;
}

}  // namespace hearsay
