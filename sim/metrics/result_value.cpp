#include "sim/metrics/result_value.hpp"

#include <cctype>
#include <charconv>
#include <cmath>

namespace hearsay {
namespace {

const ResultValue* child(const ResultValue& value, std::string_view key) {
  if (const auto* map = std::get_if<ResultValue::Map>(&value.data)) {
    for (const auto& [name, part] : *map)
      if (name == key) return &part;
    return nullptr;
  }
  const auto* list = std::get_if<ResultValue::List>(&value.data);
  const auto index = list != nullptr ? list_index(key, list->size()) : std::nullopt;
  return index ? &(*list)[*index] : nullptr;
}

bool digits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) ++at;
  return at > begin;
}

// JSON's grammar of numbers (RFC 8259, section 6).
bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const bool leading_zero = at + 1 < text.size() && text[at] == '0' && std::isdigit(text[at + 1]) != 0;
  if (leading_zero || !digits(text, at)) return false;
  if (at < text.size() && text[at] == '.' && !digits(text, ++at)) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits(text, at)) return false;
  }
  return at == text.size();
}

template <class Number>
std::optional<ResultValue> whole_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional<ResultValue>(number) : std::nullopt;
}

}  // namespace

std::optional<FieldValue> scalar_of(const ResultValue& value) {
  if (const auto* flag = std::get_if<bool>(&value.data)) return *flag;
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* count = std::get_if<std::uint64_t>(&value.data)) return static_cast<double>(*count);
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return static_cast<double>(*number);
  const auto* number = std::get_if<double>(&value.data);
  return number != nullptr && std::isfinite(*number) ? std::optional<FieldValue>(*number) : std::nullopt;
}

const ResultValue* part_at(const ResultValue& value, std::string_view path) { return part_at(value, path, child); }

std::optional<std::size_t> list_index(std::string_view key, std::size_t size) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool whole = !key.empty() && error == std::errc() && end == key.data() + key.size();
  return whole && index < size ? std::optional(index) : std::nullopt;
}

ResultValue typed_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (!is_json_number(text)) return text;
  if (text.find_first_of(".eE") == std::string::npos) {
    const auto whole = text.starts_with('-') ? whole_number<std::int64_t>(text) : whole_number<std::uint64_t>(text);
    return whole.value_or(text);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && std::isfinite(number) ? ResultValue(number) : ResultValue(text);
}

}  // namespace hearsay
