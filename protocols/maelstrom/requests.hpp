// What clients ask of a node, and what its answers mean: operations of our workloads in the words of Maelstrom's
// (doc/workloads.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "protocols/maelstrom/json.hpp"
#include "protocols/maelstrom/params.hpp"
#include "sim/core/operation.hpp"

namespace hearsay::maelstrom {

using WriteSet = std::unordered_set<WriteId>;  // looked up only

// How far a client has come in the logs of `kafka`: by key, the offset that it polls next.
struct LogPositions final : SessionToken {
  std::map<std::string, std::int64_t> next;
  SessionPtr merged(const SessionToken& other) const override;
};

// The body of the request, without its braces and `msg_id`. Nothing: nodes of this kind have no such operation.
std::optional<std::string> body_of(Speaks speaks, const Operation& operation);

// What an answer that is no error gives the client. Nothing: it lacks what it ought to have. `writes`: those of the
// run.
std::optional<Response> answer_of(Speaks speaks, const Operation& operation, const Json& body, const WriteSet& writes);

// What an error with this code gives the client; a missing code is that of a crash.
Response error_of(Speaks speaks, const Operation& operation, std::optional<std::int64_t> code);

// What an observer's read of the whole state shows; nothing: it lacks it.
struct Observation {
  std::vector<WriteId> writes;
  std::uint64_t digest = 0;
};
bool can_be_observed(Speaks speaks);
std::optional<Observation> observed(Speaks speaks, const Json& body, const WriteSet& writes);

}  // namespace hearsay::maelstrom
