// RunResult -> JSON, in the order of the fields (sim/metrics/fields.cpp).
#include "sim/report/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/metrics/field.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }
Json as_json(std::monostate) { return nullptr; }
Json as_json(bool flag) { return flag; }
Json as_json(std::uint64_t number) { return number; }
Json as_json(std::int64_t number) { return number; }
Json as_json(const std::string& text) { return valid_utf8(text); }

Json as_json(const std::vector<double>& numbers) {
  Json list = Json::array();
  for (const double number : numbers) list.push_back(as_json(number));
  return list;
}

Json as_json(const ResultValue& value);

Json as_json(const ResultValue::List& values) {
  Json list = Json::array();
  for (const ResultValue& value : values) list.push_back(as_json(value));
  return list;
}

Json as_json(const ResultValue::Map& entries) {
  Json map = Json::object();
  for (const auto& [name, value] : entries) map[valid_utf8(name)] = as_json(value);
  return map;
}

Json as_json(const ResultValue& value) {
  return std::visit([](const auto& held) { return as_json(held); }, value.data);
}

}  // namespace

Json to_json(const RunResult& result) { return as_json(tree_of(result)); }

}  // namespace hearsay
