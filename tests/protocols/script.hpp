// Transcript tests in plain text, after etcd/raft's datadriven ones. A file is a series of blocks:
//
//   # what this shows
//   boot 4 interceptor-broadcast hash_bytes=1
//   write 0 mykey myvalue
//   ----
//   ...what happened, up to an empty line
//
// Set HEARSAY_REWRITE=1 to write down what happens now, and read the difference. Commands:
//
//   boot N PROTOCOL [PARAM=VALUE ...]      a cluster; once, first. Lists as [a,b], without spaces. `edges=[0-1,1-2]`:
//                                          the overlay; without it all are neighbours of all
//   write NODE KEY VALUE [SIZE]            a client's write; SIZE: declared payload bytes
//   call NODE METHOD KEY VALUE             the same with a method, as the workload `crdt` has them
//   read NODE [KEY]                        a client's read, of everything without KEY
//   invoke NODE METHOD KEY [VALUE]         a client's operation of another workload: a write, without VALUE a read
//   client                                 another client from now on, which has been answered nothing yet
//   deliver [A->B] [KIND] [first|last]     what is in flight now; `*` for any node; first, last: one message of them
//   settle                                 deliver until nothing moves
//   drop, duplicate, corrupt [A->B] [KIND] [first|last]      datagrams
//   break A B refused|timed_out|reset      the connections between two nodes
//   timers DURATION                        time passes and timers fire; messages stay where they are
//   crash NODE kept|lost|unsynced-lost     restart NODE     leave NODE     join [NODE]: a new node, or one that has
//   left skew NODE DURATION                     what the node's clock is ahead states, counts, metrics, in-flight
//   print: live nodes by state, messages so far, protocol metrics, what is in flight quiet COMMAND without the lines
//   that it causes
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "protocols/registry.hpp"

namespace hearsay::bench {

// The values of a cluster's parameters from words like `retries=3`, read as a scenario would. Throws
// std::runtime_error.
ParameterValues parse_parameters(const ProtocolInfo& protocol, const std::vector<std::string>& words);

// Throws std::runtime_error if `text` is not like `[0-1,1-2]`.
EdgeList parse_edges(const std::string& text);

// Throws std::runtime_error if `text` is not like `5ms`.
Duration parse_duration(const std::string& text);

// Runs the script and returns its text with the output of this run in place of what stands there.
// Throws std::runtime_error with the line of a command that makes no sense.
std::string run_script(const std::string& text);

std::string read_file(const std::filesystem::path& path);

}  // namespace hearsay::bench
