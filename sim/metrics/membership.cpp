#include "sim/metrics/membership.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/protocol.hpp"

namespace hearsay {
namespace {

std::uint64_t mark(NodeId node) { return scatter(std::uint64_t{node} + 1); }

}  // namespace

MembershipViews::MembershipViews(std::uint32_t nodes, const FaultLog& faults, bool tracked)
    : SelectiveObserver({EventKind::boot, EventKind::join, EventKind::restart, EventKind::crash, EventKind::leave,
                         EventKind::member, EventKind::pause, EventKind::resume, EventKind::fault_begin,
                         EventKind::fault_end, EventKind::finish}),
      faults_(faults),
      tracked_(tracked),
      unhealthy_(nodes, 0),
      excuse_(nodes, false),
      population_(nodes),
      booted_(nodes) {}

void MembershipViews::observe(const Event& event) {
  close_instant(event.at);
  switch (event.kind) {
    case EventKind::boot:
      booted_[event.node] = true;
      booted_digest_ += mark(event.node);
      [[fallthrough]];
    case EventKind::join:
    case EventKind::restart:
    case EventKind::crash:
    case EventKind::leave: return population(event);
    case EventKind::member: return member(event);
    case EventKind::finish:
      if (tracked_ && !used_) begin_views(event.at);
      finished_ = event.at;
      return;
    default: condition(event);
  }
}

// Who is paused, or computes slowly: it may be taken for dead without being wronged.
void MembershipViews::condition(const Event& event) {
  const bool begins = event.kind == EventKind::pause || event.kind == EventKind::fault_begin;
  const auto change = [&](NodeId node) {
    if (node >= unhealthy_.size()) return;
    if (begins)
      ++unhealthy_[node];
    else if (unhealthy_[node] > 0)
      --unhealthy_[node];
  };
  if (event.kind == EventKind::pause || event.kind == EventKind::resume) return change(event.node);
  const FaultRecord& fault = faults_.record(event.id);
  if (fault.verb == "slow") std::for_each(fault.nodes.begin(), fault.nodes.end(), change);
}

// Reports of others about an accusation that was made while the node was unhealthy come later than that.
bool MembershipViews::excused(NodeId about, MemberState state) {
  if (unhealthy_[about] > 0)
    excuse_[about] = true;
  else if (state == MemberState::alive)
    excuse_[about] = false;
  return excuse_[about];
}

// Views are kept from the first report on: those that booted know each other, unless they say otherwise, and who joined
// before that knows itself alone.
void MembershipViews::begin_views(Time now) {
  used_ = true;
  if (first_change_ != never) wrong_ += now - first_change_;  // nobody had noticed
  views_.resize(population_.capacity());
  digests_.assign(population_.capacity(), booted_digest_);
  counts_.emplace(population_.capacity());
  for (NodeId node = 0; node < population_.capacity(); ++node) {
    if (!population_.live(node)) continue;
    if (!booted_[node]) clear_view(node);
    counts_->add(digests_[node]);
  }
}

// A view that is empty except for the node itself.
void MembershipViews::clear_view(NodeId node) {
  views_[node] = {.booted = false, .exceptions = {}};
  digests_[node] = 0;
  set(node, node, true);
}

void MembershipViews::recount(NodeId node, int by) {
  if (!used_) return;
  if (by > 0)
    counts_->add(digests_[node]);
  else
    counts_->remove(digests_[node]);
}

void MembershipViews::set(NodeId node, NodeId about, bool seen) {
  if (sees(node, about) == seen) return;
  views_[node].exceptions.flip(about, population_.capacity());
  digests_[node] += seen ? mark(about) : -mark(about);
}

void MembershipViews::population(const Event& event) {
  const Population::Change change = population_.fold(event);
  if (change == Population::Change::none) {
    if (event.kind == EventKind::leave) end(event.node);  // of a crashed node
    return;
  }
  const bool came = change == Population::Change::came;
  truth_ += came ? mark(event.node) : -mark(event.node);
  if (used_) {
    if (came) clear_view(event.node);
    recount(event.node, came ? +1 : -1);
  }
  if (event.kind == EventKind::boot) return;
  if (!used_) first_change_ = std::min(first_change_, event.at);
  end(event.node);
  if (!came) forget_waiting(event.node);
  begin(event.node,
        came                             ? Change::Kind::join
        : event.kind == EventKind::leave ? Change::Kind::leave
                                         : Change::Kind::crash,
        event.at);
}

void MembershipViews::begin(NodeId about, Change::Kind kind, Time at) {
  Change change;
  change.about = about;
  change.kind = kind;
  change.at = at;
  change.waits.assign(population_.capacity(), false);
  for (NodeId node = 0; node < population_.capacity(); ++node) {
    if (node == about || !population_.live(node)) continue;
    // Who never ceased to see a node that restarts, or has ceased already, learns nothing.
    if (used_ && sees(node, about) == (kind == Change::Kind::join)) continue;
    change.waits[node] = true;
    ++change.waiting;
  }
  open_[about] = changes_.size();
  changes_.push_back(std::move(change));
}

void MembershipViews::end(NodeId about) {
  const auto it = open_.find(about);
  if (it == open_.end()) return;
  changes_[it->second].over = true;
  changes_[it->second].waits = {};
  open_.erase(it);
}

void MembershipViews::forget_waiting(NodeId node) {
  for (Change& change : changes_)
    if (!change.over && change.waits[node]) {
      change.waits[node] = false;
      --change.waiting;
    }
}

void MembershipViews::learn(Change& change, NodeId node, Time at) {
  if (!change.waits[node]) return;
  change.waits[node] = false;
  --change.waiting;
  change.learnt.push_back(at);
}

void MembershipViews::member(const Event& event) {
  const NodeId node = event.node, about = event.peer;
  if (!population_.live(node) || about >= population_.capacity()) return;
  if (!used_) begin_views(event.at);
  const auto state = static_cast<MemberState>(event.detail);
  const bool live = population_.live(about);
  const bool excuse = excused(about, state);
  if (state == MemberState::suspect) {
    if (live) ++false_suspicions_;
    if (live && !excuse) ++healthy_suspicions_;
    return;
  }
  const bool alive = state == MemberState::alive;
  recount(node, -1);
  if (alive && about == node) clear_view(node);  // it starts from nothing
  if (state == MemberState::dead && live && sees(node, about)) {
    ++false_deaths_;
    if (!excuse) ++healthy_deaths_;
  }
  set(node, about, alive);
  recount(node, +1);
  if (const auto it = open_.find(about); it != open_.end()) {
    Change& change = changes_[it->second];
    if (alive == (change.kind == Change::Kind::join)) learn(change, node, event.at);
  }
}

// Whether the views, which are equal, are of those that are live.
bool MembershipViews::is_right() {
  if (population_.count() == 0) return true;
  while (!population_.live(witness_)) witness_ = (witness_ + 1) % population_.capacity();
  return digests_[witness_] == truth_;
}

void MembershipViews::close_instant(Time now) {
  if (now == instant_) return;
  if (used_) {
    const bool equal = counts_->distinct() <= 1;
    const bool right = equal && is_right();
    if (!equal) {
      if (was_equal_) differ_since_ = instant_;
      differed_ += now - instant_;
      blame(now - instant_);
      longest_ = std::max(longest_, now - differ_since_);
    }
    if (!right) wrong_ += now - instant_;
    was_equal_ = equal;
  }
  instant_ = now;
}

// To the oldest of the changes that are spreading.
void MembershipViews::blame(Duration time) {
  const auto under_way = [](const Change& change) { return !change.over && change.waiting > 0; };
  while (told_ < changes_.size() && !under_way(changes_[told_])) ++told_;
  const bool some = told_ < changes_.size();
  differed_by_[some ? static_cast<std::size_t>(changes_[told_].kind) : 3] += time;
}

MembershipSpan MembershipViews::span(std::vector<double> seconds) {
  MembershipSpan result;
  if (seconds.empty()) return result;
  result.mean = std::accumulate(seconds.begin(), seconds.end(), 0.0) / static_cast<double>(seconds.size());
  result.max = *std::max_element(seconds.begin(), seconds.end());
  return result;
}

MembershipChange MembershipViews::summary(Change::Kind kind) const {
  MembershipChange result;
  std::vector<double> first, half, all;
  for (const Change& change : changes_) {
    const std::size_t total = change.learnt.size() + change.waiting;
    if (change.kind != kind || total == 0) continue;
    ++result.count;
    const auto since = [&](std::size_t position) { return seconds(change.learnt[position] - change.at); };
    if (!change.learnt.empty()) first.push_back(since(0));
    if (2 * change.learnt.size() >= total) half.push_back(since((total + 1) / 2 - 1));
    if (change.waiting == 0)
      all.push_back(since(total - 1));
    else
      ++result.incomplete;
  }
  result.first_s = span(std::move(first));
  result.half_s = span(std::move(half));
  result.all_s = span(std::move(all));
  return result;
}

std::optional<MembershipResult> MembershipViews::summary() const {
  if (!used_) return std::nullopt;
  MembershipResult result;
  result.discovery = summary(Change::Kind::join);
  result.detection = summary(Change::Kind::crash);
  result.departure = summary(Change::Kind::leave);
  result.false_suspicions = false_suspicions_;
  result.false_deaths = false_deaths_;
  result.false_suspicions_of_healthy = healthy_suspicions_;
  result.false_deaths_of_healthy = healthy_deaths_;
  const double total = seconds(finished_);
  if (total > 0) {
    result.views_equal = 1 - seconds(differed_) / total;
    result.views_right = 1 - seconds(wrong_) / total;
    const auto share = [&](std::size_t kind) { return seconds(differed_by_[kind]) / total; };
    result.views_differed = {share(0), share(1), share(2), share(3)};
    const auto count = result.discovery.count + result.detection.count + result.departure.count;
    result.changes_per_s = static_cast<double>(count) / total;
  }
  result.longest_difference_s = seconds(longest_);
  return result;
}

}  // namespace hearsay
