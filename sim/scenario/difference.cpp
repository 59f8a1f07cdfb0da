#include "sim/scenario/difference.hpp"

#include <map>
#include <set>

#include "sim/scenario/document.hpp"

namespace hearsay {
namespace {

using Settings = std::map<std::string, std::string>;  // by dotted path

void flatten(const Node& node, const std::string& path, Settings& settings) {
  const auto below = [&path](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.is_map())
    for (const Entry& entry : node.entries) flatten(entry.value, below(entry.key), settings);
  else if (node.is_list())
    for (std::size_t i = 0; i < node.items.size(); ++i) flatten(node.items[i], below(std::to_string(i)), settings);
  else
    settings[path] = flow_text(node);
}

Settings settings_of(const std::string& text) {
  static const std::set<std::string> others{"seed", "seeds", "protocols", "description", "expect", "name", "hunt"};
  Mistakes mistakes("");
  auto root = parse_document(text, mistakes);
  Settings settings;
  if (!root || !root->is_map()) return settings;
  std::erase_if(root->entries, [](const Entry& entry) { return others.contains(entry.key); });
  flatten(*root, "", settings);
  return settings;
}

}  // namespace

std::vector<std::string> differences_of(const std::string& before, const std::string& after) {
  const Settings old = settings_of(before), fresh = settings_of(after);
  std::set<std::string> paths;
  for (const Settings* settings : {&old, &fresh})
    for (const auto& [path, value] : *settings) paths.insert(path);
  const auto value_in = [](const Settings& settings, const std::string& path) {
    const auto it = settings.find(path);
    return it == settings.end() ? std::string("(none)") : it->second;
  };
  std::vector<std::string> differences;
  if (old.empty() || fresh.empty()) return differences;
  for (const std::string& path : paths)
    if (value_in(old, path) != value_in(fresh, path))
      differences.push_back(path + " " + value_in(old, path) + " -> " + value_in(fresh, path));
  return differences;
}

}  // namespace hearsay
