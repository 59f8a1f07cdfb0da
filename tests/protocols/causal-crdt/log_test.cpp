// The write-ahead log by itself, in a replica that does nothing else.
#include "protocols/causal-crdt/log.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/causal-crdt/metrics.hpp"
#include "sim/transcript/bench.hpp"

namespace hearsay::causal {
namespace {

// What the log does on a client's request: appends an effect, takes a snapshot, commits.
struct Logger final : Protocol {
  explicit Logger(const Params& params) : log(params) {}
  void start(Context& context, StartReason) override { log.recover(context); }
  void request(Context& context, const Operation& operation) override {
    if (operation.key == "append") {
      Effect effect;
      effect.origin.dot = {1, ++appended};
      log.append(context, effect);
    } else if (operation.key == "snapshot") {
      log.snapshot(context, "state", {});
    } else {
      log.commit(context);
    }
  }
  void message(Context&, const Received&) override {}
  void timer(Context&, TimerKey) override {}

  Log log;
  std::uint64_t appended = 0;
};

// The syncs that the requests cause.
std::size_t syncs(const Params& params, const std::vector<std::string>& requests) {
  ProtocolInfo info;
  info.name = "logger";
  info.metrics = metric_table();
  info.configure = [&params](const ParameterValues&) -> ReplicaFactory {
    return [&params] { return std::make_unique<Logger>(params); };
  };
  std::ostringstream out;
  bench::Bench bench(info, {}, 1, 1, out);
  for (const auto& request : requests) bench.write(0, request, "x");
  std::size_t count = 0;
  for (std::size_t at = out.str().find("syncs"); at != std::string::npos; at = out.str().find("syncs", at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("what was appended is synced once, by the next commit") {
  CHECK(syncs({}, {"append", "append", "commit", "commit"}) == 1);
  CHECK(syncs({}, {"commit"}) == 0);
}

TEST_CASE("a snapshot syncs what was appended before it: the next commit has nothing left to sync") {
  CHECK(syncs({}, {"append", "snapshot", "commit"}) == 1);
  CHECK(syncs({}, {"append", "snapshot", "append", "commit"}) == 2);
}

TEST_CASE("without wal_sync only snapshots are synced") {
  Params params;
  params.wal_sync = false;
  CHECK(syncs(params, {"append", "commit"}) == 0);
  CHECK(syncs(params, {"append", "snapshot", "commit"}) == 1);
}

}  // namespace hearsay::causal
