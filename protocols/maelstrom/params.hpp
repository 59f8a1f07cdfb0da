// Parameters of `maelstrom`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"

namespace hearsay::maelstrom {

enum class Speaks : std::uint8_t { broadcast, g_set };  // which of Maelstrom's workloads the node serves
enum class OnExit : std::uint8_t { fail, stop };

struct Params {
  std::string bin;
  std::vector<std::string> args;
  Speaks speaks = Speaks::broadcast;
  Duration observe = std::chrono::milliseconds(100);
  Duration init_within = std::chrono::seconds(10);
  Duration busy_poll{};
  OnExit on_exit = OnExit::fail;
};

const ParameterTable<Params>& parameter_table();
void check(const Params& params);  // throws ParameterError
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::maelstrom
