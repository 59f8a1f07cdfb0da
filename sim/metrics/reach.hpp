// delay_to_share_s: from a write's invocation to the first instant when it is visible on 50, 90, 99 and 100 % of the
// live nodes where it ought to be, over acknowledged writes. Part of Coverage, which reports the writes that may have
// come to another share and when an instant is over.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class Reach {
 public:
  static constexpr std::array<std::uint32_t, DelayToShare::shares> percents{50, 90, 99, 100};

  // Once per write, before anything else about it.
  void invoked(WriteId write, Time at);
  void acknowledged(WriteId write);
  // `holders` nodes where it ought to be hold it now. Constant work, most often one comparison.
  void held_by(WriteId write, std::uint32_t holders) {
    if (holders >= writes_[write].next) touched_.push_back(write);
  }
  // The nodes where it ought to be have changed; those of all writes.
  void moved(WriteId write) { touched_.push_back(write); }
  void node_went() { rescan_ = true; }

  // The end of instant `at`. `standing(write)`: how many nodes hold it of those where it ought to be, and how many
  // these are.
  template <class Standing>
  void close_instant(Time at, Standing standing) {
    const auto look = [&](WriteId write) {
      const auto [holders, expected] = standing(write);
      settle(write, holders, expected, at);
      return writes_[write].passed == percents.size();
    };
    if (rescan_)
      std::erase_if(pending_, look);
    else
      for (const WriteId write : touched_) look(write);
    touched_.clear();
    rescan_ = false;
  }

  DelayToShare summary() const;

 private:
  struct Write {
    Time invoked = never;
    std::uint32_t next = std::numeric_limits<std::uint32_t>::max();  // with so many holders it may be at another share
    std::uint8_t passed = 0;                                         // shares that it has come to
    bool acknowledged = false;
  };
  using Delays = std::array<Duration, percents.size()>;

  void settle(WriteId write, std::uint32_t holders, std::uint32_t expected, Time at);
  void add(std::size_t share, Duration delay);

  std::vector<Write> writes_;        // by write
  std::vector<WriteId> pending_;     // those that have come to every share leave it at the next rescan
  std::vector<WriteId> touched_;     // in this instant
  std::map<WriteId, Delays> early_;  // of writes that are not acknowledged yet
  bool rescan_ = false;
  std::uint64_t acknowledged_ = 0;
  std::array<std::uint64_t, percents.size()> counts_{};
  std::array<double, percents.size()> sums_{};  // seconds
};

}  // namespace hearsay
