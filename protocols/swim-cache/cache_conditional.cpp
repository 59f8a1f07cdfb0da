// Compare-and-sets and increments without consensus: a read of a quorum, then a write. Two of them at once both find
// what stood before, so that one is lost; `consensus: raft` is for that.
#include <utility>

#include "protocols/common/increment.hpp"
#include "protocols/swim-cache/cache.hpp"
#include "sim/core/compare_and_set.hpp"

namespace hearsay::swim {
namespace {

// What the operation makes of a value, if it takes it.
std::optional<std::string> made_of(const Operation& operation, const Entry* held) {
  if (operation.method == "cas") {
    const auto [expected, desired] = compare_and_set(operation.value);
    if (held == nullptr || held->value != expected) return std::nullopt;
    return std::string(desired);
  }
  return incremented(held == nullptr ? nullptr : &held->value, operation.value);
}

}  // namespace

void Cache::conditional(Context& context, const Operation& operation) {
  read(context, operation, std::make_shared<const Operation>(operation));
}

// Of several values side by side none is the one that was expected.
void Cache::decide(Context& context, const Pending& read) {
  Operation operation = *read.condition;
  std::vector<WriteId> seen;
  const Entry* held = nullptr;
  for (const EntryPtr& entry : read.entries) {
    if (entry->deleted || entry->expires <= context.now()) continue;
    held = entry.get();
    seen.push_back(entry->write);
  }
  const auto made = seen.size() > 1 ? std::nullopt : made_of(operation, held);
  if (!made) return context.respond(operation.id, {Outcome::rejected, std::move(seen)});
  operation.value = *made;
  write(context, operation, held != nullptr && operation.method == "increment" ? held->write : no_write);
}

}  // namespace hearsay::swim
