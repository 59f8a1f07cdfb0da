// Parameters of `plumtree`; defaults are the papers', and of what these leave open (times) those of iroh-gossip.
#pragma once

#include <chrono>
#include <cstdint>

#include "sim/core/parameters.hpp"

namespace hearsay::plumtree {

enum class Bootstrap : std::uint8_t { standing, join };

struct Params {
  Bootstrap bootstrap = Bootstrap::standing;
  std::uint32_t overlay_seed = 1;
  Duration join_within = std::chrono::seconds(10);

  std::uint32_t active_view = 5;
  std::uint32_t passive_view = 30;
  std::uint32_t arwl = 6;
  std::uint32_t prwl = 3;
  Duration shuffle_interval = std::chrono::seconds(1);
  std::uint32_t shuffle_active = 3;
  std::uint32_t shuffle_passive = 4;
  std::uint32_t shuffle_ttl = 6;
  Duration neighbour_timeout = std::chrono::seconds(2);

  bool tree = true;
  Duration announce_delay = std::chrono::milliseconds(5);
  Duration missing_timeout = std::chrono::milliseconds(80);
  Duration graft_timeout = std::chrono::milliseconds(40);
  std::uint32_t optimisation_threshold = 0;
  bool exchange = false;
};

const ParameterTable<Params>& parameter_table();
void check(const Params& params);  // throws ParameterError
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::plumtree
