#include "protocols/swim-cache/hash_ring.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "sim/core/random.hpp"

namespace hearsay {

std::uint64_t ring_hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

RingPoints::RingPoints(std::uint32_t nodes, std::uint32_t virtual_nodes) : nodes_(nodes) {
  points_.reserve(std::size_t{nodes} * virtual_nodes);
  for (NodeId node = 0; node < nodes; ++node)
    for (std::uint32_t v = 0; v < virtual_nodes; ++v)
      points_.push_back({ring_hash("node-" + std::to_string(node) + "#" + std::to_string(v)), node});
  std::sort(points_.begin(), points_.end(),
            [](const Point& a, const Point& b) { return a.hash != b.hash ? a.hash < b.hash : a.node < b.node; });
}

std::size_t RingPoints::after(std::uint64_t hash) const {
  const auto it = std::lower_bound(points_.begin(), points_.end(), hash,
                                   [](const Point& point, std::uint64_t h) { return point.hash < h; });
  return it == points_.end() ? 0 : static_cast<std::size_t>(it - points_.begin());
}

std::shared_ptr<const RingPoints> RingPointsStore::of(std::uint32_t nodes) {
  if (!last_ || last_->nodes() < nodes) last_ = std::make_shared<RingPoints>(std::bit_ceil(nodes), virtual_nodes_);
  return last_;
}

std::vector<NodeId> HashRing::members() const {
  std::vector<NodeId> members;
  for (NodeId node = 0; node < members_->size(); ++node)
    if ((*members_)[node]) members.push_back(node);
  return members;
}

std::vector<bool>& HashRing::own() {
  if (members_.use_count() > 1) members_ = std::make_shared<std::vector<bool>>(*members_);
  return *members_;
}

bool HashRing::add(NodeId node) {
  if (contains(node)) return false;
  std::vector<bool>& members = own();
  if (node >= members.size()) {
    members.resize(node + 1, false);
    points_ = store_->of(node + 1);
  }
  members[node] = true;
  ++count_;
  if (rack_sizes_.size() < racks_) rack_sizes_.resize(racks_);
  if (rack_sizes_[node % racks_]++ == 0) ++racks_in_use_;
  digest_ += scatter(node + 1);
  return true;
}

bool HashRing::remove(NodeId node) {
  if (!contains(node)) return false;
  own()[node] = false;
  --count_;
  if (--rack_sizes_[node % racks_] == 0) --racks_in_use_;
  digest_ -= scatter(node + 1);
  return true;
}

std::vector<NodeId> HashRing::owners(std::uint64_t hash, std::uint32_t count) const {
  std::vector<NodeId> owners, passed_over;  // whose rack has an owner
  const std::size_t wanted = std::min(count, count_);
  if (wanted == 0) return owners;
  const auto& points = points_->points();
  const auto among = [](const std::vector<NodeId>& nodes, NodeId node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  const auto rack_has_owner = [&](NodeId node) {
    return racks_ > 1 &&
           std::any_of(owners.begin(), owners.end(), [&](NodeId owner) { return owner % racks_ == node % racks_; });
  };
  std::size_t i = points_->after(hash);
  for (std::size_t step = 0; step < points.size() && owners.size() < wanted; ++step) {
    const NodeId node = points[i].node;
    i = i + 1 == points.size() ? 0 : i + 1;
    if (!contains(node) || among(owners, node) || among(passed_over, node)) continue;
    (rack_has_owner(node) ? passed_over : owners).push_back(node);
    if (racks_ > 1 && owners.size() == racks_in_use_ && owners.size() + passed_over.size() >= wanted) break;
  }
  for (std::size_t next = 0; owners.size() < wanted; ++next) owners.push_back(passed_over[next]);
  return owners;
}

NodeId HashRing::primary(std::uint64_t hash) const {
  const auto first = owners(hash, 1);
  return first.empty() ? no_node : first.front();
}

std::vector<double> HashRing::shares() const {
  std::vector<double> shares(members_->size(), 0.0);
  if (count_ == 0) return shares;
  // Each point owns what lies between the member's point before it and itself; the first one also what lies behind the
  // last one.
  std::uint64_t before = 0;
  bool first = true;
  NodeId first_owner = no_node;
  std::uint64_t first_hash = 0;
  for (const RingPoints::Point& point : points_->points()) {
    if (!contains(point.node)) continue;
    if (first) {
      first_owner = point.node;
      first_hash = point.hash;
    } else {
      shares[point.node] += static_cast<double>(point.hash - before) * 0x1p-64;
    }
    first = false;
    before = point.hash;
  }
  shares[first_owner] += count_ == 1 && before == first_hash ? 1.0 : static_cast<double>(first_hash - before) * 0x1p-64;
  return shares;
}

double HashRing::imbalance() const {
  if (count_ == 0) return 0;
  const std::vector<double> all = shares();
  const double mean = 1.0 / count_;
  double squares = 0;
  for (NodeId node = 0; node < all.size(); ++node)
    if (contains(node)) squares += (all[node] - mean) * (all[node] - mean);
  return std::sqrt(squares / count_) / mean;
}

}  // namespace hearsay
