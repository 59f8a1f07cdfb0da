// `plugins`: shared objects that bring protocols of their own.
#include <filesystem>

#include "sim/plugins/plugins.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr std::size_t most_plugins = 100;

std::string load_one(const Node& item, const std::filesystem::path& folder, Mistakes& mistakes) {
  if (!item.is_scalar() || item.text.empty()) {
    mistakes.add(item.place,
                 "a plugin cannot be " + describe_kind(item) + "; name its file, such as `build/libmine.so`");
    return "";
  }
  try {
    return load_plugin((folder / item.text).string(), PluginScope::scenario);
  } catch (const PluginError& error) {
    mistakes.add(item.place, "the plugin " + backquoted(item.text) + ": " + error.what());
    return "";
  }
}

}  // namespace

std::vector<std::string> load_plugins(Node& root, Mistakes& mistakes) {
  Node* list = root.find("plugins");
  if (list == nullptr) return {};
  if (!list->is_list() || list->items.size() > most_plugins) {
    mistakes.add(list->place, (list->is_list() ? "these are more than " + std::to_string(most_plugins) + " plugins"
                                               : "`plugins` is " + describe_kind(*list)) +
                                  "; list their files, such as `[build/libmine.so]`");
    return {""};
  }
  const std::filesystem::path folder = mistakes.folder();
  std::vector<std::string> loaded;
  for (Node& item : list->items) {
    loaded.push_back(load_one(item, folder, mistakes));
    if (!loaded.back().empty()) item.text = loaded.back();
  }
  return loaded;
}

}  // namespace hearsay
