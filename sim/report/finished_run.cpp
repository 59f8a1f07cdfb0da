#include "sim/report/finished_run.hpp"

#include <cstdint>
#include <cstring>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

void put(std::string& bytes, std::string_view text) {
  const std::uint64_t length = text.size();
  bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
  bytes.append(text);
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

std::string on_one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

void thin_series(Json& result, std::size_t points) {
  const auto series = result.find("series");
  if (series == result.end() || !series->is_object()) return;
  for (auto& curve : *series) {
    const std::size_t samples = curve.size();
    if (samples <= points) continue;
    Json kept = Json::array();
    for (std::size_t i = 0; i < points; ++i) kept.push_back(std::move(curve[i * (samples - 1) / (points - 1)]));
    curve = std::move(kept);
  }
}

FinishedRun finished_run(Json result) {
  FinishedRun run;
  run.text = on_one_line(result);
  result.erase("series");
  run.figures = std::move(result);
  return run;
}

std::string encode(const FinishedRun& run) {
  std::string bytes;
  put(bytes, on_one_line(run.figures));
  put(bytes, run.text);
  return bytes;
}

FinishedRun decode(std::string_view bytes) {
  FinishedRun run;
  run.figures = Json::parse(take(bytes));
  run.text = take(bytes);
  return run;
}

}  // namespace hearsay
