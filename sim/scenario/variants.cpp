#include "sim/scenario/variants.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocols/registry.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

// Keys of which one excludes the others: setting one takes the others out.
constexpr std::array<std::array<std::string_view, 5>, 4> exclusive{
    {{"seed", "seeds"},
     {"for", "until"},
     {"star", "uniform", "file"},
     {"uniform", "normal", "exponential", "pareto", "list"}}};

void remove(Node& map, std::string_view key) {
  std::erase_if(map.entries, [key](const Entry& entry) { return entry.key == key; });
}

void put(Node& map, const std::string& key, const Location& place, Node value) {
  for (const auto& group : exclusive) {
    if (std::find(group.begin(), group.end(), key) == group.end()) continue;
    for (const auto rival : group)
      if (rival != key && !rival.empty()) remove(map, rival);
  }
  for (auto& entry : map.entries) {
    if (entry.key != key) continue;
    entry.place = place;
    entry.value = std::move(value);
    return;
  }
  map.entries.push_back({key, place, std::move(value)});
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', start)) {
    parts.push_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  parts.push_back(path.substr(start));
  return parts;
}

// Puts a value at a dotted path below a node, making maps that are not there.
class PathSetter {
 public:
  PathSetter(const std::string& path, const Location& place, Mistakes& mistakes)
      : path_(path), parts_(split(path)), place_(place), mistakes_(mistakes) {}

  bool set(Node& root, Node value) {
    if (std::any_of(parts_.begin(), parts_.end(), [](const std::string& part) { return part.empty(); }))
      return fail("the path " + backquoted(path_) + " has an empty part; write it like `network.loss`");
    if (parts_.size() > most_document_depth) return fail("the path is too deep; write it like `network.loss`");
    Node* node = &root;
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
      if (node->is_map() && i > 0 && keeps_dots(parts_[i - 1])) return set_dotted(*node, i, std::move(value));
      node = step(*node, i);
      if (node == nullptr) return false;
    }
    return place_value(*node, std::move(value));
  }

 private:
  bool fail(const std::string& message) {
    mistakes_.add(place_, message);
    return false;
  }

  std::string joined_parts(std::size_t first, std::size_t last) const {
    std::string text;
    for (std::size_t i = first; i < last; ++i) text += (i == first ? "" : ".") + parts_[i];
    return text;
  }

  // Sections whose keys are dotted paths themselves.
  static bool keeps_dots(const std::string& section) { return section == "expect" || section == "matrix"; }

  bool set_dotted(Node& section, std::size_t first, Node value) {
    const std::string& last = parts_.back();
    const std::string above = joined_parts(first, parts_.size() - 1);
    Node* bounds = section.find(above);
    if (bounds != nullptr && bounds->is_map() && (last == "min" || last == "max"))
      put(*bounds, last, place_, std::move(value));
    else
      put(section, joined_parts(first, parts_.size()), place_, std::move(value));
    return true;
  }

  // The item that part `i` names in a list; null, and a mistake, if there is none.
  Node* item_of(Node& list, std::size_t i) {
    std::size_t index = 0;
    const std::string& part = parts_[i];
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error == std::errc{} && end == part.data() + part.size() && index < list.items.size())
      return &list.items[index];
    const std::string name = backquoted(joined_parts(0, i));
    fail(list.items.empty() ? name + " is an empty list; there is nothing to set in it"
                            : backquoted(part) + " is no item of " + name + "; its items are 0.." +
                                  std::to_string(list.items.size() - 1));
    return nullptr;
  }

  // The node that part `i` names below `node`.
  Node* step(Node& node, std::size_t i) {
    if (node.is_list()) return item_of(node, i);
    if (node.is_scalar() && i == 2 && parts_[0] == "protocols") make_entry(node);
    if (node.is_scalar()) {
      fail(backquoted(joined_parts(0, i)) + " is the plain value " + backquoted(node.text) +
           " in the file; set it as a whole: `" + joined_parts(0, i) + "={" + joined_parts(i, parts_.size()) +
           ": ...}`");
      return nullptr;
    }
    if (node.is_null()) become_map(node);
    if (Node* found = node.find(parts_[i])) return found;
    Node fresh;
    fresh.place = place_;
    put(node, parts_[i], place_, std::move(fresh));
    return node.find(parts_[i]);
  }

  bool place_value(Node& node, Node value) {
    const std::size_t last = parts_.size() - 1;
    if (node.is_list()) {
      Node* item = item_of(node, last);
      if (item != nullptr) *item = std::move(value);
      return item != nullptr;
    }
    if (node.is_scalar() && last == 2 && parts_[0] == "protocols") make_entry(node);
    if (node.is_scalar())
      return fail(backquoted(joined_parts(0, last)) + " is the plain value " + backquoted(node.text) +
                  " in the file; set it as a whole: `" + joined_parts(0, last) + "={" + parts_[last] + ": ...}`");
    if (node.is_null()) become_map(node);
    put(node, parts_[last], place_, std::move(value));
    return true;
  }

  void become_map(Node& node) const {
    node.kind = Node::Kind::map;
    node.place = place_;
  }

  // `- delta-gossip` is short for `- {name: delta-gossip}`.
  static void make_entry(Node& node) {
    Node name = node;
    node.kind = Node::Kind::map;
    node.entries.push_back({"name", node.place, std::move(name)});
  }

  const std::string& path_;
  std::vector<std::string> parts_;
  const Location& place_;
  Mistakes& mistakes_;
};

