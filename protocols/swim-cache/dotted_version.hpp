// Dotted version vectors (Preguiça, Baquero, Almeida, Fonte, Gonçalves 2010, "Dotted Version Vectors: Logical Clocks
// for Optimistic Replication", and PODC 2012): the clock of one of several values that a key may have at once. The dot
// names the write itself, apart from what its author had seen, so that two clients who write through one server without
// having seen each other stay concurrent, and vectors have entries of servers alone.
#pragma once

#include "protocols/common/vector_clock.hpp"
#include "protocols/common/version.hpp"

namespace hearsay {

struct DottedVersion {
  Dot dot;           // number 0: none
  VectorClock past;  // everything of these streams, of this key, that the author had seen

  // The write of `other` is this one, or its author's successor had seen it.
  bool covers(const DottedVersion& other) const {
    return dot == other.dot || past.at(other.dot.stream) >= other.dot.number;
  }

  // What a client has seen that read this value. A server that gives numbers to a key has seen all of its own before,
  // so that the dot stands for those below it too; replicas exchange all values of a key together to keep that true.
  void join_into(VectorClock& seen) const {
    seen.merge(past);
    seen.raise(dot.stream, dot.number);
  }

  // 12 bytes an entry, the dot included.
  std::uint32_t wire_size() const { return static_cast<std::uint32_t>(12 + 12 * past.entries().size()); }

  bool operator==(const DottedVersion&) const = default;
};

}  // namespace hearsay
