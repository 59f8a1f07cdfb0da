#include "sim/report/baseline_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/report/statistics.hpp"

namespace hearsay {
namespace {

constexpr std::string_view run_begin = "  {\"seed\":", list_begin = "\"runs\": [";

// Is its own text in JSON.
bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void append_whole(std::string& text, std::uint64_t number) {
  std::array<char, 24> digits{};
  text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_value(std::string& text, const BaselineValue& value) {
  if (!value || std::isnan(*value)) {
    text += "null";
  } else if (std::isinf(*value)) {
    text += "\"never\"";
  } else {
    // The library's own digits, which are not always the fewest that std::to_chars finds: a baseline that is written
    // again must not differ where no figure does.
    std::array<char, 64> digits{};
    text.append(digits.data(), nlohmann::detail::to_chars(digits.data(), digits.data() + digits.size(), *value));
  }
}

// Whether JSON has a number like this, given that it is one of C's.
bool number_of_json(std::string_view text) {
  const auto digit = [text](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (!digit(first) || (text[first] == '0' && digit(first + 1))) return false;
  const std::size_t point = text.find('.');
  return point == std::string_view::npos || digit(point + 1);
}

// Reads what it expects, or says that something else stands there.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : at_(line.data()), end_(line.data() + line.size()) {}

  bool at_end() const { return at_ == end_; }

  bool word(std::string_view expected) {
    if (!std::string_view(at_, end_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  template <class Number>
  bool number(Number& into) {
    const auto [end, error] = std::from_chars(at_, end_, into);
    if (error != std::errc() || !number_of_json({at_, end})) return false;
    at_ = end;
    return true;
  }

  bool flag(bool& into) {
    into = word("true");
    return into || word("false");
  }

  bool text(std::string& into) {
    const char* quote = std::find(at_, end_, '"');
    into.assign(at_, quote);
    at_ = quote;
    return plain(into);
  }

  bool value(BaselineValue& into) {
    if (word("null")) return true;
    if (word("\"never\"")) into = infinity;
    return into || number(into.emplace());
  }

 private:
  const char *at_, *end_;
};

bool read_run(std::string_view line, BaselineRun& run) {
  LineReader reader(line);
  if (!reader.word(run_begin) || !reader.number(run.seed) || !reader.word(",\"run_hash\":\"") ||
      !reader.text(run.run_hash) || !reader.word("\",\"converged\":") || !reader.flag(run.converged) ||
      !reader.word(",\"lost_writes\":") || !reader.number(run.lost_writes) || !reader.word(",\"values\":["))
    return false;
  while (!reader.word("]}")) {
    if (!run.values.empty() && !reader.word(",")) return false;
    if (!reader.value(run.values.emplace_back())) return false;
  }
  return reader.at_end();
}

}  // namespace

void append_run_line(std::string& text, const BaselineRun& run) {
  text += run_begin;
  append_whole(text, run.seed);
  text += ",\"run_hash\":";
  text += plain(run.run_hash) ? '"' + run.run_hash + '"' : nlohmann::json(run.run_hash).dump();
  text += run.converged ? ",\"converged\":true,\"lost_writes\":" : ",\"converged\":false,\"lost_writes\":";
  append_whole(text, run.lost_writes);
  text += ",\"values\":[";
  for (std::size_t i = 0; i < run.values.size(); ++i) {
    if (i > 0) text += ',';
    append_value(text, run.values[i]);
  }
  text += "]}";
}

std::optional<RunLines> take_run_lines(std::string_view text) {
  RunLines found;
  bool open = false, more = false;  // in a list of runs; a comma promises another one
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with(run_begin)) {
      if (!open || (!more && !found.entries.back().empty())) return std::nullopt;
      more = line.ends_with(',');
      if (more) line.remove_suffix(1);
      auto& runs = found.entries.back();
      BaselineRun& run = runs.emplace_back();
      run.values.reserve(runs.size() > 1 ? runs[runs.size() - 2].values.size() : 0);
      if (!read_run(line, run)) return std::nullopt;
      continue;
    }
    if (more) return std::nullopt;
    open = line.ends_with(list_begin);
    if (open) found.entries.emplace_back();
    (found.rest += line) += '\n';
  }
  return found;
}

}  // namespace hearsay
