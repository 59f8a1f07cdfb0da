#include "sim/sweep/call.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace hearsay::sweep {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int not_found = 127;

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t which) {
    if (ends.at(which) >= 0) close(ends.at(which));
    ends.at(which) = -1;
  }
};

[[noreturn]] void become_child(const std::vector<std::string>& words, const Pipe& out, const Pipe& err) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(out.ends[1], STDOUT_FILENO);
  dup2(err.ends[1], STDERR_FILENO);
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers.front(), pointers.data());
  _exit(not_found);
}

// True at the end of the file.
bool read_some(int from, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t got = read(from, buffer.data(), buffer.size());
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  return got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
}

// False if the limit passed first.
bool read_both(Pipe& out, Pipe& err, CallResult& result, Clock::time_point limit) {
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(limit - Clock::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> ready{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
    if (poll(ready.data(), ready.size(), static_cast<int>(left)) < 0 && errno != EINTR) return false;
    if (ready[0].revents != 0 && read_some(out.ends[0], result.out)) out.close_end(0);
    if (ready[1].revents != 0 && read_some(err.ends[0], result.err)) err.close_end(0);
  }
  return true;
}

}  // namespace

CallResult call(const std::vector<std::string>& words, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  Pipe out, err;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start " + words.front());
  if (child == 0) become_child(words, out, err);
  out.close_end(1);
  err.close_end(1);
  CallResult result;
  const bool whole = read_both(out, err, result, end);
  if (!whole) kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.answered = whole && result.status != not_found;
  return result;
}

}  // namespace hearsay::sweep
