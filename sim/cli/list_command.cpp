// `list`: what there is, one line each.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "protocols/registry.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/lay_out.hpp"
#include "sim/cli/options.hpp"
#include "sim/faults/fault.hpp"
#include "sim/metrics/field.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/shipped.hpp"
#include "sim/scenario/topology.hpp"
#include "sim/scenario/words.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

struct Listed {
  std::string name;
  std::string summary;
  std::string file{};  // of what ships as one
};

struct ListKind {
  std::string name;  // as the user asks for it
  std::string singular;
  bool always;  // also without an argument
  std::vector<Listed> (*make)();
};

template <class Infos>
std::vector<Listed> listed(const Infos& infos) {
  std::vector<Listed> all;
  for (const auto& info : infos) all.push_back({std::string(info.name), info.summary});
  return all;
}

std::string description_of(const std::string& scenario) {
  Mistakes mistakes(scenario);
  const auto text = load_text(scenario, mistakes);
  const auto root = text ? parse_document(*text, mistakes) : std::nullopt;
  const Node* description = root ? root->find("description") : nullptr;
  return description != nullptr ? description->text : "";
}

// The first sentence of the first comment.
std::string comment_of(const std::string& platform) {
  std::ifstream in(platform);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto begin = text.find("<!-- ");
  if (begin == std::string::npos) return "";
  std::string sentence;
  for (const char c : text.substr(begin + 5, text.find(". ", begin) + 1 - begin - 5)) {
    if (c == '\n') break;
    sentence += c;
  }
  return sentence;
}

std::vector<Listed> listed_files(const std::vector<ShippedFile>& files, std::string (*summary)(const std::string&)) {
  std::vector<Listed> all;
  for (const auto& file : files) all.push_back({file.name, summary(file.path), file.path});
  return all;
}

// Fields of a result: kind with unit; which direction is better; meaning. Parts of lists and maps stand behind their
// owner, `*` for an index or a name.
void add_fields(std::vector<Listed>& all, const std::string& prefix, std::span<const Field> fields) {
  static constexpr const char* directions[] = {"-", "lower", "higher"};
  for (const Field& field : fields) {
    const std::string kind = std::string(name_of(field.kind)) + (field.unit.empty() ? "" : ", " + field.unit) +
                             (field.nullable ? " or null" : "");
    all.push_back(
        {prefix + field.name, kind + "; " + directions[static_cast<std::size_t>(field.better)] + "; " + field.meaning});
    add_fields(all, prefix + field.name + ".*.", field.parts);
  }
}

std::vector<Listed> listed_fields() {
  std::vector<Listed> all;
  add_fields(all, "", result_fields());
  return all;
}

const std::vector<ListKind>& kinds() {
  static const std::vector<ListKind> all{
      {"protocols", "protocol", true, [] { return listed(protocols()); }},
      {"workloads", "workload", true, [] { return listed(workloads()); }},
      {"faults", "fault", true, [] { return listed(fault_verbs()); }},
      {"topologies", "topology", true, [] { return listed(topologies()); }},
      {"crdts", "crdt", true, [] { return listed(crdt::types()); }},
      {"fields", "field", false, listed_fields},
      {"scenarios", "scenario", false, [] { return listed_files(shipped_scenarios(), description_of); }},
      {"platforms", "platform", false, [] { return listed_files(shipped_platforms(), comment_of); }},
  };
  return all;
}

}  // namespace

Exit list_command(const Arguments& arguments) {
  refuse_simgrid(arguments, "list");
  const auto given = read_words("list", arguments.words, format_options(), "kind");
  if (given.count("help") != 0) {
    std::cout
        << "usage: " << arguments.launcher << " list [KIND] [OPTIONS]\n\n"
        << "Prints what there is, one line each. Kinds: " << joined(names_of(kinds()))
        << ".\nWithout a kind, everything except the fields of a result and the scenarios and platforms that ship.\n\n"
        << format_options();
    return Exit::ok;
  }
  const auto wanted = texts_of(given, "kind");
  if (wanted.size() > 1) throw UsageError("`list` takes one kind at most; run it once per kind");
  const auto names = names_of(kinds());
  if (!wanted.empty() && std::find(names.begin(), names.end(), wanted.front()) == names.end())
    throw UsageError("cannot list " + backquoted(wanted.front()) + hint(wanted.front(), names, "kinds"));
  Rows rows;
  Json json = Json::array();
  for (const ListKind& kind : kinds()) {
    if (wanted.empty() ? !kind.always : kind.name != wanted.front()) continue;
    for (const Listed& one : kind.make()) {
      rows.push_back({one.name, one.summary});
      if (wanted.empty()) rows.back().insert(rows.back().begin(), kind.singular);
      json.push_back({{"kind", kind.singular}, {"name", one.name}, {"summary", one.summary}});
      if (!one.file.empty()) json.back()["file"] = one.file;
    }
  }
  if (format_of(given, {"text", "json"}) == 1)
    std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  else
    std::cout << lay_out_list(rows);
  return Exit::ok;
}

}  // namespace hearsay
