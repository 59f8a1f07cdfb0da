// Curves of the HTML page: thinned so that extremes survive; bands over runs.
#include "sim/report/report_curves.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// `samples` of a second each, all of share 1 and one state; `states` at one of them.
Json result_of(std::size_t samples, std::size_t at, int states) {
  Json series{{"t", Json::array()},
              {"present", Json::array()},
              {"distinct_states", Json::array()},
              {"messages", Json::array()},
              {"bytes", Json::array()}};
  for (std::size_t i = 0; i < samples; ++i) {
    series["t"].push_back(i);
    series["present"].push_back(i == 0 ? Json() : Json(i == at ? 0.25 : 1));
    series["distinct_states"].push_back(i == at ? states : 1);
    series["messages"].push_back(10 * i);
    series["bytes"].push_back(1000 * i);
  }
  return {{"series", std::move(series)}};
}

TEST_CASE("a thinned curve keeps its least and its greatest value, and two samples of each span") {
  const Json curves = run_curves(result_of(1000, 333, 7), 10);
  for (const char* name : {"t", "present", "distinct_states", "messages_per_s", "bytes_per_s"})
    CHECK(curves.at(name).size() == 20);
  const auto states = curves.at("distinct_states").get<std::vector<int>>();
  CHECK(*std::max_element(states.begin(), states.end()) == 7);
  CHECK(std::count(states.begin(), states.end(), 1) == 19);
  CHECK(std::count(curves.at("present").begin(), curves.at("present").end(), Json(0.25)) == 1);
  CHECK(curves.at("t").front() == 0);
  CHECK(curves.at("t").back() == 999);
}

TEST_CASE("a short curve stays as it is; counts become rates") {
  const Json curves = run_curves(result_of(20, 3, 2), 10);
  CHECK(curves.at("t").size() == 20);
  CHECK(curves.at("present")[0].is_null());
  CHECK(curves.at("messages_per_s")[5] == 10);
  CHECK(curves.at("bytes_per_s")[5] == 1000);
}

TEST_CASE(
    "a band is the median and the 5th and 95th percentile; a run that is over keeps its state and sends nothing") {
  const Json one = result_of(10, 9, 3), two = result_of(10, 4, 5), shorter = result_of(5, 4, 9);
  const Json band = band_curves({&one, &two, &shorter}, 10);
  CHECK(band.at("runs") == 3);
  CHECK(band.at("t").size() == 10);
  CHECK(band.at("distinct_states").at("median")[4] == 5);
  CHECK(band.at("distinct_states").at("p95")[4] == 9);
  CHECK(band.at("distinct_states").at("p5")[7] == 1);
  CHECK(band.at("distinct_states").at("p95")[7] == 9);
  CHECK(band.at("messages_per_s").at("p5")[7] == 0);
  CHECK(band.at("messages_per_s").at("median")[7] == 10);
}

TEST_CASE("a curve that nothing was measured for is null; a run that is over answers nobody") {
  CHECK(run_curves(result_of(20, 3, 2), 10).at("views").is_null());
  Json one = result_of(4, 1, 2), shorter = result_of(2, 1, 2);
  one["series"]["client_latency_s"] = {nullptr, 0.5, nullptr, 0.25};
  shorter["series"]["client_latency_s"] = {nullptr, 0.125};
  CHECK(run_curves(one, 10).at("client_latency_s") == Json{nullptr, 0.5, nullptr, 0.25});
  const Json band = band_curves({&one, &shorter}, 10);
  CHECK(band.at("client_latency_s").at("p95") == Json{nullptr, 0.5, nullptr, 0.25});
  CHECK(band.at("views").is_null());
}

TEST_CASE("what has no series has no curves") {
  CHECK(run_curves(Json{{"verdict", "error"}}, 10).is_null());
  CHECK(band_curves({}, 10).is_null());
}

}  // namespace
}  // namespace hearsay
