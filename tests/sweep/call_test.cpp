// Other programs are called with a limit: what they print, how they end, and that one that hangs costs no more than
// that.
#include "sim/sweep/call.hpp"

#include <catch2/catch.hpp>

using namespace hearsay::sweep;
using namespace std::chrono_literals;

namespace {

CallResult shell(const std::string& text, std::chrono::milliseconds limit = 10s) {
  return call({"sh", "-c", text}, limit);
}

}  // namespace

TEST_CASE("a call has what was printed on both streams and the exit status") {
  const CallResult result = shell("echo out; echo err >&2; exit 3");
  CHECK(result.answered);
  CHECK(result.status == 3);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
}

TEST_CASE("one stream may be closed long before the other, and both may hold more than a pipe does") {
  const CallResult result = shell("exec 2>&-; head -c 300000 /dev/zero");
  CHECK(result.answered);
  CHECK(result.out.size() == 300'000);
  CHECK(result.err.empty());
  const CallResult other = shell("exec >&-; head -c 300000 /dev/zero >&2");
  CHECK(other.err.size() == 300'000);
  CHECK(other.out.empty());
}

TEST_CASE("a program reads nothing from the terminal") {
  const CallResult result = shell("cat; echo ended");
  CHECK(result.out == "ended\n");
}

TEST_CASE("a program that a signal ends has 128 and the signal's number as its status") {
  const CallResult result = shell("kill -9 $$");
  CHECK(result.answered);
  CHECK(result.status == 128 + 9);
}

TEST_CASE("a program that is not installed does not answer") {
  const CallResult result = call({"hearsay-no-such-program"}, 10s);
  CHECK_FALSE(result.answered);
  CHECK(result.status == 127);
}

TEST_CASE("a program that hangs is killed with its children, and what it had printed is kept") {
  const CallResult result = shell("echo begun; sleep 1000 & wait", 300ms);
  CHECK_FALSE(result.answered);
  CHECK(result.status == 128 + 9);
  CHECK(result.out == "begun\n");
}
