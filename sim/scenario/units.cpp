#include "sim/scenario/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// What a kind of quantity is called and how it is written, for messages.
struct Kind {
  std::string_view name;     // "a duration"
  std::string_view example;  // "`250ms`"
  std::span<const Unit> units;
};

constexpr std::array<Unit, 6> duration_units{{{"ns", 1},
                                              {"us", 1'000},
                                              {"ms", 1'000'000},
                                              {"s", 1'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"h", 3'600'000'000'000}}};
constexpr std::array<Unit, 8> size_units{{{"B", 1},
                                          {"kB", 1'000},
                                          {"KB", 1'000},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"KiB", 1 << 10},
                                          {"MiB", 1 << 20},
                                          {"GiB", 1 << 30}}};
constexpr std::array<Unit, 4> bandwidth_units{
    {{"bps", 1}, {"kbps", 1'000}, {"Mbps", 1'000'000}, {"Gbps", 1'000'000'000}}};
constexpr std::array<Unit, 2> rate_units{{{"/s", 60}, {"/m", 1}}};

constexpr Kind duration_kind{"a duration", "`250ms` or `1.5s`", duration_units};
constexpr Kind size_kind{"a size", "`64B` or `1MiB`", size_units};
constexpr Kind bandwidth_kind{"a bandwidth", "`100Mbps` or `1Gbps`", bandwidth_units};
constexpr Kind rate_kind{"a rate", "`50/s` or `30/m`", rate_units};

[[noreturn]] void fail(std::string_view text, std::string_view wrong, std::string_view right) {
  throw UnitError(backquoted(text) + " " + std::string(wrong) + "; " + std::string(right));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of the decimal number that `text` begins with: digits, perhaps a point and digits. 0 if there is none.
std::size_t decimal_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i == 0) return 0;
  if (i + 1 < text.size() && text[i] == '.' && is_digit(text[i + 1])) {
    ++i;
    while (i < text.size() && is_digit(text[i])) ++i;
  }
  return i;
}

// Requires a decimal number that `decimal_prefix` or parse_number accepted; infinite on overflow.
double to_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  (void)end;
  if (error == std::errc::result_out_of_range) {
    // Overflow or underflow: only an overflow is a mistake.
    return text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos
               ? 0
               : std::numeric_limits<double>::infinity();
  }
  return value;
}

// A decimal number times a unit.
struct Quantity {
  std::string_view number;
  std::int64_t factor = 1;

  double value() const { return to_double(number) * static_cast<double>(factor); }

  // The nearest whole number; nothing if it does not fit 63 bits. Exact unless there is a fraction.
  std::optional<std::int64_t> whole() const {
    std::int64_t integer = 0, product = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), integer);
    if (error == std::errc::result_out_of_range) return std::nullopt;
    if (end == number.data() + number.size()) {
      if (__builtin_mul_overflow(integer, factor, &product)) return std::nullopt;
      return product;
    }
    const double exact = value();
    if (!(exact < 9.2e18)) return std::nullopt;
    return std::llround(exact);
  }
};

std::string unit_list(const Kind& kind) {
  std::string list;
  for (const auto& unit : kind.units) list += (list.empty() ? "" : " ") + std::string(unit.name);
  return list;
}

Quantity parse_quantity(std::string_view text, const Kind& kind) {
  const std::string right = "write " + std::string(kind.name) + " such as " + std::string(kind.example);
  if (text.empty()) throw UnitError("the value is empty; " + right);
  if (text.front() == '-')
    fail(text, "is negative", std::string(kind.name) + " is zero or more, such as " + std::string(kind.example));
  const std::size_t length = decimal_prefix(text);
  if (length == 0) fail(text, "is not " + std::string(kind.name), right);
  Quantity quantity{text.substr(0, length), 1};
  const std::string_view unit = text.substr(length);
  if (unit.empty()) {
    if (to_double(quantity.number) == 0) return quantity;
    fail(text, "has no unit", right + " (units: " + unit_list(kind) + ")");
  }
  for (const auto& known : kind.units) {
    if (known.name != unit) continue;
    quantity.factor = known.factor;
    return quantity;
  }
  if (unit.front() == ' ') fail(text, "has a space before the unit", right);
  fail(text, "is not " + std::string(kind.name) + ": unknown unit " + backquoted(unit),
       "the units are " + unit_list(kind) + ", as in " + std::string(kind.example));
}

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

bool looks_like_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const std::size_t length = decimal_prefix(text);
  if (length == 0) return false;
  text.remove_prefix(length);
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return all_digits(text);
}

std::string percent(double share) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), share * 100).ptr;
  return std::string(buffer.data(), end) + "%";
}

}  // namespace

