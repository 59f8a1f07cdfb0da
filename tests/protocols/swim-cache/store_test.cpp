// The entries of one node: which writes stand, and which come a second time.
#include "protocols/swim-cache/store.hpp"

#include <catch2/catch.hpp>

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"
#include "tests/protocols/noting_context.hpp"

namespace hearsay::swim {
namespace {

using namespace std::chrono_literals;
using Writes = std::vector<WriteId>;

EntryPtr entry(WriteId write, std::int64_t physical) {
  Entry made;
  made.key = "k";
  made.value = "v";
  made.write = write;
  made.version.time.physical = physical;
  made.version.node = 0;
  return std::make_shared<const Entry>(made);
}

EntryPtr deletion(WriteId write, std::int64_t physical, Time expires) {
  Entry made = *entry(write, physical);
  made.deleted = true;
  made.expires = expires;
  return std::make_shared<const Entry>(made);
}

Params remembering() {
  Params params;
  params.persistence = Persistence::memory;
  params.tombstone_ttl = 5s;
  return params;
}

}  // namespace

TEST_CASE("a write that comes back once the deletion that replaced it is forgotten changes the state a second time") {
  const Params params = remembering();
  NotingContext context;
  Store store(params);
  CHECK(store.put(context, entry(0, 1)));
  CHECK(store.put(context, deletion(1, 2, Time(5s))));
  CHECK_FALSE(store.put(context, entry(0, 1)));
  CHECK(context.replaced_writes == std::vector<std::pair<WriteId, WriteId>>{{0, 1}, {0, 1}});
  REQUIRE(context.timers.size() == 1);
  CHECK(context.timers[0].first == 5s);
  context.time = Time(5s);
  store.reclaim(context, timer_number(context.timers[0].second));
  CHECK(store.entries().empty());
  CHECK(context.counted(index(Metric::tombstones_reclaimed)) == 1);
  CHECK(store.put(context, entry(0, 1)));
  CHECK(context.applied_writes == Writes{0, 1});
  CHECK(context.reapplied_writes == Writes{0});
}

TEST_CASE("a write that came too late to stand here is applied for the first time when it comes again") {
  const Params params = remembering();
  NotingContext context;
  Store store(params);
  CHECK(store.put(context, entry(1, 2)));
  CHECK_FALSE(store.put(context, entry(0, 1)));
  CHECK(context.applied_writes == Writes{1});
  store.drop(context, "k");
  CHECK(store.put(context, entry(0, 1)));
  CHECK(context.applied_writes == Writes{1, 0});
  CHECK(context.reapplied_writes.empty());
}

TEST_CASE("an entry that goes and comes again with the ring is applied once") {
  const Params params = remembering();
  NotingContext context;
  Store store(params);
  CHECK(store.put(context, entry(0, 1)));
  CHECK_FALSE(store.put(context, entry(0, 1)));
  store.drop(context, "k");
  CHECK(store.put(context, entry(0, 1)));
  CHECK(context.applied_writes == Writes{0});
  CHECK(context.reapplied_writes.empty());
  CHECK(context.replaced_writes.empty());
}

}  // namespace hearsay::swim
