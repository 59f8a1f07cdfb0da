// Whose turn it is among calls that were asked for together, and how many retries a server may get.
#include "protocols/common/rpc/turns.hpp"

#include <catch2/catch.hpp>

#include "protocols/common/rpc/retry_budget.hpp"

namespace hearsay::rpc {
namespace {

bool all_open(CallId) { return true; }

TEST_CASE("no more calls than workers have their turn, and each one that ends names the next") {
  Turns turns;
  const auto group = turns.begin(4, 2);
  REQUIRE(group != 0);
  CHECK(turns.enter(group, 1));
  CHECK(turns.enter(group, 2));
  CHECK_FALSE(turns.enter(group, 3));
  CHECK_FALSE(turns.enter(group, 4));
  CHECK(turns.leave(group, true, all_open) == CallId{3});
  CHECK(turns.leave(group, true, all_open) == CallId{4});
  CHECK_FALSE(turns.leave(group, true, all_open));
  CHECK_FALSE(turns.leave(group, true, all_open));
}

TEST_CASE("a call that ended while it waited has no turn to hand on, and is passed over") {
  Turns turns;
  const auto group = turns.begin(4, 1);
  CHECK(turns.enter(group, 1));
  for (const CallId waiting : {2, 3, 4}) CHECK_FALSE(turns.enter(group, waiting));
  CHECK_FALSE(turns.leave(group, false, all_open));  // 2, by its deadline
  CHECK(turns.leave(group, true, [](CallId call) { return call != 2; }) == CallId{3});
  CHECK(turns.leave(group, true, all_open) == CallId{4});
}

TEST_CASE("calls that are no more than the workers wait for nobody, and groups are apart") {
  Turns turns;
  CHECK(turns.begin(2, 2) == 0);
  CHECK(turns.begin(9, 0) == 0);
  for (CallId call = 1; call < 9; ++call) CHECK(turns.enter(0, call));
  CHECK_FALSE(turns.leave(0, true, all_open));
  const auto one = turns.begin(3, 1), other = turns.begin(3, 1);
  CHECK(one != other);
  CHECK(turns.enter(one, 1));
  CHECK(turns.enter(other, 2));
}

TEST_CASE("a retry budget allows retries while more than half of the server's tokens are left") {
  CallOptions options;
  options.retry_budget = 4;
  options.retry_budget_ratio = 0.5;
  RetryBudget budget(options);
  budget.attempt_failed(1);
  CHECK(budget.allows(1));
  budget.attempt_failed(1);
  CHECK_FALSE(budget.allows(1));
  CHECK(budget.allows(2));  // another server
  budget.call_succeeded(1);
  CHECK(budget.allows(1));
  for (int i = 0; i < 10; ++i) budget.attempt_failed(1);
  for (int i = 0; i < 4; ++i) budget.call_succeeded(1);
  CHECK_FALSE(budget.allows(1));  // no more than four were taken: two are back
  budget.call_succeeded(1);
  CHECK(budget.allows(1));
  for (int i = 0; i < 50; ++i) budget.call_succeeded(1);
  budget.attempt_failed(1);
  CHECK(budget.allows(1));
  budget.attempt_failed(1);
  CHECK_FALSE(budget.allows(1));  // no more than four were given back
}

TEST_CASE("without a retry budget everything is allowed") {
  const CallOptions options;
  RetryBudget budget(options);
  for (int i = 0; i < 100; ++i) budget.attempt_failed(1);
  CHECK(budget.allows(1));
}

}  // namespace
}  // namespace hearsay::rpc
