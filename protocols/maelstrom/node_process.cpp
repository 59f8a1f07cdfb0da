#include "protocols/maelstrom/node_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <stdexcept>

namespace hearsay::maelstrom {
namespace {

namespace fs = std::filesystem;

void send_all(int socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t more = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) throw std::runtime_error("the supervisor of a node is gone");
    sent += static_cast<std::size_t>(more);
  }
}

void receive_more(int socket, std::string& bytes, std::size_t most) {
  const std::size_t have = bytes.size();
  bytes.resize(have + most);
  ssize_t got = 0;
  do {
    got = recv(socket, bytes.data() + have, most, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) throw std::runtime_error("the supervisor of a node is gone");
  bytes.resize(have + static_cast<std::size_t>(got));
}

std::vector<std::string> command_line(const NodeSettings& settings) {
  std::vector<std::string> words{settings.supervisor,
                                 std::to_string(settings.seed),
                                 std::to_string(settings.busy_poll),
                                 std::to_string(settings.patience_s),
                                 std::to_string(settings.processor),
                                 settings.folder,
                                 settings.errors,
                                 settings.pace};
  words.insert(words.end(), settings.program.begin(), settings.program.end());
  return words;
}

// In a process group of its own, so that Ctrl-C on a terminal leaves it to the simulator what ends; with no signal
// blocked, as workers block some.
int spawn(const std::vector<std::string>& words, int socket) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, socket, supervisor_socket);
  posix_spawn_file_actions_addclosefrom_np(&files, supervisor_socket + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  pid_t id = 0;
  const int error = posix_spawn(&id, arguments[0], &files, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    throw std::runtime_error("cannot start the supervisor of a node, " + words[0] + ": " + std::strerror(error));
  return id;
}

}  // namespace

std::string supervisor_program() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* place :
       {"hearsay-nodes", "../cli/hearsay-nodes", "../lib/hearsay/hearsay-nodes"})  // the engine, `bench`, the front
    if (fs::exists(folder / place, error)) return (folder / place).string();
  return {};
}

int Processor::number() {
  if (number_ >= 0) return number_;
  number_ = std::max(0, sched_getcpu());
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(static_cast<std::size_t>(number_), &here);
  if (sched_getaffinity(0, sizeof before_, &before_) == 0) sched_setaffinity(0, sizeof here, &here);
  return number_;
}

Processor::~Processor() {
  if (number_ >= 0 && CPU_COUNT(&before_) > 0) sched_setaffinity(0, sizeof before_, &before_);
}

Helper::Helper(const std::vector<std::string>& words) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    throw std::runtime_error(std::string("cannot make a socket for a node: ") + std::strerror(errno));
  socket_ = pair[0];
  try {
    process_ = spawn(words, pair[1]);
  } catch (...) {
    close(pair[0]);
    close(pair[1]);
    throw;
  }
  close(pair[1]);
}

void Helper::kill() const { ::kill(process_, SIGKILL); }  // PTRACE_O_EXITKILL takes the node along

Helper::~Helper() {
  close(socket_);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

NodeProcess::NodeProcess(const NodeSettings& settings)
    : helper_(command_line(settings)), real_(settings.pace != NodeSettings{}.pace) {}

std::int64_t machine_clock() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Step NodeProcess::step(std::int64_t now, std::int64_t wall, const std::string& lines, bool fire) {
  const StepRequest request{now, wall, lines.size(), fire ? 1U : 0U};
  std::string bytes(reinterpret_cast<const char*>(&request), sizeof request);
  bytes += lines;
  send_all(helper_.socket(), bytes);
  constexpr std::size_t at_once = 4096;  // most often all of it
  StepReply reply;
  bytes.clear();
  while (bytes.size() < sizeof reply) receive_more(helper_.socket(), bytes, at_once);
  std::memcpy(&reply, bytes.data(), sizeof reply);
  const std::size_t size = sizeof reply + reply.output_bytes + reply.why_bytes;
  while (bytes.size() < size) receive_more(helper_.socket(), bytes, size - bytes.size());
  Step step{reply.state, reply.deadline, bytes.substr(sizeof reply, reply.output_bytes),
            bytes.substr(sizeof reply + reply.output_bytes)};
  return step;
}

}  // namespace hearsay::maelstrom
