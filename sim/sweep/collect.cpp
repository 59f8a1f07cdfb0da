#include "sim/sweep/collect.hpp"

#include <iostream>

#include "sim/core/text.hpp"
#include "sim/report/merge.hpp"
#include "sim/report/sqlite.hpp"

namespace hearsay::sweep {
namespace {

// Adds a store unless it holds nothing yet, or another process that collects has just removed it.
std::int64_t add_store(StoreMerge& into, const std::string& store, std::size_t& unread) {
  try {
    open_store(store).count("SELECT count(*) FROM runs");
  } catch (const StoreError& error) {
    std::error_code gone;
    if (std::filesystem::exists(store, gone) && std::filesystem::file_size(store, gone) > 0) {
      std::cerr << "hearsay: a task's store is left out: " << printable(error.what()) << "\n";
      ++unread;
    }
    return 0;
  }
  try {
    return into.add(store, true).added;
  } catch (const StoreContradiction&) {
    throw;
  } catch (const StoreError&) {
    std::error_code gone;
    if (std::filesystem::exists(store, gone)) throw;
    return 0;
  }
}

void merge_stores(const SweepFolder& folder, const std::vector<std::filesystem::path>& stores, Collected& collected) {
  const std::string& results = *folder.work().common.results;
  {
    StoreMerge into(results);
    for (const auto& store : stores) collected.added += add_store(into, store.string(), collected.unread);
  }
  const auto there = runs_in(results);
  collected.missing = 0;
  for (const RunId id : folder.runs()) collected.missing += there.contains(id) ? 0U : 1U;
}

}  // namespace

Collected collect(const SweepFolder& folder) {
  Collected collected;
  if (folder.done()) return collected;
  for (std::vector<std::filesystem::path> stores = folder.stores();;) {
    collected.unread = 0;
    merge_stores(folder, stores, collected);
    if (collected.missing == 0) {
      folder.mark_done();
      return collected;
    }
    // A task that ends from now on sees the mark; one that ended meanwhile has another name.
    folder.mark_collected();
    auto again = folder.stores();
    if (again == stores || folder.done()) return collected;
    stores = std::move(again);
  }
}

}  // namespace hearsay::sweep
