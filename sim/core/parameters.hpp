// Declarations of what a scenario may set: parameters of protocols, fields of fault verbs, workloads and topologies.
// Each is declared once; the declaration feeds the reader, `describe`, `schema` and the README (docs/design.md, section
// 2).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/selector.hpp"
#include "sim/core/time.hpp"
#include "sim/core/time_law.hpp"

namespace hearsay {

// How a value is written in a scenario, and the alternative of Value that holds it once read.
enum class ValueType : std::uint8_t {
  boolean,        // true | false            bool
  integer,        // 7                       int64
  number,         // 0.5                     double
  share,          // 10% | 0.1               double
  duration,       // 250us 5ms 1.5s 2m       Duration
  rate,           // 50/s                    double, per second
  size,           // 100B 64KiB 1MB          int64, bytes
  bandwidth,      // 1Gbps                   double, bytes per second
  text,           // any scalar              string
  path,           // node.py                 FilePath, relative to the scenario file
  choice,         // one of `choices`        string
  text_list,      // [a, b]                  vector<string>; each one of `choices` if there are any
  selector,       // node selector           Selector
  selector_list,  // [[0..4], [5..9]]        vector<Selector>
  edge_list,      // [[0,1],[1,2]]           vector<pair<NodeId, NodeId>>
  distribution,   // 10s {exponential: ...}  TimeLaw of durations
};
std::string_view name_of(ValueType type);

using EdgeList = std::vector<std::pair<NodeId, NodeId>>;

// A file that a scenario names. What is shown and stored is what was written, so that equal scenarios give equal
// results wherever they lie.
struct FilePath {
  std::string written;
  std::string found;  // absolute; empty until a scenario's reader has located it
  friend bool operator==(const FilePath&, const FilePath&) = default;
};

using Value = std::variant<std::monostate, bool, std::int64_t, double, Duration, std::string, std::vector<std::string>,
                           Selector, std::vector<Selector>, EdgeList, TimeLaw, FilePath>;
std::string to_string(const Value& value, ValueType type);  // as a scenario writes it; "-" for monostate

struct Parameter {
  std::string name;  // `a.b` is key b in the map a
  ValueType type = ValueType::integer;
  Value default_value;  // monostate: absent unless given
  bool required = false;
  double minimum = -1e300;  // in seconds, bytes, ... for typed values; ignored for text
  double maximum = 1e300;
  double least_above_zero = 0;  // the smallest value that is not zero: of periods, which would else hang a run
  std::vector<std::string> choices;
  std::string meaning;
  std::string source;  // document section or paper where the behaviour comes from; empty for ours
};

// Values by parameter name; holds every parameter with a default, and the optional ones that were given.
using ParameterValues = std::map<std::string, Value>;

// A value that a single parameter's type and bounds cannot exclude: wrong in combination. The reader adds the location.
class ParameterError : public std::runtime_error {
 public:
  ParameterError(std::string name, const std::string& message)
      : std::runtime_error(message), parameter(std::move(name)) {}
  std::string parameter;  // where to point; empty for the whole
};

// The names of those that are longer than zero.
std::vector<std::string> names_of_positive(std::initializer_list<std::pair<std::string, Duration>> durations);

// Bounds of a numeric parameter, in the unit of its type.
struct Bounds {
  double minimum = -1e300;
  double maximum = 1e300;
  double least_above_zero = 0;
};
inline constexpr Bounds any_bounds{};
inline constexpr Bounds non_negative{0, 1e300};
inline constexpr Bounds at_least_one{1, 1e300};
// Of what happens again and again; the second may be 0s, for never.
inline constexpr Bounds period{1e-6, 1e300};
inline constexpr Bounds period_or_never{0, 1e300, 1e-6};

// The bounds of every value of a type, whatever its parameter says: beyond them sums overflow, and what should be never
// would be at once. Seconds, bytes per second, operations per second, bytes.
inline constexpr Bounds duration_bounds{-3.6e6, 3.6e6};  // a thousand hours
inline constexpr Bounds bandwidth_bounds{0.125, 1e15};   // 1 bps to 8 Pbps
inline constexpr Bounds rate_bounds{0, 1e9};
inline constexpr Bounds size_bounds{0, 4e9};  // a message's size has 32 bits

// Narrows the bounds of a parameter to those of its type.
void limit_to_type(Parameter& parameter);

// Declares the members of a plain struct `P` as parameters; the defaults are those of a default-constructed P.
template <class P>
class ParameterTable {
 public:
  template <class M>
  ParameterTable& add(std::string name, ValueType type, M P::*member, Bounds bounds, std::string meaning,
                      std::string source = {}) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.type = type;
    parameter.default_value = to_value(defaults_.*member);
    parameter.minimum = bounds.minimum;
    parameter.maximum = bounds.maximum;
    parameter.least_above_zero = bounds.least_above_zero;
    limit_to_type(parameter);
    parameter.meaning = std::move(meaning);
    parameter.source = std::move(source);
    return insert(std::move(parameter), [member](P& p, const Value& v) { from_value(v, p.*member); });
  }

