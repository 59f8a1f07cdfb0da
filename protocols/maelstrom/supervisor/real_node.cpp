#include "protocols/maelstrom/supervisor/real_node.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "protocols/maelstrom/supervisor/child.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::int64_t tick = 1'000'000;         // nanoseconds between two steps
constexpr std::size_t most_output = 64U << 20U;  // bytes between two steps

std::int64_t machine_clock() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

RealNode::~RealNode() {
  if (node_ > 0) kill(-node_, SIGKILL);
  for (const int file : {input_, output_pipe_})
    if (file >= 0) close(file);
}

void RealNode::start() {
  std::array<int, 2> in{}, out{};
  const bool piped = pipe2(in.data(), O_CLOEXEC) == 0 && pipe2(out.data(), O_CLOEXEC) == 0;
  node_ = piped ? fork() : -1;
  if (node_ < 0) {
    state_ = NodeState::refused;
    why_ = std::string("cannot be started: ") + std::strerror(errno);
    return;
  }
  if (node_ == 0) {
    setpgid(0, 0);  // its own processes end with it
    exec_node(settings_, {in[0], out[1], -1, -1});
  }
  setpgid(node_, node_);
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_pipe_ = out[0];
  fcntl(input_, F_SETFL, O_NONBLOCK);
  fcntl(output_pipe_, F_SETFL, O_NONBLOCK);
}

void RealNode::step(std::int64_t now, const std::string& lines) {
  if (state_ != NodeState::running) return;
  unread_ += lines;
  give(*settings_.real_epoch + now);
  if (state_ == NodeState::running && !collect()) look_for_end();
  next_ = now + tick;
}

// Hands it what it has not read, until the wall clock shows this moment and the pipe is full or all is handed over.
void RealNode::give(std::int64_t until) {
  while (true) {
    while (!unread_.empty()) {
      const ssize_t put = ::write(input_, unread_.data(), unread_.size());
      if (put < 0 && errno == EPIPE) unread_.clear();
      if (put <= 0) break;
      unread_.erase(0, static_cast<std::size_t>(put));
    }
    const std::int64_t left = until - machine_clock();
    if (left <= 0) return;
    const timespec time{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
    pollfd room{.fd = unread_.empty() ? -1 : input_, .events = POLLOUT, .revents = 0};
    ppoll(&room, 1, &time, nullptr);
  }
}

// False once it has closed its stdout.
bool RealNode::collect() {
  static std::array<char, 65536> buffer;
  ssize_t got = 0;
  while ((got = read(output_pipe_, buffer.data(), buffer.size())) > 0) {
    output_.append(buffer.data(), static_cast<std::size_t>(got));
    if (output_.size() <= most_output) continue;
    state_ = NodeState::refused;
    why_ = "wrote more than 64 MiB to stdout within a millisecond";
    return true;
  }
  return got != 0;
}

void RealNode::look_for_end() {
  int status = 0;
  if (waitpid(node_, &status, WNOHANG) != node_) return;
  const bool not_started = WIFEXITED(status) && WEXITSTATUS(status) == exec_failed;
  state_ = not_started ? NodeState::refused : NodeState::ended;
  why_ = not_started ? "could not be started: see its stderr" : end_of(status);
}

}  // namespace hearsay::maelstrom
