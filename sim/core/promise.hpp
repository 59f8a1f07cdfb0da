// What a protocol promises, as a function of its parameters: bounds on fields of the result that hold in every run
// unless something happens that the promise excepts. `describe` prints promises, `hunt` looks for runs that break them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"

namespace hearsay {

// What can happen to a cluster, as far as promises depend on it.
enum class Hazard : std::uint8_t {
  restart,        // a process ends and starts again from its disk
  unsynced_loss,  // its disk forgets what was not synced
  disk_loss,      // its disk forgets everything
  departure,      // nodes join or leave
  loss,           // packets are lost, corrupted, or wait for bandwidth
  corruption,     // datagrams arrive with flipped bits
  cut,            // nodes cannot reach each other for a while
  duplication,    // datagrams arrive twice
  reordering,     // datagrams overtake each other
  clock,          // clocks are wrong
  stall,          // processes, hosts or disks are slow or stand still
  roaming,        // a client's session goes from node to node
  name_clash,     // two nodes go by one name
  isolated_join,  // nodes join in a run in which others are down, stalled or cut off: perhaps those that could let them
                  // in
};
inline constexpr std::size_t hazard_kinds = static_cast<std::size_t>(Hazard::isolated_join) + 1;
std::string_view name_of(Hazard hazard);

struct Promise {
  std::string name;     // "converges", for reports
  std::string path;     // the field of the result that is bounded, dotted as in `expect`
  std::string bound;    // as `expect` writes it: "true", "0", "{max: 100}"
  std::string meaning;  // one line, for `describe`
  // Whether the protocol makes it with the parameters at hand, and if not (or not always), what it takes.
  bool given = true;
  std::string needs{};
  std::vector<Hazard> except{};  // it is void in runs in which one of these happens
  // It speaks of the end of a run: of one that goes on for so long after the last disturbance. Zero: of every moment.
  Duration within{};
  // It is void if faults last longer than this, from the first one's begin to the last one's end. Zero: any length.
  Duration bridges{};
  // It is void if packets are held back by more than this throughout the run. Zero: by any time.
  Duration patience{};
  std::vector<std::string> workloads{};  // it speaks of these alone; empty: of all
};

}  // namespace hearsay
