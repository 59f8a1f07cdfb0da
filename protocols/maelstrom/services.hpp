// Maelstrom's services (doc/services.md), which nodes talk to as if they were nodes: `lin-kv`, `seq-kv` and `lww-kv`
// keep values by key, `lin-tso` counts. One set of them for all nodes of a run; they never fail.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/maelstrom/json.hpp"
#include "sim/core/random.hpp"

namespace hearsay::maelstrom {

// Values by key, both as JSON's text.
class KeyValues {
 public:
  // The body of the answer to `read`, `write` or `cas`, without its braces and `in_reply_to`.
  std::string handle(const Json& body);
  std::map<std::string, std::string> values;

 private:
  std::string compare_and_set(const Json& body, const std::string& key);
};

class Services {
 public:
  static bool is_one(std::string_view name);

  // What `service` answers `node`: a body as above. `random` decides which of the answers that it may give.
  std::string handle(std::string_view service, const std::string& node, const Json& body, RandomStream& random);

 private:
  std::string sequential(const std::string& node, const Json& body, RandomStream& random);
  std::string last_writer_wins(const Json& body, RandomStream& random);

  static constexpr std::size_t most_past = 32;  // states that `seq-kv` may still show
  struct Stamped {
    std::uint64_t stamp = 0;
    std::string value;
  };
  using StampedValues = std::map<std::string, Stamped>;

  KeyValues linear_;
  std::deque<KeyValues> past_{KeyValues{}};    // of seq-kv, the newest last
  std::uint64_t newest_ = 0;                   // its number
  std::map<std::string, std::uint64_t> seen_;  // by node: the number of the newest state that it knows
  std::vector<StampedValues> replicas_{5};     // of lww-kv
  std::uint64_t stamp_ = 0, timestamp_ = 0;    // of lww-kv's writes; of lin-tso
};

}  // namespace hearsay::maelstrom
