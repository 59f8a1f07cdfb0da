// `--trace FILE`: the event stream written down. The ending chooses the format: `.json` Chrome Trace Event (opens in
// Perfetto), `.jsonl` one event per line, `.shiviz` for ShiViz, `.tree` the way by which each write spread.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/message.hpp"

namespace hearsay {

class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws TraceError if the ending is unknown or the file cannot be written. The file is complete once `finish` passed.
std::unique_ptr<Observer> make_trace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds);

}  // namespace hearsay
