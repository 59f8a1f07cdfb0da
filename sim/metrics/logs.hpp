// What polls of the workload `kafka` show that no log does (docs/definitions.md, Values), in the manner of Jepsen's and
// Maelstrom's checker of `kafka`.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "sim/core/log_text.hpp"
#include "sim/metrics/kinds.hpp"

namespace hearsay {

// Counts: offsets with two messages, messages at two offsets, messages that nobody sent or whose sending failed for
// certain, polls in which offsets do not ascend, and messages that a client was not given although it was given later
// ones of the log.
class LogReads final : public MetricObserver {
 public:
  LogReads() : MetricObserver({EventKind::invoke, EventKind::respond, EventKind::finish}) {}
  void observe(const Event& event) override;
  ResultValue value() const override { return count_; }

 private:
  using Offsets = std::set<std::int64_t>;
  struct Log {
    std::set<std::int64_t> sent, undone;                // messages
    std::map<std::int64_t, std::set<std::int64_t>> at;  // by offset: messages
    std::map<std::int64_t, Offsets> of;                 // by message: offsets
    std::map<ClientId, Offsets> given;                  // by client: what its polls brought
  };
  void respond(const Operation& operation, const Response& response);
  void poll(ClientId client, const LogPart& part);
  void finish();

  std::map<std::string, Log> logs_;
  std::uint64_t count_ = 0;
};

}  // namespace hearsay
