// Tries a plugin in a process of its own, because its first lines may end the process or never end.
#pragma once

#include <string>

namespace hearsay {

class PluginEntry;

// A shared object that was loaded, or why not. It stays loaded.
struct LoadedObject {
  const PluginEntry* entries = nullptr;  // null with a reason
  std::string wrong;                     // what is wrong; what would be right
};
LoadedObject load_object(const std::string& file);

// What is wrong with the plugin; empty if its protocol can be had. Returns after plugin_patience() at the latest.
std::string probe(const std::string& file);

}  // namespace hearsay
