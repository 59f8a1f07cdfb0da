#include "sim/metrics/membership.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/protocol.hpp"

namespace hearsay {
namespace {

std::uint64_t mark(NodeId node) { return scatter(std::uint64_t{node} + 1); }

}  // namespace

MembershipViews::MembershipViews(std::uint32_t nodes)
    : SelectiveObserver({EventKind::boot, EventKind::join, EventKind::restart, EventKind::crash, EventKind::leave,
                         EventKind::member, EventKind::finish}),
      population_(nodes),
      counts_(nodes) {}

void MembershipViews::observe(const Event& event) {
  close_instant(event.at);
  switch (event.kind) {
    case EventKind::boot: booted_.push_back(event.node); [[fallthrough]];
    case EventKind::join:
    case EventKind::restart:
    case EventKind::crash:
    case EventKind::leave: return population(event);
    case EventKind::member: return member(event);
    default: finished_ = event.at;
  }
}

// Views are kept from the first report on: those that booted know each other, unless they say otherwise.
void MembershipViews::boot_view(NodeId node) {
  views_[node].assign(population_.capacity(), false);
  digests_[node] = 0;
  for (const NodeId other : booted_) set(node, other, true);
}

void MembershipViews::recount(NodeId node, int by) {
  if (!used_) return;
  if (by > 0)
    counts_.add(digests_[node]);
  else
    counts_.remove(digests_[node]);
}

void MembershipViews::set(NodeId node, NodeId about, bool seen) {
  if (views_[node][about] == seen) return;
  views_[node][about] = seen;
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
    if (came) {
      views_[event.node].assign(population_.capacity(), false);
      digests_[event.node] = 0;
      set(event.node, event.node, true);
    }
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
  change.waits.assign(population_.capacity(), 0);
  for (NodeId node = 0; node < population_.capacity(); ++node) {
    if (node == about || !population_.live(node)) continue;
    // Who never ceased to see a node that restarts, or has ceased already, learns nothing.
    if (used_ && sees(node, about) == (kind == Change::Kind::join)) continue;
    change.waits[node] = 1;
    ++change.waiting;
  }
  changes_.push_back(std::move(change));
}

void MembershipViews::end(NodeId about) {
  for (Change& change : changes_)
    if (change.about == about) change.over = true;
}

void MembershipViews::forget_waiting(NodeId node) {
  for (Change& change : changes_)
    if (!change.over && change.waits[node] != 0) {
      change.waits[node] = 0;
      --change.waiting;
    }
}

void MembershipViews::learn(Change& change, NodeId node, Time at) {
  if (change.waits[node] == 0) return;
  change.waits[node] = 0;
  --change.waiting;
  change.learnt.push_back(at);
}

void MembershipViews::member(const Event& event) {
  const NodeId node = event.node, about = event.peer;
  if (!population_.live(node) || about >= population_.capacity()) return;
  if (!used_) {
    used_ = true;
    if (first_change_ != never) wrong_ += event.at - first_change_;  // nobody had noticed
    views_.resize(population_.capacity());
    digests_.assign(population_.capacity(), 0);
    for (NodeId other = 0; other < population_.capacity(); ++other) {
      boot_view(other);
      if (population_.live(other)) counts_.add(digests_[other]);
    }
  }
  const auto state = static_cast<MemberState>(event.detail);
  const bool live = population_.live(about);
  if (state == MemberState::suspect) {
    if (live) ++false_suspicions_;
    return;
  }
  const bool alive = state == MemberState::alive;
  recount(node, -1);
  if (alive && about == node) {  // begins a view that is empty but for itself
    views_[node].assign(population_.capacity(), false);
    digests_[node] = 0;
  }
  if (state == MemberState::dead && live && sees(node, about)) ++false_deaths_;
  set(node, about, alive);
  recount(node, +1);
  for (Change& change : changes_)
    if (!change.over && change.about == about && alive == (change.kind == Change::Kind::join))
      learn(change, node, event.at);
}

void MembershipViews::close_instant(Time now) {
  if (now == instant_) return;
  if (used_) {
    const bool equal = counts_.distinct() <= 1;
    bool right = equal;
    if (equal)
      for (NodeId node = 0; node < population_.capacity() && right; ++node)
        if (population_.live(node)) {
          right = digests_[node] == truth_;
          break;
        }
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

// To the oldest of the changes that are being told.
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
