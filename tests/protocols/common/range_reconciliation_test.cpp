#include "protocols/common/range_reconciliation.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>
#include <vector>

namespace hearsay {
namespace {

using Key = RangeSet::Key;
using Keys = std::set<Key>;

RangeSet set_of(const Keys& keys) {
  RangeSet set;
  std::uint32_t index = 0;
  for (const Key key : keys) set.insert(key, index++);
  return set;
}

Keys without(const Keys& a, const Keys& b) {
  Keys rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
  return rest;
}

struct Finding {
  Keys only_first, only_second;  // what either side found out about the other
  std::size_t messages = 0;
  std::size_t bytes = 0;
};

// The first set opens; each message is handled `copies` times, the answer to the last copy goes back.
Finding converse(const RangeSet& first, const RangeSet& second, const RangeParams& params, int copies = 1) {
  const std::array<const RangeSet*, 2> sets{&first, &second};
  Finding finding;
  RangeMessage message = open_reconciliation(first);
  for (std::size_t receiver = 1; !message.empty(); receiver = 1 - receiver) {
    ++finding.messages;
    finding.bytes += wire_size(message);
    RangeAnswer answer;
    for (int copy = 0; copy < copies; ++copy) answer = reconcile(*sets[receiver], message, params);
    Keys& lacks = receiver == 1 ? finding.only_first : finding.only_second;
    Keys& has = receiver == 1 ? finding.only_second : finding.only_first;
    lacks.insert(answer.missing_here.begin(), answer.missing_here.end());
    has.insert(answer.missing_there.begin(), answer.missing_there.end());
    message = std::move(answer.message);
    REQUIRE(finding.messages < 200);
  }
  return finding;
}

void check_exact(const Keys& a, const Keys& b, const Finding& finding) {
  CHECK(finding.only_first == without(a, b));
  CHECK(finding.only_second == without(b, a));
}

// ceil(log_branch(n / leaf)), at least 0: how often n keys are split until a part has at most `leaf`.
std::size_t levels(std::size_t n, const RangeParams& params) {
  std::size_t deep = 0;
  for (std::size_t part = params.leaf; part < n; part *= params.branch) ++deep;
  return deep;
}

// `common` keys in both, then `a` and `b` keys in either alone.
std::pair<Keys, Keys> random_pair(RandomStream& random, std::size_t common, std::size_t a, std::size_t b) {
  Keys shared, first, second;
  while (shared.size() < common) shared.insert(random.next());
  first = second = shared;
  while (first.size() < common + a) first.insert(random.next());
  while (second.size() < common + b) second.insert(random.next());
  return {first, second};
}

}  // namespace

TEST_CASE("equal sets end with the first message") {
  RandomStream random(1, "reconciliation");
  const auto [keys, same] = random_pair(random, 5000, 0, 0);
  const Finding finding = converse(set_of(keys), set_of(same), {});
  CHECK(finding.messages == 1);
  CHECK(finding.bytes == 28);
  check_exact(keys, same, finding);
  CHECK(converse({}, {}, {}).messages == 1);
}

// A summary after k messages covers about n / branch^(k - 1) keys of either side, and the few by which they differ; one
// more message may be needed for these, one for the list.
TEST_CASE("a small difference is found exactly, in a logarithmic number of messages") {
  RandomStream random(2, "reconciliation");
  for (int round = 0; round < 150; ++round) {
    const RangeParams params{static_cast<std::uint32_t>(12 + random.below(30)),
                             static_cast<std::uint32_t>(2 + random.below(31))};
    const auto [a, b] = random_pair(random, 1 + random.below(3000), random.below(5), random.below(5));
    INFO(a.size() << " and " << b.size() << " keys, leaf " << params.leaf << ", branch " << params.branch);
    const Finding finding = converse(set_of(a), set_of(b), params);
    check_exact(a, b, finding);
    CHECK(finding.messages <= levels(std::max(a.size(), b.size()), params) + 3);
  }
}

// Each of the d keys lies in one range a level: at most d ranges are split a level, and at most d lists are sent.
TEST_CASE("the bytes for a small difference are bounded by the difference and the depth, and far below all keys") {
  RandomStream random(3, "reconciliation");
  const RangeParams params;
  for (int round = 0; round < 10; ++round) {
    const auto [a, b] = random_pair(random, 20'000, 1 + random.below(4), 1 + random.below(4));
    const std::size_t d = a.size() + b.size() - 2 * 20'000;
    const Finding finding = converse(set_of(a), set_of(b), params);
    check_exact(a, b, finding);
    const std::size_t split = params.branch * std::size_t{28};
    const std::size_t list = 20 + params.leaf * std::size_t{8};
    const std::size_t all_keys = 8 * a.size();
    CHECK(finding.bytes <= 28 + d * ((levels(a.size(), params) + 1) * split + list));
    CHECK(finding.bytes < all_keys / 8);
  }
}

TEST_CASE("the cost grows with the logarithm of the size, not with the size") {
  RandomStream random(4, "reconciliation");
  std::vector<std::size_t> bytes;
  for (const std::size_t n : {256, 4096, 65'536}) {
    const auto [a, b] = random_pair(random, n, 1, 0);
    bytes.push_back(converse(set_of(a), set_of(b), {}).bytes);
  }
  const std::size_t level = 16 * 28;  // one more split of one range for sixteen times the keys
  CHECK(bytes[1] <= bytes[0] + 2 * level);
  CHECK(bytes[2] <= bytes[1] + 2 * level);
  CHECK(bytes[2] > bytes[0]);
}

TEST_CASE("sets that share little or nothing are reconciled too") {
  RandomStream random(5, "reconciliation");
  for (const auto& [common, only_a, only_b] :
       std::vector<std::array<std::size_t, 3>>{{0, 500, 500}, {1, 700, 3}, {50, 1, 900}, {0, 1, 1}, {0, 1, 2000}}) {
    const auto [a, b] = random_pair(random, common, only_a, only_b);
    for (const RangeParams params : {RangeParams{}, RangeParams{1, 2}, RangeParams{64, 3}}) {
      check_exact(a, b, converse(set_of(a), set_of(b), params));
      check_exact(b, a, converse(set_of(b), set_of(a), params));
    }
  }
}

TEST_CASE("of two sets one of which is empty, the other learns in two messages that all its keys are missing there") {
  RandomStream random(6, "reconciliation");
  const auto [a, b] = random_pair(random, 0, 3000, 0);
  const Finding opened_by_full = converse(set_of(a), set_of(b), {});
  check_exact(a, b, opened_by_full);
  CHECK(opened_by_full.messages == 2);
  CHECK(opened_by_full.bytes == 28 + 20);
  const Finding opened_by_empty = converse(set_of(b), set_of(a), {});
  check_exact(b, a, opened_by_empty);
  CHECK(opened_by_empty.messages == 1);
}

TEST_CASE("adjacent keys and the ends of the key space are distinguished") {
  const Key top = RangeSet::highest;
  const Keys a{0, 1, 2, 1000, 1001, top - 2, top};
  const Keys b{0, 2, 3, 1001, 1002, top - 1, top};
  for (const RangeParams params : {RangeParams{}, RangeParams{1, 2}, RangeParams{2, 16}}) {
    check_exact(a, b, converse(set_of(a), set_of(b), params));
    check_exact(b, a, converse(set_of(b), set_of(a), params));
    check_exact({0}, {top}, converse(set_of({0}), set_of({top}), params));
  }
}

TEST_CASE("the parts of a split cover their range without gap or overlap, with about equal numbers of keys") {
  RandomStream random(7, "reconciliation");
  for (int round = 0; round < 50; ++round) {
    const auto [keys, same] = random_pair(random, 20 + random.below(2000), 0, 0);
    const RangeSet set = set_of(keys);
    Key first = random.next(), last = random.next();
    if (first > last) std::swap(first, last);
    const auto parts = reconcile(set, {{{first, last, {1, 1}}}, {}}, {1, 16}).message.summaries;
    const std::uint32_t count = set.fingerprint(first, last).count;
    if (count < 2) continue;
    REQUIRE(parts.size() == std::min(count, 16U));
    CHECK(parts.front().first == first);
    CHECK(parts.back().last == last);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) CHECK(parts[i].first == parts[i - 1].last + 1);
      CHECK(parts[i].fingerprint == set.fingerprint(parts[i].first, parts[i].last));
      CHECK(parts[i].fingerprint.count >= count / parts.size());
      CHECK(parts[i].fingerprint.count <= count / parts.size() + 1);
    }
  }
}

TEST_CASE("a message that comes twice, or after the difference was repaired, asks for nothing that is there") {
  RandomStream random(8, "reconciliation");
  const auto [a, b] = random_pair(random, 1000, 6, 6);
  const RangeSet first = set_of(a);
  RangeSet second = set_of(b);
  const Finding once = converse(first, second, {});
  const Finding twice = converse(first, second, {}, 2);
  check_exact(a, b, twice);
  CHECK(twice.bytes == once.bytes);

  const RangeKeys list{RangeSet::lowest, RangeSet::highest, first.keys(RangeSet::lowest, RangeSet::highest)};
  for (const Key key : reconcile(second, {{}, {list}}, {}).missing_here) second.insert(key, 0);
  const RangeAnswer late = reconcile(second, {{}, {list}}, {});
  CHECK(late.missing_here.empty());
  CHECK(Keys(late.missing_there.begin(), late.missing_there.end()) == without(b, a));
}

TEST_CASE("a summary is 28 bytes, a list 20 and 8 a key, and a message the sum of its parts") {
  CHECK(wire_size(RangeSummary{}) == 28);
  CHECK(wire_size(RangeKeys{}) == 20);
  CHECK(wire_size(RangeKeys{0, 9, {1, 2, 3}}) == 44);
  CHECK(wire_size(RangeMessage{{{}, {}}, {{0, 9, {1}}}}) == 2 * 28 + 28);
  CHECK(wire_size(RangeMessage{}) == 0);
}

TEST_CASE("ranges that no sender makes, and keys outside of their range, are passed over") {
  const RangeSet set = set_of({10, 20, 30});
  const RangeAnswer answer = reconcile(set, {{{5, 4, {1, 1}}}, {{25, 15, {20}}, {15, 25, {10, 21, 99, 21}}}}, {});
  CHECK(answer.message.empty());
  CHECK(answer.missing_here == std::vector<Key>{21});
  CHECK(answer.missing_there == std::vector<Key>{20});
}

}  // namespace hearsay
