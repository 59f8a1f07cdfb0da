// `.shiviz`: what ShiViz (Beschastnikh et al., "Debugging Distributed Systems", CACM 2016) draws as a space-time
// diagram. A node's vector clock ticks at each of its events; a message carries the clock of its sending, and its
// delivery takes the maximum of both (Fidge 1988, Mattern 1989). For small clusters: every message in flight holds a
// clock with an entry a node.
#include <algorithm>
#include <map>

#include "sim/core/check.hpp"
#include "sim/core/text.hpp"
#include "sim/report/trace_file.hpp"
#include "sim/report/trace_formats.hpp"

namespace hearsay {
namespace {

using VectorClock = std::vector<std::uint32_t>;

class ShivizTrace final : public Observer {
 public:
  ShivizTrace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds)
      : out_(file), kinds_(std::move(kinds)), clocks_(nodes, VectorClock(nodes)) {}

  bool wants(EventKind kind) const override;
  void observe(const Event& event) override;

 private:
  void write(NodeId node, const std::string& text);
  std::string text_of(const Event& event) const;
  std::string message_text(const Event& event) const;

  TraceFile out_;
  std::vector<MessageKind> kinds_;
  std::vector<VectorClock> clocks_;          // by node
  std::map<SendId, VectorClock> in_flight_;  // clock of the sending, until delivered or dropped
};

bool ShivizTrace::wants(EventKind kind) const {
  switch (kind) {
    case EventKind::send:
    case EventKind::duplicate:
    case EventKind::deliver:
    case EventKind::drop:
    case EventKind::applied:
    case EventKind::crash:
    case EventKind::restart:
    case EventKind::invoke:
    case EventKind::respond:
    case EventKind::finish: return true;
    default: return false;
  }
}

void ShivizTrace::observe(const Event& event) {
  if (event.kind == EventKind::finish) return out_.finish();
  HEARSAY_CHECK(event.node < clocks_.size(), "an event of a node that the trace was not told of");
  VectorClock& clock = clocks_[event.node];
  if (event.kind == EventKind::duplicate) {  // the network's doing, no event of the node: the copy carries its clock
    in_flight_[event.id] = clock;
    return;
  }
  ++clock[event.node];
  if (event.kind == EventKind::send) in_flight_[event.id] = clock;
  if (event.kind == EventKind::deliver || event.kind == EventKind::drop) {
    const auto sent = in_flight_.find(event.id);
    if (sent != in_flight_.end()) {
      if (event.kind == EventKind::deliver)
        std::transform(clock.begin(), clock.end(), sent->second.begin(), clock.begin(),
                       [](std::uint32_t a, std::uint32_t b) { return std::max(a, b); });
      in_flight_.erase(sent);
    }
  }
  write(event.node, text_of(event));
}

void ShivizTrace::write(NodeId node, const std::string& text) {
  std::string& out = out_.buffer();
  out +=
      "node" + std::to_string(node) + " {\"node" + std::to_string(node) + "\":" + std::to_string(clocks_[node][node]);
  for (std::size_t i = 0; i < clocks_[node].size(); ++i)
    if (i != node && clocks_[node][i] > 0)
      out += ",\"node" + std::to_string(i) + "\":" + std::to_string(clocks_[node][i]);
  out += "}\n" + printable(text) + '\n';
  out_.wrote();
}

std::string ShivizTrace::message_text(const Event& event) const {
  const std::string own = description(event);
  return std::string(kinds_.at(event.type).name) + (own.empty() ? "" : " " + own);
}

std::string ShivizTrace::text_of(const Event& event) const {
  const std::string at = decimal(event.at, 9) + "s ";
  const std::string id = std::to_string(event.id);
  switch (event.kind) {
    case EventKind::send: return at + "send to node" + std::to_string(event.peer) + ": " + message_text(event);
    case EventKind::deliver:
      return at + (event.detail == 0 ? "deliver" : "deliver corrupt") + " from node" + std::to_string(event.peer) +
             ": " + message_text(event);
    case EventKind::drop:
      return at + "dropped (" + std::string(detail_name(event)) + ") to node" + std::to_string(event.peer) + ": " +
             message_text(event);
    case EventKind::applied: return at + "applied write " + id;
    case EventKind::invoke: return at + "invoke operation " + id;
    case EventKind::respond: return at + "respond to operation " + id + ": " + std::string(detail_name(event));
    default: return at + std::string(name_of(event.kind));
  }
}

}  // namespace

std::unique_ptr<Observer> make_shiviz_trace(const std::string& file, std::uint32_t nodes,
                                            std::vector<MessageKind> kinds) {
  return std::make_unique<ShivizTrace>(file, nodes, std::move(kinds));
}

}  // namespace hearsay
