#include "sim/report/event_log.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t nanoseconds(Time at) { return at.time_since_epoch().count(); }
std::int64_t microseconds(std::int64_t ns) { return ns < 0 ? -1 : (ns + 500) / 1000; }

std::uint64_t handled_key(NodeId receiver, NodeId sender, KindIndex kind) {
  return (static_cast<std::uint64_t>(receiver) << 38U) ^ (static_cast<std::uint64_t>(sender) << 12U) ^ kind;
}

constexpr std::uint8_t delivered = 0, flying = 1, first_drop = 2;

}  // namespace

EventLog::EventLog(std::uint32_t nodes, std::vector<MessageKind> kinds) : nodes_(nodes), kinds_(std::move(kinds)) {}

bool EventLog::wants(EventKind kind) const {
  switch (kind) {
    case EventKind::invoke:
    case EventKind::respond:
    case EventKind::send:
    case EventKind::drop:
    case EventKind::deliver:
    case EventKind::duplicate:
    case EventKind::applied:
    case EventKind::join:
    case EventKind::leave:
    case EventKind::crash:
    case EventKind::restart:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::finish: return true;
    default: return false;
  }
}

void EventLog::observe(const Event& event) {
  const std::int64_t at = nanoseconds(event.at);
  switch (event.kind) {
    case EventKind::invoke:
    case EventKind::respond: return operation(event);
    case EventKind::send:
    case EventKind::drop:
    case EventKind::deliver:
    case EventKind::duplicate: return message(event);
    case EventKind::applied: {
      Arrival arrival{at, event.node, static_cast<WriteId>(event.id), -1};
      if (event.cause != no_node) {
        const auto it = latest_.find(handled_key(event.node, event.cause, event.cause_type));
        if (it != latest_.end()) arrival.by = static_cast<std::int64_t>(it->second);
      }
      arrivals_.push_back(arrival);
      return;
    }
    case EventKind::finish: end_ = at; return;
    default: marks_.push_back({at, event.node, event.kind});
  }
}

void EventLog::message(const Event& event) {
  const std::int64_t at = nanoseconds(event.at);
  if (event.kind == EventKind::send || event.kind == EventKind::duplicate) {
    flying_[event.id] = sent_.size();
    const auto copy = static_cast<std::uint8_t>(event.kind == EventKind::duplicate ? 1 : 0);
    sent_.push_back({at, -1, event.node, event.peer, event.type, flying, copy});
    return;
  }
  const auto it = flying_.find(event.id);
  if (it == flying_.end()) return;
  Transmission& transmission = sent_[it->second];
  transmission.ended = at;
  transmission.fate =
      event.kind == EventKind::deliver ? delivered : static_cast<std::uint8_t>(first_drop + event.detail);
  if (event.kind == EventKind::deliver) latest_[handled_key(event.node, event.peer, event.type)] = it->second;
  flying_.erase(it);
}

void EventLog::operation(const Event& event) {
  const std::int64_t at = nanoseconds(event.at);
  if (event.operation == nullptr || event.operation->kind != OperationKind::write) return;
  if (event.kind == EventKind::invoke) {
    open_[event.id] = invocations_.size();
    const Operation& operation = *event.operation;
    invocations_.push_back({at, -1, event.node, operation.write, false, operation.key, operation.value});
    return;
  }
  const auto it = open_.find(event.id);
  if (it == open_.end()) return;
  invocations_[it->second].answered = at;
  invocations_[it->second].acknowledged = event.detail == static_cast<std::uint8_t>(Outcome::ok);
  open_.erase(it);
}

EventLog::Window EventLog::window(std::size_t most, std::int64_t focus) const {
  if (sent_.size() <= most) return {0, sent_.size(), 0, end_};
  const auto at_focus = std::lower_bound(sent_.begin(), sent_.end(), focus,
                                         [](const Transmission& t, std::int64_t at) { return t.sent < at; });
  const auto middle = static_cast<std::size_t>(at_focus - sent_.begin());
  Window shown;
  shown.first = std::min(middle - std::min(middle, most / 4), sent_.size() - most);
  shown.last = shown.first + most;
  shown.from = sent_[shown.first].sent;
  shown.to = shown.last < sent_.size() ? sent_[shown.last].sent : end_;
  return shown;
}

Json EventLog::transmissions(const Window& shown) const {
  Json sent = Json::array(), flight = Json::array(), from = Json::array(), to = Json::array(), kind = Json::array(),
       fate = Json::array(), copies = Json::array();
  std::int64_t before = microseconds(shown.from);
  for (std::size_t i = shown.first; i < shown.last; ++i) {
    const Transmission& t = sent_[i];
    const std::int64_t at = microseconds(t.sent);
    sent.push_back(at - before);
    flight.push_back(t.ended < 0 ? -1 : microseconds(t.ended) - at);
    from.push_back(t.from);
    to.push_back(t.to);
    kind.push_back(t.kind);
    fate.push_back(t.fate);
    if (t.copy != 0) copies.push_back(i - shown.first);
    before = at;
  }
  return {{"sent", std::move(sent)}, {"flight", std::move(flight)}, {"from", std::move(from)},    {"to", std::move(to)},
          {"kind", std::move(kind)}, {"fate", std::move(fate)},     {"copies", std::move(copies)}};
}

Json EventLog::arrivals(const Window& shown) const {
  Json at = Json::array(), node = Json::array(), write = Json::array(), by = Json::array();
  std::int64_t before = microseconds(shown.from);
  for (const Arrival& a : arrivals_) {
    if (a.at < shown.from || a.at > shown.to) continue;
    at.push_back(microseconds(a.at) - before);
    before = microseconds(a.at);
    node.push_back(a.node);
    write.push_back(a.write);
    const bool inside = a.by >= static_cast<std::int64_t>(shown.first) && a.by < static_cast<std::int64_t>(shown.last);
    by.push_back(inside ? a.by - static_cast<std::int64_t>(shown.first) : -1);
  }
  return {{"at", std::move(at)}, {"node", std::move(node)}, {"write", std::move(write)}, {"by", std::move(by)}};
}

Json EventLog::writes(const Window& shown) const {
  Json all = Json::array();
  for (const Invocation& w : invocations_)
    if (w.at >= shown.from && w.at <= shown.to)
      all.push_back({w.write, w.node, microseconds(w.at), microseconds(w.answered), w.acknowledged ? 1 : 0,
                     valid_utf8(w.key).substr(0, 40)});
  return all;
}

Json EventLog::marks(const Window& shown) const {
  Json all = Json::array();
  for (const Mark& m : marks_)  // also those before: whether a node is down follows from them
    if (m.at <= shown.to) all.push_back({microseconds(m.at), m.node, name_of(m.kind)});
  return all;
}

Json EventLog::json(std::size_t most, double focus) const {
  const Window shown = window(most, std::llround(focus * 1e9));
  Json kinds = Json::array();
  for (const MessageKind& kind : kinds_) kinds.push_back(kind.name);
  Json fates{"delivered", "on its way at the end"};
  for (std::size_t i = 0; i < drop_reasons; ++i)
    fates.push_back("dropped: " + std::string(name_of(static_cast<DropReason>(i))));
  return {{"nodes", nodes_},
          {"from_us", microseconds(shown.from)},
          {"to_us", microseconds(shown.to)},
          {"end_us", microseconds(end_)},
          {"total", sent_.size()},
          {"kinds", std::move(kinds)},
          {"fates", std::move(fates)},
          {"messages", transmissions(shown)},
          {"applied", arrivals(shown)},
          {"writes", writes(shown)},
          {"marks", marks(shown)}};
}

}  // namespace hearsay
