// Reads the text of firings and counts their effects.
#include "sim/metrics/fault_log.hpp"

#include <charconv>
#include <string_view>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<NodeId> read_nodes(std::string_view list) {
  std::vector<NodeId> nodes;
  while (!(list = trimmed(list)).empty()) {
    NodeId node = no_node;
    const auto [end, error] = std::from_chars(list.data(), list.data() + list.size(), node);
    HEARSAY_CHECK(error == std::errc(), "the nodes of a fault are not numbers");
    nodes.push_back(node);
    list.remove_prefix(static_cast<std::size_t>(end - list.data()));
    if (list.starts_with(',')) list.remove_prefix(1);
  }
  return nodes;
}

void read_firing(std::string_view text, FaultRecord& record) {
  const auto bar = text.rfind('|');
  if (bar != std::string_view::npos) record.nodes = read_nodes(text.substr(bar + 1));
  const std::string_view title = trimmed(text.substr(0, bar));
  record.verb = title.substr(0, title.find_first_of(" :"));
  std::string_view choice = trimmed(title.substr(record.verb.size()));
  if (choice.starts_with(':')) choice.remove_prefix(1);
  record.text = trimmed(choice);
}

}  // namespace

void FaultLog::observe(const Event& event) {
  if (event.id >= firings_.size()) firings_.resize(event.id + 1);
  Firing& firing = firings_[event.id];
  if (event.kind == EventKind::fault_begin) {
    firing.began = true;
    firing.record.at = seconds(event.at);
    read_firing(event.text, firing.record);
  } else if (event.kind == EventKind::fault_end) {
    firing.record.until = seconds(event.at);
  } else {
    ++firing.record.effects[event.detail];
  }
}

std::vector<FaultRecord> FaultLog::records() const {
  std::vector<FaultRecord> result;
  for (const Firing& firing : firings_) {
    if (firing.began) result.push_back(firing.record);
  }
  return result;
}

std::string FaultLog::title(std::size_t index) const {
  const FaultRecord& record = firings_[index].record;
  return record.text.empty() ? record.verb : record.verb + ": " + record.text;
}

}  // namespace hearsay
