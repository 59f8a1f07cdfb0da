// Parameters of `maelstrom`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/protocol_info.hpp"

namespace hearsay::maelstrom {

// Which of Maelstrom's workloads the node serves.
enum class Speaks : std::uint8_t {
  broadcast,
  g_set,
  g_counter,
  pn_counter,
  lin_kv,
  echo,
  unique_ids,
  txn_list_append,
  txn_rw_register,
  kafka,
};
enum class OnExit : std::uint8_t { fail, stop };
enum class Pace : std::uint8_t { virtual_, real };
enum class ServicesAt : std::uint8_t { apart, n0 };

struct Params {
  FilePath bin;
  std::vector<std::string> args;
  std::optional<Speaks> speaks;  // absent only where nobody has a scenario: adapt() fills it in
  Pace pace = Pace::virtual_;
  Duration observe = std::chrono::milliseconds(100);
  ServicesAt services = ServicesAt::apart;
  Duration service_latency = std::chrono::milliseconds(1);
  Duration service_time{};
  Duration init_within = std::chrono::seconds(10);
  Duration busy_poll{};
  OnExit on_exit = OnExit::fail;

  Speaks words() const { return speaks.value_or(Speaks::broadcast); }
};

const ParameterTable<Params>& parameter_table();
void check(const Params& params);  // throws ParameterError
// Sets `speaks` by the workload where it is not given. Throws ParameterError if the two do not go together.
void adapt(ParameterValues& values, const std::string& workload, const ParameterValues& of_workload);
StateReports reports(const Params& params);
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::maelstrom