  // An enumeration whose enumerators 0, 1, ... are written as `choices`.
  template <class E>
  requires std::is_enum_v<E> ParameterTable& add_choice(std::string name, E P::*member,
                                                        std::vector<std::string> choices, std::string meaning,
                                                        std::string source = {}) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.type = ValueType::choice;
    parameter.default_value = choices.at(static_cast<std::size_t>(defaults_.*member));
    parameter.choices = choices;
    parameter.meaning = std::move(meaning);
    parameter.source = std::move(source);
    return insert(std::move(parameter), [member, choices](P& p, const Value& v) {
      p.*member = static_cast<E>(index_of(choices, std::get<std::string>(v)));
    });
  }

  // An enumeration that is absent unless given.
  template <class E>
  requires std::is_enum_v<E> ParameterTable& add_choice(std::string name, std::optional<E> P::*member,
                                                        std::vector<std::string> choices, std::string meaning,
                                                        std::string source = {}) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.type = ValueType::choice;
    parameter.choices = choices;
    parameter.meaning = std::move(meaning);
    parameter.source = std::move(source);
    return insert(std::move(parameter), [member, choices](P& p, const Value& v) {
      p.*member = static_cast<E>(index_of(choices, std::get<std::string>(v)));
    });
  }

  // For what those above do not say: the last declared parameter must be given / takes one of these words.
  ParameterTable& required() {
    parameters_.back().required = true;
    parameters_.back().default_value = {};
    return *this;
  }
  ParameterTable& one_of(std::vector<std::string> choices) {
    parameters_.back().choices = std::move(choices);
    return *this;
  }

  const std::vector<Parameter>& parameters() const { return parameters_; }

  // Requires values that satisfy the declarations. Absent ones keep P's default.
  P build(const ParameterValues& values) const {
    P result = defaults_;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const auto it = values.find(parameters_[i].name);
      if (it != values.end() && !std::holds_alternative<std::monostate>(it->second)) setters_[i](result, it->second);
    }
    return result;
  }

 private:
  using Setter = std::function<void(P&, const Value&)>;

  static std::size_t index_of(const std::vector<std::string>& choices, const std::string& text) {
    return static_cast<std::size_t>(std::find(choices.begin(), choices.end(), text) - choices.begin());
  }

  ParameterTable& insert(Parameter parameter, Setter setter) {
    parameters_.push_back(std::move(parameter));
    setters_.push_back(std::move(setter));
    return *this;
  }

  template <class T>
  static Value to_value(const T& v) {
    if constexpr (std::is_same_v<T, bool>)
      return v;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<std::int64_t>(v);
    else if constexpr (std::is_floating_point_v<T>)
      return static_cast<double>(v);
    else if constexpr (std::is_same_v<T, Time>)
      return v.time_since_epoch();
    else
      return v;
  }
  template <class T>
  static Value to_value(const std::optional<T>& v) {
    return v ? to_value(*v) : Value{};
  }
  template <class T>
  static void from_value(const Value& v, T& out) {
    if constexpr (std::is_same_v<T, bool>)
      out = std::get<bool>(v);
    else if constexpr (std::is_integral_v<T>)
      out = static_cast<T>(std::get<std::int64_t>(v));
    else if constexpr (std::is_floating_point_v<T>)
      out = static_cast<T>(std::get<double>(v));
    else if constexpr (std::is_same_v<T, Time>)
      out = Time(std::get<Duration>(v));
    else
      out = std::get<T>(v);
  }
  template <class T>
  static void from_value(const Value& v, std::optional<T>& out) {
    T inner{};
    from_value(v, inner);
    out = std::move(inner);
  }

  P defaults_{};
  std::vector<Parameter> parameters_;
  std::vector<Setter> setters_;
};

}  // namespace hearsay
