#include "protocols/causal-crdt/params.hpp"

#include <catch2/catch.hpp>

#include "sim/transcript/script.hpp"

namespace hearsay::causal {
namespace {

std::string blamed(const std::vector<std::string>& words) { return bench::blamed("causal-crdt", words); }

}  // namespace

TEST_CASE("the defaults are the document's: causal, logged, no anti-entropy, no bootstrap") {
  const Params params;
  CHECK(params.ordering == Ordering::causal);
  CHECK(params.wal_sync);
  CHECK(params.anti_entropy == Duration{});
  CHECK_FALSE(params.bootstrap);
  CHECK_FALSE(params.log_truncation);
  CHECK_FALSE(params.session_clocks);
  CHECK_FALSE(params.resends());
  CHECK(blamed({}).empty());
}

TEST_CASE("parameters that have no meaning together are refused, and the error names the one to change") {
  CHECK(blamed({"clock_encoding=delta", "ordering=fifo"}) == "clock_encoding");
  CHECK(blamed({"clock_encoding=delta", "ordering=none"}) == "clock_encoding");
  CHECK(blamed({"link_retries=0", "retry_delay=1s"}) == "retry_delay");
  CHECK(blamed({"link_retries=0", "retry_backoff=3"}) == "retry_backoff");
  CHECK(blamed({"link_retries=0", "retry_max_delay=1s"}) == "retry_max_delay");
  CHECK(blamed({"retry_delay=3s"}) == "retry_max_delay");
  CHECK(blamed({"session_clocks=true", "ordering=none"}) == "session_clocks");
  CHECK(blamed({"session_wait=2s"}) == "session_wait");
  CHECK(blamed({"bootstrap_retry=1s"}) == "bootstrap_retry");
  CHECK(blamed({"log_truncation=true"}) == "log_truncation");
  CHECK(blamed({"log_truncation=true", "anti_entropy=1s", "snapshot_every=0"}) == "log_truncation");
  CHECK(blamed({"log_truncation=true", "anti_entropy=1s", "ordering=none"}) == "log_truncation");
}

TEST_CASE("what each of them needs is accepted with it") {
  CHECK(blamed({"clock_encoding=delta"}).empty());
  CHECK(blamed({"link_retries=0"}).empty());
  CHECK(blamed({"link_retries=1", "retry_delay=1s"}).empty());
  CHECK(blamed({"retry_delay=2s", "retry_max_delay=2s"}).empty());
  CHECK(blamed({"session_clocks=true", "session_wait=2s", "ordering=fifo"}).empty());
  CHECK(blamed({"bootstrap=true", "bootstrap_retry=1s", "ordering=none"}).empty());
  CHECK(blamed({"log_truncation=true", "anti_entropy=1s"}).empty());
}

}  // namespace hearsay::causal
