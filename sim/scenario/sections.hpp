// The scenario's own sections as declarations, from which both the reader and the schema are made. Protocols, fault
// verbs, workloads and topologies declare theirs in their own rooms.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

// Top level: name, description, duration, settle, nodes. `seed`, `seeds` and the sections are read apart.
const ParameterTable<Scenario>& root_table();

const ParameterTable<Network>& network_table();        // network: model, fifo
const ParameterTable<StreamSettings>& stream_table();  // network.stream
const ParameterTable<Engine>& engine_table();          // engine
const ParameterTable<Platform>& star_table();          // platform.star
const ParameterTable<Platform>& uniform_table();       // platform.uniform
const ParameterTable<Platform>& file_table();          // platform: file

// When a fault fires: the keys beside its verb.
struct FaultTiming {
  Time at{};
  std::optional<Duration> lasts;  // `for`
  std::optional<Duration> until;  // since the start of the run
  std::optional<Duration> every;
  std::optional<std::uint32_t> times;
};
const ParameterTable<FaultTiming>& timing_table();

// One way to write `network.latency` as a map with one key.
struct DelayForm {
  std::string name;
  Delay::Kind kind;
  std::vector<Parameter> parameters;  // the first is Delay::a, the second Delay::b
  std::string meaning;
};
std::span<const DelayForm> delay_forms();
const Parameter& constant_latency();  // `network.latency: 5ms`

// One entry of `protocols`: name and label; `params` and `expect` are read apart.
struct EntryNames {
  std::string name;
  std::string label;
};
const ParameterTable<EntryNames>& entry_table();

const Parameter& seed_parameter();
const Parameter& zone_parameter();  // the count of one placement zone

// Meanings of the keys that are read apart, for the schema.
struct KeyMeaning {
  std::string name;
  std::string meaning;
};
std::span<const KeyMeaning> section_meanings();

}  // namespace hearsay
