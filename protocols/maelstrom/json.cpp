#include "protocols/maelstrom/json.hpp"

#include <charconv>
#include <utility>

namespace hearsay::maelstrom {
namespace {

constexpr int deepest = 100;

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : rest_(text) {}

  std::optional<Json> whole() {
    auto value = any(0);
    skip_space();
    if (!value || !rest_.empty()) return std::nullopt;
    return value;
  }

 private:
  void skip_space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos)
      rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<Json> any(int depth) {
    skip_space();
    if (rest_.empty() || depth > deepest) return std::nullopt;
    switch (rest_[0]) {
      case '{': return map(depth);
      case '[': return list(depth);
      case '"':
        if (auto text = string()) return Json{std::move(*text)};
        return std::nullopt;
      default: return scalar();
    }
  }

  std::optional<Json> map(int depth) {
    take('{');
    JsonMap entries;
    if (take('}')) return Json{std::move(entries)};
    do {
      skip_space();
      auto key = string();
      if (!key || !take(':')) return std::nullopt;
      auto value = any(depth + 1);
      if (!value) return std::nullopt;
      entries.insert_or_assign(std::move(*key), std::move(*value));
    } while (take(','));
    if (!take('}')) return std::nullopt;
    return Json{std::move(entries)};
  }

  std::optional<Json> list(int depth) {
    take('[');
    JsonList items;
    if (take(']')) return Json{std::move(items)};
    do {
      auto value = any(depth + 1);
      if (!value) return std::nullopt;
      items.push_back(std::move(*value));
    } while (take(','));
    if (!take(']')) return std::nullopt;
    return Json{std::move(items)};
  }

  // \u escapes stay as they are written: the simulator compares names, it shows none.
  std::optional<std::string> string() {
    if (rest_.empty() || rest_[0] != '"') return std::nullopt;
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"') {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c != '\\') {
        text += c;
      } else if (++i < rest_.size()) {
        static constexpr std::string_view written = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
        const auto which = written.find(rest_[i]);
        if (which == std::string_view::npos && rest_[i] != 'u') return std::nullopt;
        text += which == std::string_view::npos ? std::string("\\u") : std::string(1, meant[which]);
      }
    }
    return std::nullopt;
  }

  std::optional<Json> scalar() {
    const auto end = rest_.find_first_not_of("+-.0123456789eEabcdfghijklmnopqrstuvwxyz");
    const std::string_view word = rest_.substr(0, end);
    std::int64_t integer = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), integer);
    const bool whole = error == std::errc{} && stop == word.data() + word.size();
    double number = 0;
    const auto [end_of_number, no_number] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_number =
        no_number == std::errc{} && end_of_number == word.data() + word.size() && word[0] != 'i' && word[0] != 'n';
    if (!is_number && word != "null" && word != "true" && word != "false") return std::nullopt;
    rest_.remove_prefix(word.size());
    if (whole) return Json{integer};
    return Json{Json::Other{std::string(word)}};
  }

  std::string_view rest_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  const auto* map = std::get_if<JsonMap>(&value);
  if (map == nullptr) return nullptr;
  const auto it = map->find(key);
  return it == map->end() ? nullptr : &it->second;
}

std::optional<std::int64_t> Json::integer() const {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

std::optional<std::string> Json::text() const {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? std::optional(*text) : std::nullopt;
}

std::optional<Json> parse_json(std::string_view text) { return JsonParser(text).whole(); }

std::string quoted_json(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (byte < 0x20)
      quoted += std::string("\\u00") + digits[byte >> 4U] + digits[byte & 15U];
    else
      quoted += c;
  }
  return quoted + '"';
}

}  // namespace hearsay::maelstrom
