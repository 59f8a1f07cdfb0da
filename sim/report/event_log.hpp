// The events of one run as columns, for the space-time diagram of the HTML page (sim/report/html/inside.ts). For single
// runs: it keeps 32 bytes for each transmission.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/message.hpp"

namespace hearsay {

class EventLog final : public Observer {
 public:
  EventLog(std::uint32_t nodes, std::vector<MessageKind> kinds);

  bool wants(EventKind kind) const override;
  void observe(const Event& event) override;

  // At most `most` transmissions, a quarter of them before the instant `focus` (seconds) if there are more. Times are
  // whole microseconds. Format: sim/report/html/data.ts, Inside.
  nlohmann::ordered_json json(std::size_t most, double focus) const;

 private:
  struct Transmission {
    std::int64_t sent = 0, ended = -1;  // ns; -1: on its way at the end
    NodeId from = 0, to = 0;
    KindIndex kind = 0;
    std::uint8_t fate = 0;  // 0 delivered, 1 on its way at the end, 2 + DropReason
    std::uint8_t copy = 0;  // 1: a duplicate that the network made
  };
  struct Mark {  // something at a node
    std::int64_t at = 0;
    NodeId node = 0;
    EventKind kind = EventKind::finish;
  };
  struct Arrival {  // a write became visible at a node
    std::int64_t at = 0;
    NodeId node = 0;
    WriteId write = 0;
    std::int64_t by = -1;  // index of the transmission that brought it; -1: the node's own, or unknown
  };
  struct Invocation {
    std::int64_t at = 0, answered = -1;
    NodeId node = 0;
    WriteId write = 0;
    bool acknowledged = false;
    std::string key, value;
  };

  struct Window {
    std::size_t first = 0, last = 0;  // transmissions
    std::int64_t from = 0, to = 0;    // ns
  };

  void message(const Event& event);
  void operation(const Event& event);
  Window window(std::size_t most, std::int64_t focus) const;
  nlohmann::ordered_json transmissions(const Window& shown) const;
  nlohmann::ordered_json arrivals(const Window& shown) const;
  nlohmann::ordered_json writes(const Window& shown) const;
  nlohmann::ordered_json marks(const Window& shown) const;

  std::uint32_t nodes_;
  std::vector<MessageKind> kinds_;
  std::vector<Transmission> sent_;  // by time of sending
  std::unordered_map<SendId, std::size_t> flying_;
  // The latest delivery by receiver, sender and kind: what a node was handling when it applied a write.
  std::unordered_map<std::uint64_t, std::size_t> latest_;
  std::vector<Mark> marks_;
  std::vector<Arrival> arrivals_;
  std::vector<Invocation> invocations_;
  std::unordered_map<OpId, std::size_t> open_;
  std::int64_t end_ = 0;
};

}  // namespace hearsay
