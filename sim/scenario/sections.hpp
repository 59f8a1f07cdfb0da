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
  Duration stagger{};
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

// One way to write a distribution (ValueType::distribution) as a map with one key, `list` aside.
struct LawOfTime {
  std::string name;
  TimeLaw::Kind kind;
  std::vector<Parameter> parameters;  // the first is TimeLaw::a; `max` is b, `shape` is shape
  std::string meaning;
};
std::span<const LawOfTime> laws_of_time();
const Parameter& length_of_time();  // a duration in a distribution

// One entry of `engine.sync_latency` as a list.
struct SyncLatency {
  Selector nodes;
  Duration latency{};
};
const ParameterTable<SyncLatency>& sync_latency_table();

// One entry of `protocols`: name and label; `params` and `expect` are read apart.
struct EntryNames {
  std::string name;
  std::string label;
};
const ParameterTable<EntryNames>& entry_table();

// One step of a workload's `script`, the word that says what it does aside.
const ParameterTable<ScriptStep>& step_table();
std::vector<std::string> words_of(const WorkloadInfo& info);

const ParameterTable<HuntSettings>& hunt_table();

const Parameter& seed_parameter();
const Parameter& zone_parameter();  // the count of one placement zone

// Meanings of the keys that are read apart, for the schema.
struct KeyMeaning {
  std::string name;
  std::string meaning;
};
std::span<const KeyMeaning> section_meanings();

}  // namespace hearsay
