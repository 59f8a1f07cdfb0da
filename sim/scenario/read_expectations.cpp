// `expect`: bounds on fields of the result, checked against their declarations (sim/metrics/field.hpp).
#include <algorithm>
#include <cmath>

#include "sim/metrics/field_path.hpp"
#include "sim/scenario/field_names.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

// A plain number or percentage; nothing if the text is neither.
std::optional<double> number_of(const Node& node) {
  if (node.quoted) return std::nullopt;
  try {
    if (node.text.ends_with("%")) return parse_share(node.text, -1e9, 1e9);
    return parse_number(node.text);
  } catch (const UnitError&) {
    return std::nullopt;
  }
}

bool is_flag(const Node& node) { return !node.quoted && (node.text == "true" || node.text == "false"); }
bool numeric(FieldKind kind) {
  return kind == FieldKind::count || kind == FieldKind::number || kind == FieldKind::share;
}

// What a field of this kind may be expected to be, for messages.
std::string form_of(const NamedField& field) {
  const std::string unit = field.field->unit == "s" ? " of seconds, without a unit" : "";
  std::string text;
  switch (field.kind) {
    case FieldKind::flag: text = "`true` or `false`"; break;
    case FieldKind::count: text = "a whole number, 0 or more, or bounds such as `{max: 3}`"; break;
    case FieldKind::share: text = "a share from 0 to 1 such as `0.05` or `5%`, or bounds such as `{max: 5%}`"; break;
    case FieldKind::number: text = "a number" + unit + ", 0 or more, or bounds such as `{max: 2.5}`"; break;
    case FieldKind::text: text = "a text"; break;
    default: text = "a number, `true`, `false` or a text"; break;
  }
  return "write " + text + (field.nullable ? ", or `null`" : "");
}

// Whether a run can have that value at all.
bool possible(FieldKind kind, double number) {
  if (kind == FieldKind::setting) return true;
  if (kind == FieldKind::count && number != std::floor(number)) return false;
  return number >= 0 && (kind != FieldKind::share || number <= 1);
}

class ExpectationReader {
 public:
  ExpectationReader(const Entry& entry, const MapNames& names, Mistakes& mistakes)
      : entry_(entry), names_(names), mistakes_(mistakes) {}

  std::vector<Expectation> read() {
    if (!find_field()) return {};
    const Node& node = entry_.value;
    if (node.is_map())
      read_bounds();
    else if (node.is_scalar() || node.is_null())
      read_equals();
    else
      refuse(node.place, describe_kind(node));
    return std::move(found_);
  }

 private:
  bool find_field() {
    const auto found = find_path(entry_.key, names_);
    if (const auto* mistake = std::get_if<PathMistake>(&found)) {
      mistakes_.add(entry_.place, describe_mistake(*mistake));
      return false;
    }
    field_ = std::get<NamedField>(found);
    if (field_.field->role == FieldRole::verdict)
      mistakes_.add(entry_.place, backquoted(entry_.key) +
                                      " follows from the expectations; expect something of a field that is measured");
    else if (field_.kind > FieldKind::setting)
      mistakes_.add(entry_.place,
                    backquoted(entry_.key) + " is a list; expect something of a field with a single value");
    else
      return true;
    return false;
  }

  void refuse(const Location& place, const std::string& what) {
    mistakes_.add(place, backquoted(entry_.key) + " cannot be " + what + "; " + form_of(field_));
  }

  void add(Expectation::Kind kind, std::variant<bool, double, std::string> bound, std::string text) {
    found_.push_back({entry_.key, kind, std::move(bound), std::move(text)});
  }

  void read_equals() {
    const Node& node = entry_.value;
    const auto number = number_of(node);
    const bool setting = field_.kind == FieldKind::setting;
    using Kind = Expectation::Kind;
    if (node.is_null() && field_.nullable)
      add(Kind::absent, false, "null");
    else if (is_flag(node) && (field_.kind == FieldKind::flag || setting))
      add(Kind::equals, node.text == "true", node.text);
    else if (number && possible(field_.kind, *number) && (numeric(field_.kind) || setting))
      add(Kind::equals, *number, node.text);
    else if (!node.is_null() && (field_.kind == FieldKind::text || setting))
      add(Kind::equals, node.text, node.text);
    else
      refuse(node.place, node.is_null() ? "empty or null, since every run has it"
                                        : backquoted(node.quoted ? '"' + node.text + '"' : node.text));
  }

  void read_bounds() {
    const Node& map = entry_.value;
    if (map.entries.empty())
      return mistakes_.add(map.place, backquoted(entry_.key) + " has no bound; " + form_of(field_));
    if (!numeric(field_.kind) && field_.kind != FieldKind::setting) return refuse(map.place, "between bounds");
    std::optional<double> least, most;
    for (const Entry& bound : map.entries) read_bound(bound, least, most);
    if (least && most && *least > *most)
      mistakes_.add(map.place, "`min` is more than `max`, which nothing satisfies; write the smaller one as `min`");
  }

  void read_bound(const Entry& bound, std::optional<double>& least, std::optional<double>& most) {
    if (bound.key != "min" && bound.key != "max") {
      mistakes_.add(bound.place, "unknown key " + backquoted(bound.key) + " in the expectation " +
                                     backquoted(entry_.key) + "; the keys are: min, max");
      return;
    }
    const auto number = bound.value.is_scalar() ? number_of(bound.value) : std::nullopt;
    if (!number) {
      mistakes_.add(bound.value.place, "the bound " + backquoted(bound.key) + " cannot be " +
                                           describe_kind(bound.value) +
                                           "; write a number without a unit (times are in seconds) or a percentage");
      return;
    }
    const bool is_min = bound.key == "min";
    if (field_.kind != FieldKind::setting && (is_min ? field_.kind == FieldKind::share && *number > 1 : *number < 0))
      mistakes_.add(bound.value.place, "no value of " + backquoted(entry_.key) + " satisfies " +
                                           backquoted(bound.key + ": " + bound.value.text) + "; " + form_of(field_));
    (is_min ? least : most) = *number;
    add(is_min ? Expectation::Kind::at_least : Expectation::Kind::at_most, *number,
        bound.key + ": " + bound.value.text);
  }

  const Entry& entry_;
  const MapNames& names_;
  Mistakes& mistakes_;
  NamedField field_;
  std::vector<Expectation> found_;
};

}  // namespace

std::vector<Expectation> read_expectations(const Node& section, const MapNames& names, Mistakes& mistakes) {
  std::vector<Expectation> expectations;
  if (!section.is_map()) {
    mistakes.add(section.place,
                 "`expect` cannot be " + describe_kind(section) +
                     "; write a map from fields of the result to values or bounds, such as `converged: true`");
    return expectations;
  }
  for (const Entry& entry : section.entries) {
    auto found = ExpectationReader(entry, names, mistakes).read();
    expectations.insert(expectations.end(), std::make_move_iterator(found.begin()),
                        std::make_move_iterator(found.end()));
  }
  return expectations;
}

}  // namespace hearsay
