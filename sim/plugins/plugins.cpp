#include "sim/plugins/plugins.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <utility>

#include "plugin_interface.hpp"  // made by cmake/packaging/HearsayInterface.cmake
#include "protocols/registry.hpp"
#include "sim/core/files.hpp"
#include "sim/core/plugin.hpp"
#include "sim/core/random.hpp"
#include "sim/plugins/guarded_protocol.hpp"
#include "sim/plugins/plugin_call.hpp"
#include "sim/plugins/probe.hpp"

namespace hearsay {
namespace {

constexpr std::size_t most_plugin_bytes = 1'000'000'000;

// Files that were loaded, and the protocol of each.
std::map<std::string, std::string>& loaded() {
  static std::map<std::string, std::string> all;
  return all;
}

std::string hash_of(const std::string& bytes) {
  constexpr std::size_t block = 1 << 16;
  std::uint64_t h = 0;
  for (std::size_t at = 0; at < bytes.size(); at += block)
    h = combine(h, hash_text(std::string_view(bytes).substr(at, block)));
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = "0123456789abcdef"[h >> 4 * i & 15];
  return text;
}

// What stands behind the mark in its bytes; read before anything of it runs.
void check_interface(const std::string& bytes) {
  if (!bytes.starts_with("\x7f"
                         "ELF"))
    throw PluginError("it is no shared object; name the .so of a plugin");
  const std::string_view mark = HEARSAY_PLUGIN_MARK;
  const auto at = bytes.find(mark);
  if (at == std::string::npos)
    throw PluginError(
        "it is no plugin: it lacks an entry point; build it by hearsay_add_protocol(), or write HEARSAY_PLUGIN in one "
        "of its sources");
  const auto begin = at + mark.size();
  const std::string theirs = bytes.substr(begin, std::min(bytes.find('\0', begin), begin + 100) - begin);
  if (theirs != plugin_interface())
    throw PluginError("it was built for Hearsay " + theirs + ", and this is Hearsay " + plugin_interface() +
                      "; build it again with this version");
}

std::string absolute(const std::string& file) {
  std::error_code error;
  const auto path = std::filesystem::canonical(file, error);
  if (error || file.empty()) throw PluginError("there is no such file; name the .so that your build wrote");
  return path.string();
}

std::string name_taken(const std::string& name) {
  const Plugin* other = plugin_of(name);
  return "its protocol has the name `" + name + "`, which " +
         (other == nullptr ? "a built-in protocol" : "that of the plugin " + other->file) +
         " has; give it another name";
}

}  // namespace

std::string plugin_interface() { return HEARSAY_PLUGIN_INTERFACE HEARSAY_PLUGIN_LAYOUT; }

std::string load_plugin(const std::string& file, PluginScope scope) {
  const std::string path = absolute(file);
  if (const auto known = loaded().find(path); known != loaded().end()) {
    if (scope == PluginScope::everywhere) plugin_of(known->second)->everywhere = true;
    return path;
  }
  std::string bytes;
  try {
    bytes = read_file(path, most_plugin_bytes);
  } catch (const FileError& error) {
    throw PluginError(error.what());
  }
  check_interface(bytes);
  watch_plugins();
  if (const std::string wrong = probe(path); !wrong.empty()) throw PluginError(wrong);
  const LoadedObject object = load_object(path);
  if (object.entries == nullptr) throw PluginError(object.wrong);
  ProtocolInfo info = object.entries->make();
  if (find_protocol(info.name) != nullptr) throw PluginError(name_taken(info.name));
  const std::string name = info.name;
  static std::deque<Plugin> plugins;
  Plugin& plugin = plugins.emplace_back(Plugin{path, hash_of(bytes), scope == PluginScope::everywhere});
  add_protocol(guarded(std::move(info), plugin), plugin);
  loaded()[path] = name;
  return path;
}

}  // namespace hearsay
