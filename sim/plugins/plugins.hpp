// Loads protocols from shared objects (`--plugin`, `plugins:`, HEARSAY_PLUGINS; docs/plugins.md). A protocol that was
// loaded is in the registry like any other.
#pragma once

#include <stdexcept>
#include <string>

namespace hearsay {

class PluginError : public std::runtime_error {  // "what is wrong; what would be right", without the name of the file
 public:
  using std::runtime_error::runtime_error;
};

// Who may name the protocol of a plugin: any scenario, or those that list the file.
enum class PluginScope { everywhere, scenario };

// Loads a plugin, or finds that this file is loaded already. Returns its absolute path, which Plugin::file has, too.
// Throws PluginError.
std::string load_plugin(const std::string& file, PluginScope scope);

// The version of the interface that this program has, such as "0.1.0 (interface 1a2b3c4d)".
std::string plugin_interface();

}  // namespace hearsay
