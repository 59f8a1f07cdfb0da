// Loading: what is refused and why, and what the registry has afterwards.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "protocols/registry.hpp"
#include "sim/core/files.hpp"
#include "sim/core/plugin.hpp"
#include "sim/plugins/plugins.hpp"
#include "sim/plugins/probe.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

std::string refused(const std::string& file) {
  try {
    load_plugin(file, PluginScope::everywhere);
  } catch (const PluginError& error) {
    return error.what();
  }
  return "";
}

// What the probe finds while the plugin behaves so.
std::string probed(const char* variable, const std::string& value) {
  setenv(variable, value.c_str(), 1);
  std::string wrong = probe(MISBEHAVES);
  unsetenv(variable);
  return wrong;
}

struct TemporaryFile {
  std::string name = (fs::temp_directory_path() / ("hearsay-plugin-" + std::to_string(getpid()) + ".so")).string();
  explicit TemporaryFile(const std::string& bytes) { std::ofstream(name, std::ios::binary) << bytes; }
  ~TemporaryFile() { fs::remove(name); }
};

}  // namespace

TEST_CASE("a file that is no plugin is refused before anything of it runs") {
  CHECK(refused("") == "there is no such file; name the .so that your build wrote");
  CHECK(refused("/nowhere/libmine.so") == "there is no such file; name the .so that your build wrote");
  const TemporaryFile text("text");
  CHECK(refused(text.name) == "it is no shared object; name the .so of a plugin");
  CHECK(refused(STRANGER).starts_with("it is no plugin: it lacks an entry point; "));
  CHECK_FALSE(refused(fs::temp_directory_path().string()).empty());  // a folder
}

TEST_CASE("a plugin of another interface is refused with both versions") {
  const TemporaryFile old(
      "\x7f"
      "ELF..." HEARSAY_PLUGIN_MARK "0.0.9 (interface 00000000)" +
      std::string(1, '\0') + "more");
  CHECK(refused(old.name) == "it was built for Hearsay 0.0.9 (interface 00000000), and this is Hearsay " +
                                 plugin_interface() + "; build it again with this version");
  const TemporaryFile endless(
      "\x7f"
      "ELF..." HEARSAY_PLUGIN_MARK +
      std::string(1000, 'x'));
  CHECK(refused(endless.name).starts_with("it was built for Hearsay " + std::string(100, 'x') + ", and"));
}

TEST_CASE("the probe says what is wrong with a plugin that misbehaves while it is loaded") {
  CHECK(probe(MISBEHAVES).empty());
#ifndef __SANITIZE_ADDRESS__  // which takes the signal for itself
  CHECK(probed("MISBEHAVE", "crash") == "it crashes when it is loaded: Segmentation fault");
#endif
  CHECK(probed("MISBEHAVE", "exit") == "it ends the process when it is loaded");
  CHECK(probed("MISBEHAVE", "throw") == "it threw while it described its protocol: no more tea");
  CHECK(probed("MISBEHAVE", "loop").starts_with("it has not described its protocol after 0 s"));
  CHECK(probed("MISBEHAVE", "two") == "it exports two protocols, `misbehaves` and `other`; build a plugin of each");
  CHECK(probed("MISBEHAVE", "summary") ==
        "its protocol `misbehaves` lacks `summary`; fill it in (sim/core/protocol_info.hpp)");
  CHECK(probed("MISBEHAVE", "configure") ==
        "its protocol `misbehaves` lacks `configure`; fill it in (sim/core/protocol_info.hpp)");
  CHECK(probed("NAME", std::string(60, 'a')).empty());
  for (const std::string& name : {std::string(), std::string("Mine"), std::string("a b"), std::string(61, 'a')})
    CHECK(probed("NAME", name) ==
          "its protocol has the name `" + name + "`; use up to 60 lower-case letters, digits and '-'");
  CHECK(probe("/nowhere.so").starts_with("it cannot be loaded: cannot open shared object file"));
  CHECK(probe(STRANGER).starts_with("it lacks the entry point hearsay_plugin_entries; "));
}

TEST_CASE("a plugin that is loaded is in the registry, once") {
  setenv("NAME", "delta-gossip", 1);
  CHECK(refused(MISBEHAVES) ==
        "its protocol has the name `delta-gossip`, which a built-in protocol has; give it another name");
  unsetenv("NAME");
  CHECK(plugin_of("misbehaves") == nullptr);
  const std::string path = load_plugin(MISBEHAVES, PluginScope::scenario);
  CHECK(path == fs::canonical(MISBEHAVES).string());
  REQUIRE(find_protocol("misbehaves") != nullptr);
  REQUIRE(plugin_of("misbehaves") != nullptr);
  CHECK(plugin_of("misbehaves")->file == path);
  CHECK_FALSE(plugin_of("misbehaves")->everywhere);
  const std::string content = plugin_of("misbehaves")->content;
  CHECK(content.size() == 16);
  CHECK(content.find_first_not_of("0123456789abcdef") == std::string::npos);
  const auto count = protocols().size();
  CHECK(load_plugin(path, PluginScope::everywhere) == path);
  CHECK(protocols().size() == count);
  CHECK(plugin_of("misbehaves")->everywhere);
  CHECK(load_plugin(path, PluginScope::scenario) == path);
  CHECK(plugin_of("misbehaves")->everywhere);
  const TemporaryFile copy(read_file(path, 100'000'000));
  CHECK(refused(copy.name) ==
        "its protocol has the name `misbehaves`, which that of the plugin " + path + " has; give it another name");
}

}  // namespace hearsay
