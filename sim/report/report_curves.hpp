// Curves of the HTML page: of single runs, and bands over the seeds of a row. Thinned so that extremes survive.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace hearsay {

// Of a result with its series: {t, present, distinct_states, messages_per_s, bytes_per_s, client_latency_s, views},
// each null if nothing was measured; null if it has no series. If the series has more than 2 * `buckets` samples, each
// of `buckets` equal spans of samples keeps its least and its greatest value, in their order. Numbers have four
// significant digits.
nlohmann::ordered_json run_curves(const nlohmann::ordered_json& result, std::size_t buckets);

// Median, 5th and 95th percentile of each curve over the runs, by the instants of the longest; a run that is over keeps
// its last share, states and views, sends nothing and answers nobody. {t, runs, NAME: {median, p5, p95}}; null without
// runs.
nlohmann::ordered_json band_curves(const std::vector<const nlohmann::ordered_json*>& results, std::size_t buckets);

}  // namespace hearsay
