// Unites stores of runs, such as those of the shards of one study.
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/sqlite.hpp"

namespace hearsay {

struct MergeCount {
  std::int64_t added = 0;    // runs that were not there, or had crashed
  std::int64_t present = 0;  // runs that were there, with the same run_hash
};

// Adds the runs of other stores to one store, each store in one transaction: a kill at any moment leaves whole stores
// in it, and a repetition adds what is missing. Memory does not grow with the number of runs.
class StoreMerge {
 public:
  // Creates `out` if it is not there. Throws StoreError as Store does.
  explicit StoreMerge(const std::string& out);

  // Leaves `out` as it was if it throws: StoreMismatch for other columns or, unless `mixed_versions`, another version
  // of the program; StoreContradiction if the two have different results of one run; StoreError if `in` is no store of
  // ours or damaged, or `out` cannot be written. A run that crashed in one of the stores gives way to one that
  // finished.
  MergeCount add(const std::string& in, bool mixed_versions);

  std::int64_t runs() { return connection_.count("SELECT count(*) FROM runs"); }

 private:
  void refuse_other_columns(const std::string& in);
  void refuse_other_versions(const std::string& in);
  void compare();
  void refuse_other_results(const std::string& in);
  MergeCount copy();

  Connection connection_;
};

}  // namespace hearsay
