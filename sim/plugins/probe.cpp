#include "sim/plugins/probe.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "sim/core/plugin.hpp"
#include "sim/plugins/plugin_call.hpp"

namespace hearsay {
namespace {

constexpr const char* entry_function = "hearsay_plugin_entries";

// dlerror() begins with the file's name, which the message has already.
std::string loader_error(const std::string& file) {
  const char* text = dlerror();
  std::string reason = text != nullptr ? text : "unknown";
  if (reason.starts_with(file + ": ")) reason.erase(0, file.size() + 2);
  return reason;
}

std::string missing(const ProtocolInfo& info) {
  const auto named = [](const auto& all) {
    return std::all_of(all.begin(), all.end(), [](const auto& one) { return !one.name.empty(); });
  };
  if (info.summary.empty()) return "`summary`";
  if (info.acknowledges.empty()) return "`acknowledges`";
  if (info.workloads.empty()) return "`workloads`";
  if (info.messages.empty()) return "`messages`";
  if (!info.configure) return "`configure`";
  if (!named(info.messages)) return "the name of a message";
  if (!named(info.metrics)) return "the name of a metric";
  if (!named(info.parameters)) return "the name of a parameter";
  return "";
}

bool is_name(const std::string& name) {
  constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !name.empty() && name.size() <= 60 && name.find_first_not_of(allowed) == std::string::npos;
}

std::string wrong_with(const ProtocolInfo& info) {
  if (!is_name(info.name))
    return "its protocol has the name `" + info.name + "`; use up to 60 lower-case letters, digits and '-'";
  const std::string lacks = missing(info);
  if (lacks.empty()) return "";
  return "its protocol `" + info.name + "` lacks " + lacks + "; fill it in (sim/core/protocol_info.hpp)";
}

std::string ask(const std::string& file) {
  const LoadedObject object = load_object(file);
  if (object.entries == nullptr) return object.wrong;
  try {
    const ProtocolInfo info = object.entries->make();
    if (object.entries->next != nullptr)
      return "it exports two protocols, `" + object.entries->next->make().name + "` and `" + info.name +
             "`; build a plugin of each";
    return wrong_with(info);
  } catch (const std::exception& error) {
    return std::string("it threw while it described its protocol: ") + error.what();
  } catch (...) {
    return "it threw while it described its protocol";
  }
}

// What the child writes before it is done or the time is up; false: the time is up.
bool read_answer(int fd, std::string& answer) {
  const auto deadline = std::chrono::steady_clock::now() + plugin_patience();
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) return false;
    if (ready.revents == 0) continue;
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

[[noreturn]] void answer_and_end(const std::string& file, int fd) {
  // What the plugin prints, and its crash, are told by the parent.
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) signal(number, SIG_DFL);
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  const std::string answer = "." + ask(file);
  (void)!write(fd, answer.data(), answer.size());
  _exit(0);
}

}  // namespace

LoadedObject load_object(const std::string& file) {
  void* object = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return {nullptr, "it cannot be loaded: " + loader_error(file)};
  void* symbol = dlsym(object, entry_function);
  if (symbol == nullptr)
    return {nullptr, std::string("it lacks the entry point ") + entry_function +
                         "; build it by hearsay_add_protocol(), or write HEARSAY_PLUGIN in one of its sources"};
  const PluginEntry* (*entries)() = nullptr;
  static_assert(sizeof entries == sizeof symbol);
  std::memcpy(&entries, &symbol, sizeof symbol);
  const PluginEntry* first = entries();
  if (first == nullptr) return {nullptr, "it exports no protocol; build it by hearsay_add_protocol()"};
  return {first, ""};
}

std::string probe(const std::string& file) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return "out of file descriptors";
  const pid_t child = fork();
  if (child < 0) return "cannot start a process to try it in";
  if (child == 0) answer_and_end(file, ends[1]);
  close(ends[1]);
  std::string answer;
  const bool in_time = read_answer(ends[0], answer);
  close(ends[0]);
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time)
    return "it has not described its protocol after " + std::to_string(plugin_patience().count() / 1000) +
           " s; something in it does not return";
  if (WIFSIGNALED(status)) return std::string("it crashes when it is loaded: ") + strsignal(WTERMSIG(status));
  if (!answer.starts_with('.')) return "it ends the process when it is loaded";
  return answer.substr(1);
}

}  // namespace hearsay
