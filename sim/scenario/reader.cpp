// From a file to its scenarios: text, document, overrides, matrix, sections.
#include "sim/scenario/reader.hpp"

#include <filesystem>
#include <map>

#include "sim/core/files.hpp"
#include "sim/core/random.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/in_memory.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/shipped.hpp"
#include "sim/scenario/variants.hpp"

namespace hearsay {
namespace {

std::string hex(std::uint64_t word) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = "0123456789abcdef"[word >> 4 * i & 15];
  return text;
}

// Hashes of platform files, so that a matrix reads each once.
class FileHashes {
 public:
  std::uint64_t of(const std::string& file) {
    const auto [it, fresh] = hashes_.try_emplace(file, 0);
    if (fresh) it->second = hash_bytes(file);
    return it->second;
  }

 private:
  static std::uint64_t hash_bytes(const std::string& file) {
    constexpr std::size_t block = 1 << 16;
    std::string text;
    try {
      text = read_file(file, most_platform_bytes);
    } catch (const FileError& error) {
      throw ScenarioError({{file, 0, 0, error.what()}});
    }
    std::uint64_t h = 0;
    for (std::size_t at = 0; at < text.size(); at += block)
      h = combine(h, hash_text(std::string_view(text).substr(at, block)));
    return h;
  }

  std::map<std::string, std::uint64_t> hashes_;
};

std::string content_hash(const Node& root, const Scenario& scenario, FileHashes& files) {
  std::uint64_t h = hash_text(canonical_text(root));
  if (scenario.platform.kind == Platform::Kind::file) h = combine(h, files.of(scenario.platform.file));
  return hex(h);
}

void read_sections(const Node& root, Scenario& scenario, Mistakes& mistakes) {
  ClusterShape cluster;
  Reading reading{root, scenario, cluster, mistakes};
  read_top_level(reading);
  read_platform(reading);
  read_topology(reading);
  read_engine(reading);
  read_workload(reading);
  read_protocols(reading);
  read_network(reading);
  read_faults(reading);
  read_hunt(reading);
}

// Advances to the next combination, the last axis fastest. False after the last one.
bool advance(std::vector<std::size_t>& combination, const std::vector<Axis>& axes) {
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (++combination[i] < axes[i].values.size()) return true;
    combination[i] = 0;
  }
  return false;
}

// Those that set `plugins`, or all others with what else the command line changes.
Overrides settings(const Overrides& overrides, bool of_plugins) {
  Overrides some = of_plugins ? Overrides{} : overrides;
  some.settings.clear();
  for (const auto& setting : overrides.settings)
    if ((setting.first == "plugins" || setting.first.starts_with("plugins.")) == of_plugins)
      some.settings.push_back(setting);
  return some;
}

}  // namespace

std::vector<std::shared_ptr<const Scenario>> read_scenario(const std::string& word, const Overrides& overrides) {
  const bool from_stdin = word == "-";
  const FoundFile found = from_stdin ? FoundFile{"stdin", ""} : find_scenario_file(word);
  const std::string& file = found.path;
  Mistakes mistakes(file, overrides.folder);
  if (!found.wrong.empty()) mistakes.add({}, found.wrong);
  mistakes.raise_if_any();
  const auto text = from_stdin ? load_stdin(mistakes) : load_text(file, mistakes);
  auto root = text ? parse_document(*text, mistakes) : std::nullopt;
  mistakes.raise_if_any();
  // First, because settings of parameters ask what protocols there are.
  apply_overrides(*root, settings(overrides, true), mistakes);
  const std::vector<std::string> plugins = load_plugins(*root, mistakes);
  apply_overrides(*root, settings(overrides, false), mistakes);
  const std::vector<Axis> axes = take_matrix(*root, mistakes);

  std::vector<std::shared_ptr<const Scenario>> scenarios;
  FileHashes files;
  std::vector<std::size_t> combination(axes.size(), 0);
  do {
    const Node variant = with_combination(*root, axes, combination, mistakes);
    auto scenario = std::make_shared<Scenario>();
    scenario->file = file;
    scenario->plugins = plugins;
    for (std::size_t i = 0; i < axes.size(); ++i)
      scenario->case_values.emplace_back(axes[i].path, flow_text(axes[i].values[combination[i]]));
    read_sections(variant, *scenario, mistakes);
    if (mistakes.empty()) {
      scenario->content_hash = content_hash(variant, *scenario, files);
      scenario->resolved = flow_text(variant);
    }
    scenarios.push_back(std::move(scenario));
  } while (advance(combination, axes));
  mistakes.raise_if_any();
  return scenarios;
}

std::shared_ptr<const Scenario> read_tree(const Node& root, const std::string& file) {
  Mistakes mistakes(file);
  auto scenario = std::make_shared<Scenario>();
  scenario->file = file;
  Node tree = root;
  scenario->plugins = load_plugins(tree, mistakes);
  read_sections(tree, *scenario, mistakes);
  mistakes.raise_if_any();
  scenario->resolved = flow_text(tree);
  return scenario;
}

Node tree_of(const Scenario& scenario) {
  Mistakes mistakes(scenario.file);
  auto root = parse_document(scenario.resolved, mistakes);
  mistakes.raise_if_any();
  return std::move(*root);
}

Node movable_tree_of(const Scenario& scenario) {
  Node tree = tree_of(scenario);
  const auto find = [](Node* map, const char* key) { return map != nullptr ? map->find(key) : nullptr; };
  if (Node* file = find(find(&tree, "platform"), "file"))
    file->text = std::filesystem::absolute(scenario.platform.file).lexically_normal().string();
  Node* entries = find(&tree, "protocols");
  for (std::size_t i = 0; entries != nullptr && i < scenario.protocols.size(); ++i)
    for (const auto& [name, value] : scenario.protocols[i].params)
      if (const auto* path = std::get_if<FilePath>(&value); path != nullptr && !path->found.empty())
        if (Node* written = find(find(&entries->items.at(i), "params"), name.c_str())) written->text = path->found;
  return tree;
}

std::vector<Case> cases_of(const std::vector<std::shared_ptr<const Scenario>>& scenarios) {
  std::vector<Case> cases;
  for (const auto& scenario : scenarios)
    for (std::size_t protocol = 0; protocol < scenario->protocols.size(); ++protocol)
      for (const std::uint64_t seed : scenario->seeds) cases.push_back({scenario, protocol, seed});
  return cases;
}

}  // namespace hearsay
