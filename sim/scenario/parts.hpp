// The sections of a scenario, one reader each. Each reads its section of one document into the Scenario and adds its
// mistakes; a section that is not there leaves the defaults.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/field_path.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/values.hpp"

namespace hearsay {

struct Reading {
  const Node& root;
  Scenario& scenario;
  ClusterShape& cluster;  // filled by read_top_level and read_platform, which come first
  Mistakes& mistakes;
};

// Loads what the key `plugins` lists; paths are relative to the scenario's file. Returns their absolute paths, an empty
// one for each that cannot be loaded, and puts them into the document: who reads it again does so in another folder.
std::vector<std::string> load_plugins(Node& root, Mistakes& mistakes);

void read_top_level(Reading& reading);  // name, description, duration, settle, nodes, seed, seeds; unknown keys
void read_platform(Reading& reading);
void read_topology(Reading& reading);
void read_network(Reading& reading);  // after read_protocols, as read_faults: rules may name kinds of messages
void read_engine(Reading& reading);
void read_workload(Reading& reading);
void read_protocols(Reading& reading);  // after read_workload: protocols must serve it
void read_faults(Reading& reading);
void read_hunt(Reading& reading);

// A mistake if the rule with these values names a kind of message (`kinds`) that none of the protocols has.
void check_kinds(GivenValues& given, Reading& reading);

// The section `expect` or an entry's own. `names`: what the maps of a result may hold, by the protocols that the
// section speaks of.
std::vector<Expectation> read_expectations(const Node& section, const MapNames& names, Mistakes& mistakes);

// True, or a mistake: the map has exactly one key. `forms` says what would be right.
bool has_one_key(const Node& map, const std::string& what, const std::string& forms, Mistakes& mistakes);

}  // namespace hearsay
