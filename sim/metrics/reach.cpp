#include "sim/metrics/reach.hpp"

#include <algorithm>

namespace hearsay {
namespace {

// The least number of `expected` nodes that is `percent` of them.
std::uint32_t enough(std::uint32_t expected, std::uint32_t percent) {
  return static_cast<std::uint32_t>((std::uint64_t{expected} * percent + 99) / 100);
}

}  // namespace

void Reach::invoked(WriteId write, Time at) {
  if (write >= writes_.size()) writes_.resize(write + std::size_t{1});
  writes_[write].invoked = at;
  writes_[write].next = 1;
  pending_.push_back(write);
}

void Reach::acknowledged(WriteId write) {
  writes_[write].acknowledged = true;
  ++acknowledged_;
  const auto early = early_.extract(write);
  if (early.empty()) return;
  for (std::size_t share = 0; share < writes_[write].passed; ++share) add(share, early.mapped()[share]);
}

void Reach::settle(WriteId id, std::uint32_t holders, std::uint32_t expected, Time at) {
  Write& write = writes_[id];
  while (write.passed < percents.size() && expected > 0 && holders >= enough(expected, percents[write.passed])) {
    const std::size_t share = write.passed++;
    if (write.acknowledged)
      add(share, at - write.invoked);
    else
      early_[id][share] = at - write.invoked;
  }
  if (write.passed == percents.size())
    write.next = std::numeric_limits<std::uint32_t>::max();
  else
    write.next = std::max(enough(expected, percents[write.passed]), 1U);
}

void Reach::add(std::size_t share, Duration delay) {
  ++counts_[share];
  sums_[share] += seconds(delay);
}

DelayToShare Reach::summary() const {
  DelayToShare result;
  for (std::size_t share = 0; share < percents.size(); ++share)
    if (acknowledged_ > 0 && counts_[share] == acknowledged_)
      result.mean[share] = sums_[share] / static_cast<double>(acknowledged_);
  return result;
}

}  // namespace hearsay
