// `run --shard i/n`: one of n shares of the runs, for machines that share nothing but the scenario files.
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/store.hpp"

namespace hearsay {

// A run belongs to one shard, by what it is alone: neither the order of the files nor other runs matter, nor the
// version of the program.
struct Shard {
  std::uint32_t number = 1;  // 1 to count
  std::uint32_t count = 1;   // at most most_shards

  bool holds(const RunKey& key) const;
};

inline constexpr std::uint32_t most_shards = 1'000'000;

// "3/40". Throws UsageError.
Shard read_shard(const std::string& text);

}  // namespace hearsay
