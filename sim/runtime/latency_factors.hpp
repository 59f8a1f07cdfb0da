// By what SimGrid's network model multiplies the latency of a route: 1 unless `--cfg=` or a platform's <config> chose
// another model or factor. Under `flow` the wait for the latency is ours, so the factor is, too.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hearsay {

class LatencyFactors {
 public:
  LatencyFactors() = default;
  // As SimGrid writes them: "13.01", or "65472:11.6;15424:3.5", a factor for sizes above each bound.
  explicit LatencyFactors(const std::string& text);

  // Those of SimGrid's engine. Requires that its platform is loaded: only then its model is chosen.
  static LatencyFactors of_engine();

  double at(std::uint32_t bytes) const;

 private:
  double usual_ = 1;
  std::vector<std::pair<double, double>> above_;  // bytes, factor; ascending
};

// SimGrid's bound on the rate of a flow by a TCP window: this over twice the latency; 0: none.
double tcp_gamma_of_engine();

}  // namespace hearsay
