// The simulator's end of a node: starts its supervisor (supervisor/) and takes it from step to step.
#pragma once

#include <sched.h>

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/maelstrom/supervisor/wire.hpp"

namespace hearsay::maelstrom {

// The supervisor's program beside the one that runs or where it is installed; empty if there is none, as on other
// processors than x86-64.
std::string supervisor_program();

// Where the nodes of a run, their supervisors and the simulator take turns. On one processor none of them waits to be
// woken on another one, which takes longer than what they do.
class Processor {
 public:
  Processor() = default;
  ~Processor();  // this thread may run everywhere again
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;

  int number();  // the first call picks that on which this thread runs, and keeps it there

 private:
  int number_ = -1;
  cpu_set_t before_{};
};

struct NodeSettings {
  std::string supervisor;            // its program
  std::uint64_t seed = 1;            // of what the node takes for random
  std::int64_t busy_poll = 0;        // nanoseconds; see supervisor/supervisor.hpp
  int patience_s = 10;               // of the watchdog, in wall time
  std::string folder;                // the node's working directory: its disk
  std::string errors;                // the file that its stderr is added to
  std::string pace = "virtual";      // or when the simulation began, in nanoseconds of machine_clock()
  int processor = 0;                 // of nodes in simulated time
  std::vector<std::string> program;  // with its arguments; an absolute path
};

struct Step {
  NodeState state = NodeState::running;
  std::int64_t deadline = no_deadline;
  std::string output;  // what it wrote to stdout, whole lines or not
  std::string why;     // it does not run any more
};

// A process of the supervisor's program, and the socket on which it listens.
class Helper {
 public:
  // Throws std::runtime_error if it cannot be started. words[0]: the program.
  explicit Helper(const std::vector<std::string>& words);
  ~Helper();  // hangs up, and waits for its end
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  int socket() const { return socket_; }
  void kill() const;

 private:
  int socket_ = -1;
  int process_ = 0;
};

class NodeProcess {
 public:
  // The program starts with the first step. Throws std::runtime_error if the supervisor cannot be started.
  explicit NodeProcess(const NodeSettings& settings);
  // As by SIGKILL: the node ends with its supervisor.
  ~NodeProcess() {
    if (!real_) helper_.kill();  // else it goes with the socket
  }
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  // `lines` end with a newline each, or are empty. Throws std::runtime_error if the supervisor is gone.
  Step step(std::int64_t now, std::int64_t wall, const std::string& lines, bool fire);

 private:
  Helper helper_;
  bool real_;
};

// For nodes in real time alone: CLOCK_MONOTONIC, in nanoseconds.
std::int64_t machine_clock();

}  // namespace hearsay::maelstrom
