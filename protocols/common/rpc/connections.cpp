#include "protocols/common/rpc/connections.hpp"

#include <algorithm>
#include <utility>

namespace hearsay::rpc {
namespace {

std::vector<AttemptId> all_of(const Fifo<AttemptId>& users) {
  std::vector<AttemptId> all;
  for (std::size_t i = 0; i < users.size(); ++i) all.push_back(users[i]);
  return all;
}

template <class Map>
std::vector<typename Map::key_type> keys_of(const Map& map) {
  std::vector<typename Map::key_type> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

}  // namespace

bool Connections::kept(const Lines::value_type& line) const {
  const auto it = pool_.find(line.second.server);
  return it != pool_.end() && it->second == line.first;
}

Connections::Opened Connections::open(Context& context, NodeId server, AttemptId user) {
  if (const auto known = pool_.find(server); known != pool_.end()) {
    auto& line = *lines_.find(known->second);
    forget_idle(line);
    line.second.users.push_back(user);
    return {line.first, line.second.standing || sends_early(), false};
  }
  if (lines_.size() >= options_.fd_limit && !close_idle(context)) return {};
  const ConnectionId connection = dial(context, server);
  auto& line = *lines_.find(connection);
  forget_idle(line);
  line.second.users.push_back(user);
  return {connection, sends_early(), true};
}

void Connections::dial(Context& context, const std::vector<NodeId>& servers) {
  for (const NodeId server : servers) dial(context, server);
}

ConnectionId Connections::dial(Context& context, NodeId server) {
  const ConnectionId connection = context.dial(server);
  auto& line = *lines_.try_emplace(connection).first;
  line.second.server = server;
  note_idle(line, 0);
  if (shared()) pool_[server] = connection;
  return connection;
}

void Connections::release(Context& context, ConnectionId connection, AttemptId user, bool suspect) {
  const auto line = lines_.find(connection);
  if (line == lines_.end()) return;
  forget_idle(*line);
  line->second.users.erase(user);
  note_idle(*line, ++uses_);
  if (sends_early()) return;
  if (suspect && kept(*line)) pool_.erase(line->second.server);
  if (!line->second.users.empty()) return;
  if (!kept(*line)) return close(context, line);
  if (idle_.size() > options_.pool_size) close_idle(context);
}

// The idle connection that was not used for the longest time; false if there is none.
bool Connections::close_idle(Context& context) {
  if (idle_.empty()) return false;
  close(context, lines_.find(idle_.begin()->second));
  return true;
}

void Connections::close(Context& context, Lines::iterator line) {
  context.close(line->first);
  if (kept(*line)) pool_.erase(line->second.server);
  forget_idle(*line);
  lines_.erase(line);
}

bool Connections::watch(ConnectionId connection) {
  const auto line = lines_.find(connection);
  return line != lines_.end() && !std::exchange(line->second.watched, true);
}

bool Connections::still_watched(ConnectionId connection) {
  const auto line = lines_.find(connection);
  if (line == lines_.end()) return false;
  line->second.watched = !line->second.users.empty();
  return line->second.watched;
}

std::vector<AttemptId> Connections::connected(ConnectionId connection) {
  const auto line = lines_.find(connection);
  if (line == lines_.end()) return {};
  line->second.standing = true;
  return sends_early() ? std::vector<AttemptId>{} : all_of(line->second.users);
}

std::optional<Connections::Gone> Connections::gone(ConnectionId connection) {
  const auto line = lines_.find(connection);
  if (line == lines_.end()) return std::nullopt;
  if (kept(*line)) pool_.erase(line->second.server);
  forget_idle(*line);
  Gone gone{line->second.standing, all_of(line->second.users)};
  lines_.erase(line);
  return gone;
}

void Connections::close_all(Context& context) {
  const auto close_in_order = [&](const auto& all, auto connection_of) {
    std::vector keys = keys_of(all);
    std::ranges::sort(keys);
    for (const auto key : keys) close(context, lines_.find(connection_of(key)));
  };
  close_in_order(pool_, [this](NodeId server) { return pool_.at(server); });
  close_in_order(lines_, [](ConnectionId connection) { return connection; });
}

}  // namespace hearsay::rpc