const ProtocolInfo* protocol_of(const Node& entry) {
  const Node* name = entry.is_map() ? entry.find("name") : &entry;
  return name != nullptr && name->is_scalar() ? find_protocol(name->text) : nullptr;
}

bool has_parameter(const ProtocolInfo& info, const std::string& name) {
  return std::any_of(info.parameters.begin(), info.parameters.end(), [&](const Parameter& parameter) {
    return parameter.name == name || parameter.name.starts_with(name + ".");
  });
}

// `params.NAME`: the parameter of every protocol of the list that has it.
void set_parameter(Node& root, const std::string& name, const Location& place, const Node& value, Mistakes& mistakes) {
  Node* list = root.find("protocols");
  if (list == nullptr || !list->is_list()) return;  // a mistake that the reader finds
  bool found = false, unknown = false;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const ProtocolInfo* info = protocol_of(list->items[i]);
    if (info == nullptr) {
      unknown = true;
      continue;
    }
    for (const auto& parameter : info->parameters)
      if (std::find(known.begin(), known.end(), parameter.name) == known.end()) known.push_back(parameter.name);
    if (!has_parameter(*info, name)) continue;
    found = true;
    const std::string path = "protocols." + std::to_string(i) + ".params." + name;
    PathSetter(path, place, mistakes).set(root, value);
  }
  if (!found && !unknown)
    mistakes.add(place,
                 "no protocol of the scenario has a parameter " + backquoted(name) + hint(name, known, "parameters"));
}

void set_path(Node& root, const std::string& path, const Location& place, Node value, Mistakes& mistakes) {
  if (path.starts_with("params."))
    set_parameter(root, path.substr(7), place, value, mistakes);
  else
    PathSetter(path, place, mistakes).set(root, std::move(value));
}

Location option(std::string text) { return {0, 0, std::make_shared<const std::string>(std::move(text))}; }

std::string label_of(const Node& entry) {
  const Node* label = entry.is_map() ? entry.find("label") : nullptr;
  if (label == nullptr) label = entry.is_map() ? entry.find("name") : &entry;
  return label != nullptr && label->is_scalar() ? label->text : std::string();
}

// An entry of the file whose label (its name, unless given) is the one asked for stays as the file has it, so that one
// entry can be run again alone; any other name stands for the protocol with default parameters.
void replace_protocols(Node& root, const std::vector<std::string>& names) {
  Node list;
  list.kind = Node::Kind::list;
  list.place = option("--protocol");
  const Node* before = root.find("protocols");
  for (const auto& name : names) {
    const Node* kept = nullptr;
    if (before != nullptr)
      for (const auto& entry : before->items)
        if (kept == nullptr && label_of(entry) == name) kept = &entry;
    list.items.push_back(kept != nullptr ? *kept : scalar_node(name, option("--protocol " + name)));
    if (kept != nullptr) list.items.back().index = static_cast<std::size_t>(kept - before->items.data());
  }
  const Location place = list.place;
  put(root, "protocols", place, std::move(list));
}

void apply_setting(Node& root, const std::string& path, const std::string& text, Mistakes& mistakes) {
  const Location place = option("--set " + path + "=" + text);
  if (text.size() > 100'000) {
    mistakes.add(option("--set " + path), "the value is longer than 100000 characters; put it into the scenario file");
    return;
  }
  auto value = parse_snippet(text, place, mistakes);
  if (!value) return;
  Node* matrix = root.find("matrix");
  if (Node* axis = matrix != nullptr && matrix->is_map() ? matrix->find(path) : nullptr) {
    // A path that the matrix varies is held at this value, and the run stays a case of the matrix.
    axis->kind = Node::Kind::list;
    axis->place = place;
    axis->items = {std::move(*value)};
    return;
  }
  set_path(root, path, place, std::move(*value), mistakes);
}

