// check_platform(): asks SimGrid itself, in a process of its own because its parser ends the process on a mistake.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <simgrid/s4u.hpp>
#include <sstream>

#include "sim/faults/fault.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {
namespace {

constexpr int said_why = 3;  // exit status of a child whose output is the whole message

[[noreturn]] void check_in_child(const Scenario& scenario) {
  int count = 3;
  std::string name = "hearsay", model = "--cfg=network/model:CM02", quiet = "--log=root.fmt:%m%n";
  std::array<char*, 4> arguments{name.data(), model.data(), quiet.data(), nullptr};
  int status = 0;
  try {
    simgrid::s4u::Engine engine(&count, arguments.data());
    PlatformMap platform(scenario, 0);
    for (const auto& fault : scenario.faults)
      if (const auto link = find_fault(fault.verb)->make(fault.values, scenario.nodes)->link_name()) platform.links(*link);
    const std::uint32_t sample = std::min(scenario.nodes, 64U);  // unroutable pairs, among the first nodes
    for (NodeId a = 0; a < sample; ++a)
      for (NodeId b = 0; b < sample; ++b) platform.route(a, b);
  } catch (const std::exception& error) {
    (void)!write(STDERR_FILENO, error.what(), std::string_view(error.what()).size());
    status = said_why;
  }
  _exit(status);
}

// The line of SimGrid's output that says what is wrong, without its decoration.
std::string essence(const std::string& output) {
  std::istringstream lines(output);
  std::string line, first, telling;
  while (std::getline(lines, line)) {
    if (line.empty()) continue;
    if (first.empty()) first = line;
    for (const char* sign : {"rror at", "Parse error", "annot ", "not found", "o route", "nvalid"})
      if (telling.empty() && line.find(sign) != std::string::npos) telling = line;
  }
  return telling.empty() ? first : telling;
}

}  // namespace

void check_platform(const Scenario& scenario) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw PlatformError("cannot check the platform: out of file descriptors");
  const pid_t child = fork();
  if (child < 0) throw PlatformError("cannot check the platform: out of processes");
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    check_in_child(scenario);
  }
  close(ends[1]);
  std::string output;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;)
    if (output.size() < 65536) output.append(buffer.data(), static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == said_why) throw PlatformError(output);
  throw PlatformError("SimGrid does not accept the platform: " + essence(output));
}

}  // namespace hearsay