Duration parse_duration(std::string_view text, bool signed_values) {
  const bool negative = signed_values && text.size() > 1 && text.front() == '-';
  const Quantity quantity = parse_quantity(negative ? text.substr(1) : text, duration_kind);
  const auto ns = quantity.whole();
  if (!ns) fail(text, "is too long", "the longest duration is about 292 years (2562047h)");
  if (*ns == 0 && quantity.value() > 0)
    fail(text, "is shorter than the clock's tick", "the shortest duration is `1ns`");
  return Duration(negative ? -*ns : *ns);
}

double parse_rate(std::string_view text) {
  const Quantity quantity = parse_quantity(text, rate_kind);
  const double per_second = to_double(quantity.number) / (60.0 / static_cast<double>(quantity.factor));
  if (!std::isfinite(per_second)) fail(text, "is too large a number", "write a rate such as `50/s`");
  return per_second;
}

std::int64_t parse_size(std::string_view text) {
  const Quantity quantity = parse_quantity(text, size_kind);
  const auto bytes = quantity.whole();
  if (!bytes) fail(text, "is too large", "the largest size is below 8589934592GiB");
  if (static_cast<double>(*bytes) != quantity.value())
    fail(text, "is not a whole number of bytes", "write for example `64B`");
  return *bytes;
}

double parse_bandwidth(std::string_view text) {
  const double bits = parse_quantity(text, bandwidth_kind).value();
  if (!std::isfinite(bits)) fail(text, "is too large a number", "write a bandwidth such as `1Gbps`");
  return bits / 8;
}

double parse_share(std::string_view text, double low, double high) {
  const bool with_sign = !text.empty() && text.back() == '%';
  const std::string_view number = with_sign ? text.substr(0, text.size() - 1) : text;
  if (!looks_like_number(number))
    fail(text, "is not a share", "write a percentage such as `10%` or a fraction such as `0.1`");
  double value = to_double(number.front() == '+' ? number.substr(1) : number);
  if (with_sign) value /= 100;
  if (value >= low && value <= high) return value;
  std::string right = "a share lies between " + percent(low) + " and " + percent(high);
  if (!with_sign && value > 1 && value <= high * 100)
    right += "; did you mean " + backquoted(std::string(number) + "%") + "?";
  fail(text, "is out of range", right);
}

std::int64_t parse_integer(std::string_view text) {
  std::string_view digits = text;
  if (!digits.empty() && (digits.front() == '+' || digits.front() == '-')) digits.remove_prefix(1);
  if (!all_digits(digits)) {
    if (looks_like_number(text)) fail(text, "is not a whole number", "write it in decimal digits alone, such as `25`");
    fail(text, "is not a number", "write a whole number in decimal digits, such as `25`");
  }
  std::int64_t value = 0;
  const std::string_view plain = text.front() == '+' ? digits : text;
  if (std::from_chars(plain.data(), plain.data() + plain.size(), value).ec != std::errc{})
    fail(text, "is too large a number", "whole numbers go to 9223372036854775807");
  return value;
}

double parse_number(std::string_view text) {
  if (!looks_like_number(text)) fail(text, "is not a number", "write a decimal number such as `0.5`");
  const double value = to_double(text.front() == '+' ? text.substr(1) : text);
  if (!std::isfinite(value)) fail(text, "is too large a number", "write a number below 1e308");
  return value;
}

bool parse_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  fail(text, "is not a truth value", "write `true` or `false`");
}

IntegerRange parse_range(std::string_view text, std::string_view what, std::uint64_t most) {
  const std::size_t dots = text.find("..");
  const std::string_view first_text = text.substr(0, dots);
  const std::string_view last_text = dots == std::string_view::npos ? first_text : text.substr(dots + 2);
  const std::string right = "write a number such as `7` or a range such as `5..9`";
  if (!all_digits(first_text) || !all_digits(last_text)) fail(text, "is not a number or a range of numbers", right);
  IntegerRange range;
  const auto read = [&](std::string_view digits, std::uint64_t& out) {
    if (std::from_chars(digits.data(), digits.data() + digits.size(), out).ec != std::errc{})
      fail(text, "is too large a number", right);
  };
  read(first_text, range.first);
  read(last_text, range.last);
  if (range.last < range.first)
    fail(text, "runs backwards",
         "write the smaller number first: " + backquoted(std::string(last_text) + ".." + std::string(first_text)));
  if (range.last - range.first >= most)
    fail(text, "is too long a range", "at most " + std::to_string(most) + " " + std::string(what) + " can be named");
  return range;
}

std::vector<std::uint64_t> parse_seeds(std::string_view text) {
  const IntegerRange range = parse_range(text, "seeds", most_seeds);
  if (range.last > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    fail(text, "is too large a number", "seeds go to 9223372036854775807");
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) seeds.push_back(seed);
  return seeds;
}

}  // namespace hearsay
