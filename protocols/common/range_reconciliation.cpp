#include "protocols/common/range_reconciliation.hpp"

#include <algorithm>
#include <iterator>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

using Key = RangeSet::Key;

constexpr std::uint32_t key_bytes = 8;
constexpr std::uint32_t count_bytes = 4;

void append(std::vector<Key>& to, const std::vector<Key>& keys) { to.insert(to.end(), keys.begin(), keys.end()); }

// The parts cover first..last without a gap; each begins with a key of ours, but the first, which begins with `first`.
void split(const RangeSet& ours, const RangeSummary& range, std::uint32_t count, std::uint32_t branch,
           std::vector<RangeSummary>& parts) {
  const std::size_t lower = ours.rank(range.first);
  const std::size_t number = std::min(branch, count);
  const auto start = [&](std::size_t part) { return ours.key_at(lower + part * count / number); };
  Key first = range.first;
  for (std::size_t part = 0; part < number; ++part) {
    const Key last = part + 1 == number ? range.last : start(part + 1) - 1;
    parts.push_back({first, last, ours.fingerprint(first, last)});
    first = last + 1;
  }
}

void answer_summary(const RangeSet& ours, const RangeSummary& theirs, const RangeParams& params, RangeAnswer& answer) {
  const Fingerprint own = ours.fingerprint(theirs.first, theirs.last);
  if (theirs.first > theirs.last || own == theirs.fingerprint) return;
  if (theirs.fingerprint.count == 0)
    append(answer.missing_there, ours.keys(theirs.first, theirs.last));
  else if (own.count <= params.leaf)
    answer.message.lists.push_back({theirs.first, theirs.last, ours.keys(theirs.first, theirs.last)});
  else
    split(ours, theirs, own.count, params.branch, answer.message.summaries);
}

void answer_list(const RangeSet& ours, const RangeKeys& list, RangeAnswer& answer) {
  std::vector<Key> theirs;
  std::copy_if(list.keys.begin(), list.keys.end(), std::back_inserter(theirs),
               [&list](Key key) { return list.first <= key && key <= list.last; });
  std::sort(theirs.begin(), theirs.end());
  theirs.erase(std::unique(theirs.begin(), theirs.end()), theirs.end());
  const std::vector<Key> own = ours.keys(list.first, list.last);
  std::set_difference(theirs.begin(), theirs.end(), own.begin(), own.end(), std::back_inserter(answer.missing_here));
  std::set_difference(own.begin(), own.end(), theirs.begin(), theirs.end(), std::back_inserter(answer.missing_there));
}

}  // namespace

std::uint32_t wire_size(const RangeSummary&) { return 3 * key_bytes + count_bytes; }

std::uint32_t wire_size(const RangeKeys& list) {
  return 2 * key_bytes + count_bytes + key_bytes * static_cast<std::uint32_t>(list.keys.size());
}

std::uint32_t wire_size(const RangeMessage& message) {
  std::uint32_t bytes = 0;
  for (const auto& summary : message.summaries) bytes += wire_size(summary);
  for (const auto& list : message.lists) bytes += wire_size(list);
  return bytes;
}

RangeMessage open_reconciliation(const RangeSet& ours) {
  return {{{RangeSet::lowest, RangeSet::highest, ours.fingerprint()}}, {}};
}

RangeAnswer reconcile(const RangeSet& ours, const RangeMessage& theirs, const RangeParams& params) {
  HEARSAY_CHECK(params.leaf >= 1 && params.branch >= 2, "ranges that would never grow smaller");
  RangeAnswer answer;
  for (const auto& summary : theirs.summaries) answer_summary(ours, summary, params, answer);
  for (const auto& list : theirs.lists) answer_list(ours, list, answer);
  return answer;
}

}  // namespace hearsay
