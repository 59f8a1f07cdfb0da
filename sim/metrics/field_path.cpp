#include "sim/metrics/field_path.hpp"

#include <algorithm>
#include <list>

namespace hearsay {
namespace {

using Names = std::vector<std::string>;
using Found = std::variant<NamedField, PathMistake>;

bool is_index(const std::string& text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
}

std::string joined_path(const std::string& a, const std::string& b) { return a.empty() ? b : a + "." + b; }

NamedField named(const Field& field) { return {&field, field.kind, field.nullable}; }

// One of the fields of a list's or map's entry.
Found find_part(const Field& owner, const std::string& within, const std::string& rest) {
  Names names;
  for (const Field& part : owner.parts) {
    if (part.name == rest) return named(part);
    names.push_back(part.name);
  }
  return PathMistake{within, rest, names, false};
}

Found find_in_list(const Field& list, const std::string& rest) {
  const std::string index = rest.substr(0, rest.find('.'));
  if (!is_index(index)) return PathMistake{list.name, index, {}, true};
  return find_part(list, list.name + "." + index, index.size() < rest.size() ? rest.substr(index.size() + 1) : "");
}

// Names of a map may hold dots: the longest that fits.
Found find_in_map(const Field& map, const std::string& rest, const MapNames& known) {
  const auto entry = known.find(map.name);
  const Names names = entry == known.end() ? Names{} : entry->second;
  if (map.parts.empty()) {
    if (std::find(names.begin(), names.end(), rest) != names.end()) return NamedField{&map, map.values, true};
    return PathMistake{map.name, rest, names, false};
  }
  std::string longest;
  for (const std::string& name : names)
    if ((rest == name || rest.starts_with(name + ".")) && name.size() > longest.size()) longest = name;
  if (!longest.empty())
    return find_part(map, map.name + "." + longest, rest == longest ? "" : rest.substr(longest.size() + 1));
  return PathMistake{map.name, rest.substr(0, rest.find('.')), names, false};
}

// Where no field fits: the deepest group that the path leads into, and what is in that.
PathMistake mistake_in_groups(const std::string& path) {
  std::string within;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    const std::string next = joined_path(within, part);
    const bool group = std::any_of(result_fields().begin(), result_fields().end(),
                                   [&next](const Field& f) { return f.name.starts_with(next + "."); });
    if (group && end < path.size()) {
      within = next;
      begin = end + 1;
      continue;
    }
    const std::string prefix = group ? next + "." : within.empty() ? "" : within + ".";
    Names names;
    for (const Field& field : result_fields()) {
      if (!field.name.starts_with(prefix)) continue;
      const std::string name = field.name.substr(prefix.size(), field.name.find('.', prefix.size()) - prefix.size());
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (group) return {next, "", names, false};
    if (find_field(within) != nullptr) names.clear();
    return {within, part, names, false};
  }
}

}  // namespace

Found find_path(const std::string& path, const MapNames& names) {
  for (const Field& field : result_fields()) {
    if (field.name == path && field.kind != FieldKind::list && field.kind != FieldKind::map) return named(field);
    if (field.kind == FieldKind::list || field.kind == FieldKind::map) {
      const bool whole = field.name == path;
      if (!whole && !path.starts_with(field.name + ".")) continue;
      const std::string rest = whole ? "" : path.substr(field.name.size() + 1);
      return field.kind == FieldKind::list ? find_in_list(field, rest) : find_in_map(field, rest, names);
    }
    if (path.starts_with(field.name + ".")) {
      const bool longer = std::any_of(result_fields().begin(), result_fields().end(), [&](const Field& f) {
        return f.name.size() > field.name.size() && path.starts_with(f.name);
      });
      if (!longer) return PathMistake{field.name, path.substr(field.name.size() + 1), {}, false};
    }
  }
  return mistake_in_groups(path);
}

const Field* table_field(const NamedField& named, const std::string& path) {
  if (named.kind > FieldKind::share) return nullptr;
  if (const Field* whole = find_field(path)) return whole;
  const auto map = std::find_if(result_fields().begin(), result_fields().end(), [&path](const Field& field) {
    return field.kind == FieldKind::map && path.starts_with(field.name + ".");
  });
  if (map == result_fields().end()) return nullptr;  // of one entry of a list
  const std::string rest = path.substr(map->name.size() + 1);
  const std::size_t dot = map->parts.empty() ? std::string::npos : rest.rfind('.');
  Field field;
  field.name = path;
  field.path = map->path;
  field.kind = named.kind;
  field.path.push_back(rest.substr(0, dot));
  field.nullable = true;
  std::string heading = field.path.back();
  if (dot != std::string::npos) {
    field.path.push_back(rest.substr(dot + 1));
    heading += "\n" + field.path.back();
  }
  field.unit = map->parts.empty() ? map->unit : named.field->unit;
  field.column = TableColumn{heading, 1, 10};
  static std::list<Field> made;  // tables hold pointers to fields
  return &made.emplace_back(std::move(field));
}

}  // namespace hearsay
