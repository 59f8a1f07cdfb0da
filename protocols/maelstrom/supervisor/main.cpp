// hearsay-nodes: the supervisor of one node, started by hearsay-engine. It takes steps from the socket that it is given
// and ends when the other end does, however that happens; the node ends with it.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "protocols/maelstrom/supervisor/real_node.hpp"
#ifndef HEARSAY_REAL_ONLY
#include "protocols/maelstrom/supervisor/supervisor.hpp"
#endif
#include "protocols/maelstrom/supervisor/wire.hpp"

namespace hearsay::maelstrom {
namespace {

// A request and its lines, most often by one call. False: the other end is gone.
bool receive(StepRequest& request, std::string& lines) {
  static std::array<char, 65536> buffer;
  std::size_t have = 0;
  const auto more = [&have](char* to, std::size_t most) {
    const ssize_t got = recv(supervisor_socket, to, most, 0);
    if (got > 0) have += static_cast<std::size_t>(got);
    return got > 0 || (got < 0 && errno == EINTR);
  };
  while (have < sizeof request)
    if (!more(buffer.data() + have, buffer.size() - have)) return false;
  std::memcpy(&request, buffer.data(), sizeof request);
  lines.resize(request.line_bytes);
  have -= sizeof request;
  std::copy_n(buffer.data() + sizeof request, have, lines.begin());
  while (have < lines.size())
    if (!more(lines.data() + have, lines.size() - have)) return false;
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

// What a step came to, of either kind of node.
template <class Node>
bool reply(Node& node) {
  std::string text = node.take_output();
  const StepReply header{node.state(), node.deadline(), text.size(), node.why().size()};
  text.insert(0, reinterpret_cast<const char*>(&header), sizeof header);
  text += node.why();
  return put(text.data(), text.size());
}

#ifndef HEARSAY_REAL_ONLY
void start(Supervisor& node, const StepRequest& request) { node.start({request.now, request.wall}); }
void step(Supervisor& node, const StepRequest& request, const std::string& lines) {
  node.step({request.now, request.wall}, lines, request.fire != 0);
}
#endif
void start(RealNode& node, const StepRequest&) { node.start(); }
void step(RealNode& node, const StepRequest& request, const std::string& lines) { node.step(request.now, lines); }

template <class Node>
void serve(Node&& node) {
  StepRequest request;
  std::string lines;
  bool started = false;
  while (receive(request, lines)) {
    if (!std::exchange(started, true)) start(node, request);
    step(node, request, lines);
    if (!reply(node)) return;
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

// SEED BUSY_POLL_NS PATIENCE_S CPU FOLDER ERRORS virtual|EPOCH_NS PROGRAM [ARGUMENT...]
int run(std::span<char*> words) {
  constexpr std::size_t fixed = 7;
  if (words.size() == 2 && std::string_view(words[0]) == "clean") return clean(words[1]);
  if (words.size() <= fixed) {
    std::cerr << "hearsay-nodes is a part of hearsay, which starts it for scenarios with the protocol `maelstrom`\n";
    return 254;
  }
  const bool real = std::string_view(words[6]) != "virtual";
  // A node in real time ends by its supervisor's hand once the socket is closed, others with their supervisor.
  if (!real) prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1);
  signal(SIGPIPE, SIG_IGN);
  sigset_t stops;  // of the node: Supervisor::settle() waits for this signal
  sigemptyset(&stops);
  sigaddset(&stops, SIGCHLD);
  if (!real) sigprocmask(SIG_BLOCK, &stops, nullptr);
  Settings settings;
  settings.seed = std::strtoull(words[0], nullptr, 10);
  settings.busy_poll = std::strtoll(words[1], nullptr, 10);
  settings.patience_s = static_cast<int>(std::strtol(words[2], nullptr, 10));
  if (real) settings.real_epoch = std::strtoll(words[6], nullptr, 10);
  // The supervisor and its node take turns: on one processor neither waits to be woken on another one.
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(static_cast<std::size_t>(std::strtoul(words[3], nullptr, 10)), &processors);
  if (!real) sched_setaffinity(0, sizeof processors, &processors);
  if (chdir(words[4]) != 0) {
    std::cerr << "hearsay-nodes: cannot enter " << words[4] << "\n";
    return 255;
  }
  settings.errors = words[5];
  settings.node.assign(words.begin() + fixed, words.end());
  if (real) {
    serve(RealNode(std::move(settings)));
    return 0;
  }
#ifdef HEARSAY_REAL_ONLY
  std::cerr << "hearsay-nodes: programs run in simulated time on x86-64 alone\n";
  return 254;
#else
  serve(Supervisor(std::move(settings)));
  return 0;
#endif
}

}  // namespace
}  // namespace hearsay::maelstrom

int main(int argc, char** argv) {
  return hearsay::maelstrom::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
