#include "sim/report/finished_run.hpp"

#include <utility>

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

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

// Found without parsing it, as it is half of a result: it has arrays of numbers alone, and no text of a result has an
// unescaped quote in it.
std::string without_series(std::string text) {
  const std::size_t begin = text.find(",\"series\":{");
  const std::size_t end = begin == std::string::npos ? begin : text.find('}', begin);
  if (end != std::string::npos) text.erase(begin, end + 1 - begin);
  return text;
}

FinishedRun finished_run_of(std::string text) { return {Json::parse(without_series(text)), std::move(text)}; }

}  // namespace hearsay
