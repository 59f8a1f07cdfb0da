// Runs one node in real time (`pace: real`): nothing of it is held or replaced. A step waits until the wall clock has
// come to the simulation's time; the simulation takes one every millisecond of its own.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "protocols/maelstrom/supervisor/settings.hpp"
#include "protocols/maelstrom/supervisor/wire.hpp"

namespace hearsay::maelstrom {

class RealNode {
 public:
  explicit RealNode(Settings settings) : settings_(std::move(settings)) {}
  ~RealNode();
  RealNode(const RealNode&) = delete;
  RealNode& operator=(const RealNode&) = delete;

  void start();
  void step(std::int64_t now, const std::string& lines);

  std::string take_output() { return std::exchange(output_, {}); }
  std::int64_t deadline() const { return state_ == NodeState::running ? next_ : no_deadline; }
  NodeState state() const { return state_; }
  const std::string& why() const { return why_; }

 private:
  void give(std::int64_t until);
  bool collect();
  void look_for_end();

  Settings settings_;
  std::string unread_, output_, why_;
  NodeState state_ = NodeState::running;
  std::int64_t next_ = 0;
  int node_ = 0, input_ = -1, output_pipe_ = -1;
};

}  // namespace hearsay::maelstrom
