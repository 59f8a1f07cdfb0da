// An entry of the replicated log, and what it holds.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "protocols/common/bytes.hpp"
#include "protocols/common/raft/configuration.hpp"
#include "sim/core/ids.hpp"

namespace hearsay::raft {

using Term = std::uint64_t;
using Index = std::uint64_t;    // of the first entry: 1
using Session = std::uint64_t;  // of one incarnation of a node, on behalf of its clients

enum class Method : std::uint8_t { write, compare_and_set, read, increment };

// What a client asks the state machine (Ongaro 2014, section 6.3: sessions), or a node for itself: then it is no write
// of the run (no_write).
struct Command {
  Session session = 0;
  std::uint64_t number = 0;   // within the session, from 1
  std::uint64_t settled = 1;  // every number below it has been answered: its answer can be forgotten
  WriteId write = no_write;   // of a read: none
  Method method = Method::write;
  std::string key, value;
  std::uint32_t size = 0;  // payload bytes
};

struct Content {
  enum class Kind : std::uint8_t { noop, command, configuration } kind = Kind::noop;
  Command command{};
  Configuration configuration{};
  std::uint64_t hash = 0;       // of all of it
  std::uint32_t wire_size = 0;  // bytes

  void describe(std::ostream& out) const;
};
using ContentPtr = std::shared_ptr<const Content>;

ContentPtr noop();
ContentPtr content_of(Command command);
ContentPtr content_of(Configuration configuration);

struct Entry {
  Term term = 0;
  std::uint64_t prefix = 0;  // hash of the log up to and including it
  ContentPtr content;
};
using Entries = std::vector<Entry>;

// For the disk.
void encode(ByteWriter& out, const Configuration& configuration);
Configuration decode_configuration(ByteReader& in);
void encode(ByteWriter& out, const Content& content);
ContentPtr decode_content(ByteReader& in);

}  // namespace hearsay::raft
