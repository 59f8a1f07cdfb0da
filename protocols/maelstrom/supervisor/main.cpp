// hearsay-nodes: the supervisor of one node, started by hearsay-engine. It takes steps from the socket that it is given
// and ends when the other end does, however that happens; the node ends with it.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "protocols/maelstrom/supervisor/supervisor.hpp"
#include "protocols/maelstrom/supervisor/wire.hpp"

namespace hearsay::maelstrom {
namespace {

bool receive(void* to, std::size_t bytes) {
  auto* at = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t got = recv(supervisor_socket, at, bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

bool put(const void* from, std::size_t bytes) {
  const auto* at = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t sent = send(supervisor_socket, at, bytes, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    bytes -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool reply(Supervisor& supervisor) {
  std::string text = supervisor.take_output();
  const StepReply header{supervisor.state(), supervisor.deadline(), text.size(), supervisor.why().size()};
  text.insert(0, reinterpret_cast<const char*>(&header), sizeof header);
  text += supervisor.why();
  return put(text.data(), text.size());
}

void serve(Supervisor& supervisor) {
  StepRequest request;
  bool started = false;
  while (receive(&request, sizeof request)) {
    std::string lines(request.line_bytes, '\0');
    if (!receive(lines.data(), lines.size())) return;
    if (!std::exchange(started, true)) supervisor.start({request.now, request.wall});
    supervisor.step({request.now, request.wall}, lines, request.fire != 0);
    if (!reply(supervisor)) return;
  }
}

// `clean FOLDER`: removes the folder of a run's nodes once the run is over or its process is gone.
int clean(const char* folder) {
  char byte = 0;
  while (recv(supervisor_socket, &byte, 1, 0) > 0) {
  }
  std::error_code error;
  for (int i = 0; i < 100; ++i) {  // nodes that die at this moment may still write
    std::filesystem::remove_all(folder, error);
    if (!std::filesystem::exists(folder, error)) break;
    usleep(20'000);
  }
  return 0;
}

// SEED BUSY_POLL_NS PATIENCE_S CPU FOLDER ERRORS PROGRAM [ARGUMENT...]
int run(std::span<char*> words) {
  constexpr std::size_t fixed = 6;
  if (words.size() == 2 && std::string_view(words[0]) == "clean") return clean(words[1]);
  if (words.size() <= fixed) {
    std::cerr << "hearsay-nodes is a part of hearsay, which starts it for scenarios with the protocol `maelstrom`\n";
    return 254;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1);
  signal(SIGPIPE, SIG_IGN);
  struct sigaction wakes {};  // without SA_RESTART: a stop of the node ends the supervisor's nap
  wakes.sa_handler = [](int) {};
  sigaction(SIGCHLD, &wakes, nullptr);
  Settings settings;
  settings.seed = std::strtoull(words[0], nullptr, 10);
  settings.busy_poll = std::strtoll(words[1], nullptr, 10);
  settings.patience_s = static_cast<int>(std::strtol(words[2], nullptr, 10));
  // The supervisor and its node take turns: on one processor neither waits to be woken on another one.
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(static_cast<std::size_t>(std::strtoul(words[3], nullptr, 10)), &processors);
  sched_setaffinity(0, sizeof processors, &processors);
  if (chdir(words[4]) != 0) {
    std::cerr << "hearsay-nodes: cannot enter " << words[4] << "\n";
    return 255;
  }
  settings.errors = words[5];
  settings.node.assign(words.begin() + fixed, words.end());
  Supervisor supervisor(std::move(settings));
  serve(supervisor);
  return 0;
}

}  // namespace
}  // namespace hearsay::maelstrom

int main(int argc, char** argv) {
  return hearsay::maelstrom::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
