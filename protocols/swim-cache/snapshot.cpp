#include "protocols/swim-cache/snapshot.hpp"

#include <sstream>
#include <utility>

namespace hearsay::swim {
namespace {

constexpr const char* snapshot_file = "serf-snapshot";

}  // namespace

void Snapshot::load(Context& context) {
  const auto text = context.storage().get(snapshot_file);
  if (!text) return;
  std::istringstream in{std::string(*text)};
  in >> event_time_ >> query_time_;
  for (NodeId node = 0; in >> node;) members_.insert(node);
}

void Snapshot::member(NodeId about, bool alive) {
  const bool differs = alive ? members_.insert(about).second : members_.erase(about) > 0;
  changed_ = changed_ || differs;
}

void Snapshot::clocks(std::uint64_t event_time, std::uint64_t query_time) {
  changed_ = changed_ || event_time != event_time_ || query_time != query_time_;
  event_time_ = event_time;
  query_time_ = query_time;
}

void Snapshot::flush(Context& context) {
  if (!std::exchange(changed_, false)) return;
  std::ostringstream out;
  out << event_time_ << " " << query_time_;
  for (const NodeId node : members_) out << " " << node;
  context.storage().put(snapshot_file, out.str());
}

}  // namespace hearsay::swim
