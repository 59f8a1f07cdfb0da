// Do all live nodes hold the same state? Counts the live nodes per state digest; one digest in use is agreement.
// A node that has not reported a digest, since it started, has digest 0. State in parts (event `placed`) agrees if,
// besides, the live owners of every part hold equal copies.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/metrics/kinds.hpp"
#include "sim/metrics/part_agreement.hpp"
#include "sim/metrics/population.hpp"

namespace hearsay {

// How many nodes hold each digest: open addressing with linear probing. It never grows, because there are never more
// digests in use than nodes.
class DigestCounts {
 public:
  explicit DigestCounts(std::uint32_t nodes);

  void add(std::uint64_t digest);
  // Requires that it was added more often than removed.
  void remove(std::uint64_t digest);
  std::uint32_t distinct() const { return distinct_; }

 private:
  struct Slot {
    std::uint64_t digest = 0;
    std::uint32_t nodes = 0;  // 0: free
  };
  std::size_t home(std::uint64_t digest) const { return scatter(digest) & mask_; }
  std::size_t find(std::uint64_t digest) const;  // its slot, or the free one where it belongs
  void free_slot(std::size_t hole);

  std::size_t mask_;
  std::vector<Slot> slots_;
  std::uint32_t distinct_ = 0;
};

class Agreement final : public SelectiveObserver {
 public:
  explicit Agreement(std::uint32_t nodes);
  void observe(const Event& event) override;

  // At least one live node, and all live nodes with equal state.
  bool agreed() const { return counts_.distinct() == 1 && parts_.differing() == 0; }
  // Since when without interruption of positive length. Requires agreed().
  Time agreed_since() const { return was_agreed_ ? since_ : instant_; }
  // Different states among live nodes; of nodes that differ in their parts alone, the copies of the part with the most.
  std::uint32_t distinct() const;
  std::size_t differing_parts() const { return parts_.differing(); }
  // Time so far in which live nodes differed; no time while no node is live.
  Duration diverged() const { return diverged_; }

 private:
  void close_instant(Time now);
  void change_digest(NodeId node, std::uint64_t digest);

  Population population_;
  DigestCounts counts_;
  PartAgreement parts_;
  std::vector<std::uint64_t> digests_;
  Time instant_{};           // of the last event seen
  bool was_agreed_ = false;  // at the end of the instant before it
  Time since_{};
  Duration diverged_{};
};

}  // namespace hearsay
