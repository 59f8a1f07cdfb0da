#include "sim/runtime/latency_factors.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <xbt/config.hpp>

#include "sim/runtime/simgrid_compat.hpp"

namespace hearsay {

LatencyFactors::LatencyFactors(const std::string& text) {
  const char* at = text.c_str();
  char* end = nullptr;
  if (text.find(':') == std::string::npos) {
    const double factor = std::strtod(at, &end);
    if (end != at) usual_ = factor;
    return;
  }
  while (*at != '\0') {
    const double bytes = std::strtod(at, &end);
    if (end == at || *end != ':') break;
    at = end + 1;
    above_.emplace_back(bytes, std::strtod(at, &end));
    if (end == at) break;
    at = *end == ';' ? end + 1 : end;
  }
  std::sort(above_.begin(), above_.end());
}

LatencyFactors LatencyFactors::of_engine() { return LatencyFactors(compat::latency_factor_text()); }

double LatencyFactors::at(std::uint32_t bytes) const {
  double factor = usual_;
  for (const auto& [bound, value] : above_) {
    if (bytes <= bound) break;
    factor = value;
  }
  return factor;
}

double tcp_gamma_of_engine() {
  try {
    return simgrid::config::get_value<double>("network/TCP-gamma");
  } catch (const std::out_of_range&) {
    return 0;
  }
}

}  // namespace hearsay
