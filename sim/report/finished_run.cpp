#include "sim/report/finished_run.hpp"

#include <cstring>
#include <limits>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

std::vector<double> numbers(const Json& list) {
  std::vector<double> values;
  values.reserve(list.size());
  for (const Json& value : list)
    values.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
  return values;
}

void put(std::string& bytes, const void* data, std::size_t size) {
  const std::uint64_t length = size;
  bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
  bytes.append(static_cast<const char*>(data), size);
}

void put(std::string& bytes, std::string_view text) { put(bytes, text.data(), text.size()); }

void put(std::string& bytes, const std::vector<double>& values) {
  put(bytes, values.data(), values.size() * sizeof(double));
}

std::string_view take(std::string_view& bytes) {
  std::uint64_t length = 0;
  HEARSAY_CHECK(bytes.size() >= sizeof length, "a finished run that is cut off");
  std::memcpy(&length, bytes.data(), sizeof length);
  bytes.remove_prefix(sizeof length);
  HEARSAY_CHECK(bytes.size() >= length, "a finished run that is cut off");
  const std::string_view part = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return part;
}

std::vector<double> take_numbers(std::string_view& bytes) {
  const std::string_view part = take(bytes);
  std::vector<double> values(part.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), part.data(), part.size());
  return values;
}

std::string on_one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

FinishedRun finished_run(Json result) {
  FinishedRun run;
  run.text = on_one_line(result);
  if (const auto series = result.find("series"); series != result.end()) {
    for (const auto& item : series->items())
      if (item.key() == "t")
        run.t = numbers(item.value());
      else
        run.series.emplace_back(item.key(), numbers(item.value()));
    for (auto& [name, values] : run.series) values.resize(run.t.size(), std::numeric_limits<double>::quiet_NaN());
    result.erase("series");
  }
  run.figures = std::move(result);
  return run;
}

std::string encode(const FinishedRun& run) {
  std::string bytes;
  put(bytes, on_one_line(run.figures));
  put(bytes, run.text);
  put(bytes, run.t);
  for (const auto& [name, values] : run.series) {
    put(bytes, name);
    put(bytes, values);
  }
  return bytes;
}

FinishedRun decode(std::string_view bytes) {
  FinishedRun run;
  run.figures = Json::parse(take(bytes));
  run.text = take(bytes);
  run.t = take_numbers(bytes);
  while (!bytes.empty()) {
    std::string name(take(bytes));
    run.series.emplace_back(std::move(name), take_numbers(bytes));
  }
  return run;
}

}  // namespace hearsay