bool check_axis(const Entry& entry, Mistakes& mistakes) {
  if (!entry.value.is_list() || entry.value.items.empty()) {
    mistakes.add(entry.value.place,
                 backquoted(entry.key) + " in the matrix is " +
                     (entry.value.is_list() ? std::string("an empty list") : describe_kind(entry.value)) +
                     "; give a list of values such as `[10, 25, 100]`");
    return false;
  }
  static const std::vector<std::string> fixed{"name", "description", "matrix", "seed", "seeds", "protocols", "plugins"};
  if (std::find(fixed.begin(), fixed.end(), entry.key.substr(0, entry.key.find('.'))) == fixed.end()) return true;
  mistakes.add(entry.place, "the matrix cannot vary " + backquoted(entry.key) +
                                "; it varies settings such as `nodes`, `network.loss` or `params.NAME`");
  return false;
}

void append_canonical(std::string& out, const std::string& text) { out += std::to_string(text.size()) + ":" + text; }

void append_canonical(std::string& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: out += "~"; break;
    case Node::Kind::scalar: append_canonical(out, node.text); break;
    case Node::Kind::list:
      out += "[";
      for (const auto& item : node.items) append_canonical(out, item);
      out += "]";
      break;
    case Node::Kind::map: {
      std::vector<const Entry*> entries;
      for (const auto& entry : node.entries) entries.push_back(&entry);
      std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
      out += "{";
      for (const Entry* entry : entries) {
        append_canonical(out, entry->key);
        append_canonical(out, entry->value);
      }
      out += "}";
      break;
    }
  }
}

// `1..3` as it stands, `1,2,5..9` as a list.
Node seeds_node(const std::string& text, const Location& place) {
  if (text.find(',') == std::string::npos) return scalar_node(text, place);
  Node list;
  list.kind = Node::Kind::list;
  list.place = place;
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(',', begin);
    list.items.push_back(scalar_node(text.substr(begin, end == std::string::npos ? end : end - begin), place));
  }
  return list;
}

}  // namespace

// `--set protocols.1.label=x` speaks of the file's list, from which `--protocol` then chooses; `--set params.NAME=x` of
// the protocols chosen.
void apply_overrides(Node& root, const Overrides& overrides, Mistakes& mistakes) {
  const auto of_list = [](const std::string& path) { return path == "protocols" || path.starts_with("protocols."); };
  for (const auto& [path, text] : overrides.settings)
    if (of_list(path)) apply_setting(root, path, text, mistakes);
  if (!overrides.protocols.empty()) replace_protocols(root, overrides.protocols);
  if (overrides.seeds) {
    const Location place = option("--seeds " + *overrides.seeds);
    put(root, "seeds", place, seeds_node(*overrides.seeds, place));
  }
  for (const auto& [path, text] : overrides.settings)
    if (!of_list(path)) apply_setting(root, path, text, mistakes);
}

std::vector<Axis> take_matrix(Node& root, Mistakes& mistakes) {
  const Node* matrix = root.find("matrix");
  if (matrix == nullptr) return {};
  std::vector<Axis> axes;
  if (!matrix->is_map()) {
    mistakes.add(matrix->place, "`matrix` is " + describe_kind(*matrix) +
                                    "; write lists of values by path, such as `nodes: [10, 25, 100]`");
  } else {
    std::size_t combinations = 1;
    for (const auto& entry : matrix->entries) {
      if (!check_axis(entry, mistakes)) continue;
      combinations *= entry.value.items.size();
      if (combinations > most_combinations) {
        mistakes.add(entry.place, "the matrix has more than " + std::to_string(most_combinations) +
                                      " combinations; leave values out or split the scenario");
        axes.clear();
        break;
      }
      axes.push_back({entry.key, entry.place, entry.value.items});
    }
  }
  remove(root, "matrix");
  return axes;
}

Node with_combination(const Node& root, const std::vector<Axis>& axes, const std::vector<std::size_t>& combination,
                      Mistakes& mistakes) {
  Node variant = root;
  for (std::size_t i = 0; i < axes.size(); ++i)
    set_path(variant, axes[i].path, axes[i].place, axes[i].values[combination[i]], mistakes);
  return variant;
}

std::string canonical_text(const Node& root) {
  Node kept = root;
  for (const char* key : {"seed", "seeds", "protocols", "description", "expect", "hunt", "plugins"}) remove(kept, key);
  if (Node* platform = kept.find("platform"))
    if (Node* file = platform->find("file")) *file = scalar_node("", {});
  std::string out;
  append_canonical(out, kept);
  return out;
}

}  // namespace hearsay
