#include "sim/report/explanation_text.hpp"

#include <cstdio>

#include "sim/core/text.hpp"

namespace hearsay {
namespace {

std::string number(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.6g", value);
  return buffer;
}

// "0..3, 7".
std::string spans(const std::vector<NodeId>& nodes) {
  std::string text;
  for (std::size_t i = 0; i < nodes.size();) {
    std::size_t end = i;
    while (end + 1 < nodes.size() && nodes[end + 1] == nodes[end] + 1) ++end;
    text += (text.empty() ? "" : ", ") + std::to_string(nodes[i]);
    if (end > i) text += (end == i + 1 ? ", " : "..") + std::to_string(nodes[end]);
    i = end + 1;
  }
  return text;
}

std::string count(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string write_text(const ExplainedWrite& write) {
  std::string text = "  write " + std::to_string(write.write) + ", " + printable(write.key) + " = " +
                     printable(write.value) + ": asked of node " + std::to_string(write.origin) + " at " +
                     number(write.invoked_at) + " s, acknowledged at " + number(write.acknowledged_at) + " s\n";
  if (write.trouble == ExplainedWrite::Trouble::missing) text += "    missing on: " + spans(write.lacking) + "\n";
  if (write.trouble == ExplainedWrite::Trouble::late)
    text += "    on every live node after " + number(*write.everywhere_s) + " s\n";
  if (write.trouble != ExplainedWrite::Trouble::late && write.last_holder)
    text += "    node " + std::to_string(*write.last_holder) + " held it and went at " +
            number(write.last_holder_went_at) + " s\n";
  if (write.trouble != ExplainedWrite::Trouble::late && write.shadowed_by)
    text += "    write " + std::to_string(*write.shadowed_by) + " was reported to replace it\n";
  if (!write.last_fault.empty())
    text += "    last fault: " + printable(write.last_fault) + " at " + number(write.last_fault_at) + " s\n";
  return text;
}

std::string writes_text(const Explanation& e, ExplainedWrite::Trouble trouble, std::size_t all,
                        const std::string& title) {
  if (all == 0) return "";
  std::string text = "\n" + count(all, "write") + " " + title + "\n";
  std::size_t shown = 0;
  for (const ExplainedWrite& write : e.writes) {
    if (write.trouble != trouble) continue;
    text += write_text(write);
    ++shown;
  }
  return shown < all ? text + "  and " + std::to_string(all - shown) + " more\n" : text;
}

std::string groups_text(const Explanation& e) {
  std::string text = "\n" + count(e.groups.size(), "state") + " among the live nodes at the end\n";
  for (const NodeGroup& group : e.groups)
    text += "  " + count(group.nodes.size(), "node") + ": " + spans(group.nodes) + "\n";
  if (e.differing_keys > 0)
    text += "  " + count(e.differing_keys, "key") + " of which the nodes that own them hold different copies\n";
  return e.gone.empty() ? text : text + "  not live: " + spans(e.gone) + "\n";
}

std::string violations_text(const Explanation& e) {
  if (e.violations.empty()) return "";
  std::string text = "\nviolations\n";
  for (const FirstViolation& v : e.violations) {
    text += "  " + v.name + " " + std::to_string(v.count) + ", first at " + number(v.at) + " s";
    if (v.node != no_node) text += ", node " + std::to_string(v.node);
    text += (v.what.empty() ? "" : ", " + printable(v.what)) + "\n";
  }
  return text;
}

// The last operations of the first history that is not linearizable, up to the answer by which it was not any more.
std::string register_text(const Explanation& e) {
  if (!e.unlinearizable) return "";
  constexpr std::size_t shown = 12;
  const auto& [key, history, what] = *e.unlinearizable;
  const std::size_t from = history.size() > shown ? history.size() - shown : 0;
  std::string text =
      "\nnot linearizable: " + printable(key) + ", whose history up to the first answer that does not fit";
  text += from == 0 ? " is\n" : " ends with\n";
  for (std::size_t i = from; i < history.size(); ++i) {
    const RegisterOperation& operation = history[i];
    text += "  " + number(seconds(operation.invoked)) + " s to " +
            (operation.answered == never ? "-" : number(seconds(operation.answered)) + " s") + ", " +
            printable(what.at(operation.id)) + "\n";
  }
  return text;
}

std::string before_text(const TransactionEdge& edge) {
  const std::string key = std::to_string(edge.key);
  switch (edge.why) {
    case TransactionEdge::Why::write: return "wrote key " + key + " before the next did";
    case TransactionEdge::Why::read: return "wrote what the next read of key " + key;
    case TransactionEdge::Why::anti: return "read key " + key + " without what the next wrote";
    case TransactionEdge::Why::time: return "was answered before the next was invoked";
  }
  return "";
}

std::string cycle_text(const Explanation& e) {
  if (!e.cycle) return "";
  std::string text = "\nviolates " + e.cycle->breaks + ": each of these " +
                     count(e.cycle->parts.size(), "transaction") +
                     " comes before the next, and the last before the first\n";
  for (const auto& [transaction, edge] : e.cycle->parts) {
    const bool answered = transaction.answered != never;
    text += "  " + number(seconds(transaction.invoked)) + " s to " +
            (answered ? number(seconds(transaction.answered)) + " s" : "-") + ", " +
            printable(to_text(transaction.steps)) + "\n    " + before_text(edge) + "\n";
  }
  return text;
}

std::string fault_text(const ExplainedFault& fault) {
  const FaultRecord& record = fault.record;
  std::string text = "  " + number(record.at) + " s to " + (record.until ? number(*record.until) + " s" : "the end") +
                     ": " + printable(record.text.empty() ? record.verb : record.verb + ": " + record.text) + "\n   ";
  bool any = false;
  for (std::size_t i = 0; i < fault_effects; ++i) {
    if (record.effects[i] == 0) continue;
    text += (any ? ", " : " ") + std::string(name_of(static_cast<FaultEffect>(i))) + " " +
            std::to_string(record.effects[i]);
    any = true;
  }
  if (!any) text += " touched nothing";
  if (fault.ended)
    text += fault.reconverged_s ? "; all agreed again after " + number(*fault.reconverged_s) + " s"
            : fault.overtaken   ? "; another fault began before all agreed again"
                                : "; the nodes never agreed again";
  if (fault.missing_writes > 0) text += "; of its time " + count(fault.missing_writes, "write") + " missing at the end";
  return text + "\n";
}

}  // namespace

std::string explanation_text(const Explanation& e, const RunResult& result) {
  using Trouble = ExplainedWrite::Trouble;
  std::string text = groups_text(e);
  if (result.traced) text += writes_text(e, Trouble::lost, e.lost, "lost: acknowledged, and present on no live node");
  if (result.replicated && result.traced)
    text += writes_text(e, Trouble::missing, e.missing, "missing: acknowledged, and not on every live node") +
            writes_text(e, Trouble::late, e.late, "late: on every live node after more than twice the median");
  text += violations_text(e) + register_text(e) + cycle_text(e);
  if (!e.faults.empty()) text += "\nfaults\n";
  for (const ExplainedFault& fault : e.faults) text += fault_text(fault);
  return text;
}

}  // namespace hearsay
