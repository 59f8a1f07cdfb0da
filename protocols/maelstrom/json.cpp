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
      if (c != '\\')
        text += c;
      else if (++i < rest_.size() && !escaped(i, text))
        return std::nullopt;
    }
    return std::nullopt;
  }

  // What the escape with its letter at `i` means; `i` goes to its end. False: it is none.
  bool escaped(std::size_t& i, std::string& text) const {
    static constexpr std::string_view written = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (const auto which = written.find(rest_[i]); which != std::string_view::npos) {
      text += meant[which];
      return true;
    }
    auto code = rest_[i] == 'u' ? hex(i + 1) : std::nullopt;
    if (!code) return false;
    i += 4;
    constexpr std::uint32_t high = 0xd800, low = 0xdc00, end = 0xe000, beyond = 0x10000;
    if (*code >= high && *code < low && rest_.substr(i + 1, 2) == "\\u")
      if (const auto second = hex(i + 3); second && *second >= low && *second < end) {
        code = beyond + ((*code - high) << 10U) + (*second - low);
        i += 6;
      }
    add_utf8(*code, text);
    return true;
  }

  std::optional<std::uint32_t> hex(std::size_t at) const {
    if (at + 4 > rest_.size()) return std::nullopt;
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(rest_.data() + at, rest_.data() + at + 4, code, 16);
    return error == std::errc{} && end == rest_.data() + at + 4 ? std::optional(code) : std::nullopt;
  }

  static void add_utf8(std::uint32_t code, std::string& text) {
    const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
    const auto rest = [&byte, code](std::uint32_t shift) { byte(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) return byte(0xc0 | code >> 6), rest(0);
    if (code < 0x10000) return byte(0xe0 | code >> 12), rest(6), rest(0);
    byte(0xf0 | code >> 18), rest(12), rest(6), rest(0);
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

std::string to_text(const Json& json) {
  struct Writer {
    std::string operator()(const Json::Other& other) const { return other.written; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::string& text) const { return quoted_json(text); }
    std::string operator()(const JsonList& list) const {
      std::string text = "[";
      for (const Json& item : list) text += (text.size() > 1 ? "," : "") + to_text(item);
      return text + "]";
    }
    std::string operator()(const JsonMap& map) const {
      std::string text = "{";
      for (const auto& [key, value] : map)
        text += (text.size() > 1 ? "," : "") + quoted_json(key) + ":" + to_text(value);
      return text + "}";
    }
  };
  return std::visit(Writer{}, json.value);
}

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
