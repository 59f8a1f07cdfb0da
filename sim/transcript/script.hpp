// Transcript tests in plain text, after etcd/raft's datadriven ones. A file is a series of blocks:
//
//   # what this shows
//   boot 4 interceptor-broadcast hash_bytes=1
//   write 0 mykey myvalue
//   ----
//   ...what happened, up to an empty line
//
// Set HEARSAY_REWRITE=1 to write down what happens now, and read the difference. CONTRIBUTING.md, Golden transcripts,
// has the commands.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/transcript/bench.hpp"

namespace hearsay::bench {

// The values of a cluster's parameters from words like `retries=3`, read as a scenario would. Throws
// std::runtime_error.
ParameterValues parse_parameters(const ProtocolInfo& protocol, const std::vector<std::string>& words);

// The parameter that the protocol blames for a contradiction among these; empty if there is none.
std::string blamed(const std::string& protocol, const std::vector<std::string>& words);

// A bench of a protocol by its name, with parameters like `retries=3`; the transcript is kept.
struct ProtocolBench {
  std::ostringstream transcript;
  Bench bench;
  ProtocolBench(const std::string& protocol, std::uint32_t nodes, const std::vector<std::string>& words,
                std::uint64_t seed = 1)
      : bench(*find_protocol(protocol), parse_parameters(*find_protocol(protocol), words), nodes, seed, transcript) {}
};

// Throws std::runtime_error if `text` is not like `[0-1,1-2]`.
EdgeList parse_edges(const std::string& text);

// Throws std::runtime_error if `text` is not like `5ms`.
Duration parse_duration(const std::string& text);

// A command that makes no sense, or that the protocol throws at.
class ScriptError : public std::runtime_error {
 public:
  ScriptError(std::size_t number, const std::string& message) : std::runtime_error(message), line(number) {}
  std::size_t line;  // from 1
};

// Runs the script and returns its text with the output of this run in place of what stands there. Throws ScriptError.
std::string run_script(const std::string& text);

}  // namespace hearsay::bench
