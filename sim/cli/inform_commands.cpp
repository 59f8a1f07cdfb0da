// The commands that tell what there is: list, describe, schema.
#include <algorithm>
#include <iostream>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "protocols/registry.hpp"
#include "sim/cli/command.hpp"
#include "sim/faults/fault.hpp"
#include "sim/metrics/field.hpp"
#include "sim/metrics/protocol_metrics.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/topology.hpp"
#include "sim/scenario/words.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {
namespace {

using Rows = std::vector<std::vector<std::string>>;

template <class Infos>
void add_rows(Rows& rows, const std::string& kind, const Infos& infos, bool with_kind) {
  for (const auto& info : infos)
    rows.push_back(with_kind ? std::vector<std::string>{kind, std::string(info.name), info.summary}
                             : std::vector<std::string>{std::string(info.name), info.summary});
}

std::string required_or_default(const Parameter& parameter) {
  return parameter.required ? "(required)" : to_string(parameter.default_value, parameter.type);
}

std::string type_text(const Parameter& parameter) {
  if (parameter.choices.empty()) return std::string(name_of(parameter.type));
  std::string text;
  for (const auto& choice : parameter.choices) text += (text.empty() ? "" : " | ") + choice;
  return parameter.type == ValueType::text_list ? "list of " + text : text;
}

std::string unit_of(ValueType type) {
  switch (type) {
    case ValueType::duration: return "time";
    case ValueType::rate: return "per second";
    case ValueType::size: return "bytes";
    case ValueType::bandwidth: return "bits/s";
    case ValueType::share: return "%";
    default: return "-";
  }
}

// Columns lined up with spaces, without a header: a line each, easy to cut.
std::string lay_out_list(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      if (i >= widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], row[i].size());
    }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      out += i + 1 < row.size() ? row[i] + std::string(widths[i] - row[i].size() + 2, ' ') : row[i];
    out += "\n";
  }
  return out;
}

// Prose in lines of at most `width` columns, each indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = 116) {
  std::string out(indent, ' ');
  std::size_t column = indent;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (column > indent && column + 1 + end - at > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(at, end - at);
    column += end - at;
    at = end + 1;
  }
  return out + "\n";
}

// The fields of a result: name, kind with unit, which direction is better, meaning. Parts of lists and maps stand
// behind their owner, `*` for an index or a name.
void add_field_rows(Rows& rows, const std::string& prefix, std::span<const Field> fields) {
  static constexpr const char* directions[] = {"-", "lower", "higher"};
  for (const Field& field : fields) {
    const std::string kind = std::string(name_of(field.kind)) + (field.unit.empty() ? "" : ", " + field.unit) +
                             (field.nullable ? " or null" : "");
    rows.push_back({prefix + field.name, kind, directions[static_cast<std::size_t>(field.better)], field.meaning});
    add_field_rows(rows, prefix + field.name + ".*.", field.parts);
  }
}

Rows field_rows() {
  Rows rows;
  add_field_rows(rows, "", result_fields());
  return rows;
}

void describe_parameters(const std::vector<Parameter>& parameters) {
  for (const auto& parameter : parameters) {
    std::cout << "  " << parameter.name << ": " << type_text(parameter);
    if (unit_of(parameter.type) != "-") std::cout << " (" << unit_of(parameter.type) << ")";
    std::cout << ", default " << required_or_default(parameter) << "\n" << wrapped(parameter.meaning, 6);
    if (!parameter.source.empty()) std::cout << wrapped("source: " + parameter.source, 6);
  }
}

}  // namespace

Exit list_command(const Arguments& arguments) {
  static const std::vector<std::string> kinds{"protocols", "workloads", "faults", "topologies", "crdts", "fields"};
  if (only_help(arguments, "list [protocols|workloads|faults|topologies|crdts|fields]",
                "what there is, one line each; everything but the fields of a result without an argument\n"))
    return Exit::ok;
  if (arguments.words.size() > 1) throw UsageError("`list` takes one kind at most");
  const std::string wanted = arguments.words.empty() ? "" : arguments.words.front();
  if (!wanted.empty() && std::find(kinds.begin(), kinds.end(), wanted) == kinds.end())
    throw UsageError("cannot list " + backquoted(wanted) + hint(wanted, kinds, "kinds"));
  Rows rows;
  const bool all = wanted.empty();
  if (all || wanted == "protocols") add_rows(rows, "protocol", protocols(), all);
  if (all || wanted == "workloads") add_rows(rows, "workload", workloads(), all);
  if (all || wanted == "faults") add_rows(rows, "fault", fault_verbs(), all);
  if (all || wanted == "topologies") add_rows(rows, "topology", topologies(), all);
  if (all || wanted == "crdts") add_rows(rows, "crdt", crdt::types(), all);
  if (wanted == "fields") rows = field_rows();
  if (!rows.empty()) std::cout << lay_out_list(rows);
  return Exit::ok;
}

Exit describe_command(const Arguments& arguments) {
  if (only_help(arguments, "describe PROTOCOL", "its parameters and metrics, and where the behaviour comes from\n"))
    return Exit::ok;
  const auto names = names_of(protocols());
  if (arguments.words.size() != 1) throw UsageError("`describe` takes the name of one protocol: " + joined(names));
  const ProtocolInfo* info = find_protocol(arguments.words.front());
  if (info == nullptr)
    throw UsageError("there is no protocol " + backquoted(arguments.words.front()) +
                     hint(arguments.words.front(), names, "protocols"));
  std::cout << info->name << ": " << info->summary << "\n"
            << wrapped("source: " + info->source, 2) << wrapped("answers a client: " + info->acknowledges, 2)
            << wrapped("workloads: " + joined(info->workloads), 2) << "\nparameters\n";
  describe_parameters(info->parameters);
  std::cout << "\nmessages\n";
  Rows rows;
  for (const auto& kind : info->messages)
    rows.push_back({"  " + std::string(kind.name), kind.transport == Transport::stream ? "stream" : "datagram"});
  std::cout << lay_out_list(rows) << "\nmetrics\n";
  rows.clear();
  for (const auto& metric : info->metrics)
    rows.push_back({"  " + metric.name, std::string(name_of(metric.kind)), metric.unit, metric.meaning});
  std::cout << lay_out_list(rows);
  return Exit::ok;
}

Exit schema_command(const Arguments& arguments) {
  if (only_help(arguments, "schema", "prints the JSON Schema (draft 2020-12) of scenario files\n")) return Exit::ok;
  if (!arguments.words.empty()) throw UsageError("`schema` takes no arguments");
  std::cout << scenario_schema() << "\n";
  return Exit::ok;
}

}  // namespace hearsay
