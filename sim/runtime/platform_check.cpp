// check_platform() and check_simgrid_arguments(): ask SimGrid itself, in a process of its own because it ends the
// process on a mistake.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <iostream>
#include <memory>
#include <simgrid/s4u.hpp>
#include <sstream>

#include "sim/faults/fault.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/run.hpp"
#include "sim/runtime/simgrid_compat.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace sg4 = simgrid::s4u;

constexpr int reported = 3;           // exit status of a child that wrote why itself,
constexpr char why_follows = '\x02';  // behind this

[[noreturn]] void report_and_exit(const std::string& text) {
  const std::string marked = why_follows + text;
  (void)!write(STDERR_FILENO, marked.data(), marked.size());
  _exit(reported);
}

// SimGrid's engine with what it logs bare: errors only, without time and place.
std::unique_ptr<sg4::Engine> quiet_engine(const std::vector<std::string>& given) {
  std::vector<std::string> texts{"hearsay", "--log=root.fmt:%m%n", "--log=root.thres:error"};
  texts.insert(texts.end(), given.begin(), given.end());
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  int count = static_cast<int>(texts.size());
  auto engine = std::make_unique<sg4::Engine>(&count, pointers.data());
  if (count > 1) throw PlatformError(std::string("it does not know ") + pointers[1]);
  return engine;
}

// SimGrid takes these without a word, and then routes have no cost at all.
void check_links_and_routes(const Scenario& scenario, PlatformMap& platform) {
  for (const auto* link : sg4::Engine::get_instance()->get_all_links())
    if (!(link->get_bandwidth() > 0) || !(link->get_latency() >= 0))
      throw PlatformError("the platform's link " + link->get_name() + " has a negative latency or no bandwidth");
  const std::uint32_t sample = std::min(scenario.nodes, 64U);  // a missing route shows among the first nodes
  for (NodeId a = 0; a < sample; ++a)
    for (NodeId b = 0; b < sample; ++b) {
      const Route route = platform.route(a, b);
      if (platform.host(a) != platform.host(b) && route.latency == Duration{} && route.bandwidth == 0)
        throw PlatformError("the platform has no route from host " + platform.host(a)->get_name() + " to " +
                            platform.host(b)->get_name());
    }
}

void check_faults(const Scenario& scenario, const PlatformMap& platform) {
  for (const auto& fault : scenario.faults) {
    const auto name = find_fault(fault.verb)->link_of(fault.values);
    if (!name) continue;
    try {
      platform.links(*name);
    } catch (const PlatformError& error) {
      std::vector<std::string> names;
      for (const auto* link : sg4::Engine::get_instance()->get_all_links()) names.push_back(link->get_name());
      const auto near = closest(*name, names);
      throw PlatformError(std::string(error.what()) + (near ? "; did you mean " + backquoted(*near) + "?"
                                                       : names.empty()
                                                           ? "; it has no links"
                                                           : "; its links are named like " + backquoted(names[0])));
    }
  }
}

[[noreturn]] void check_in_child(const Scenario& scenario) {
  try {
    const auto engine = quiet_engine({"--cfg=network/model:CM02"});
    PlatformMap platform(scenario, 0);
    check_faults(scenario, platform);
    check_links_and_routes(scenario, platform);
  } catch (const PlatformError& error) {
    const std::string text = error.what();
    report_and_exit(text.find(';') != std::string::npos ? text : text + "; fix the platform or name another");
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;  // SimGrid's own
    _exit(1);
  }
  _exit(0);
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

std::string without_point(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ':')) text.pop_back();
  return text;
}

struct Answer {
  int status = 0;  // as waitpid reports it
  std::string output;
};

// What the child wrote (64 KiB at most) and how it ended.
Answer ask_in_child(const std::function<void()>& child_main) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw PlatformError("cannot ask SimGrid: out of file descriptors");
  const pid_t child = fork();
  if (child < 0) throw PlatformError("cannot ask SimGrid: out of processes");
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    child_main();
    _exit(0);
  }
  close(ends[1]);
  Answer answer;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0 || (got < 0 && errno == EINTR);)
    if (got > 0 && answer.output.size() < 65536) answer.output.append(buffer.data(), static_cast<std::size_t>(got));
  close(ends[0]);
  while (waitpid(child, &answer.status, 0) < 0 && errno == EINTR) {
  }
  return answer;
}

[[noreturn]] void read_argument_in_child(const std::string& argument) {
  try {
    const auto engine = quiet_engine({argument});
    compat::add_host(*compat::add_star_zone("check"), "check", 1e9);  // some values are looked at only now
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    _exit(1);
  }
  _exit(0);
}

// SimGrid lists what it knows behind the name of what it does not: "  network/model: (string)...".
std::vector<std::string> listed_keys(const std::string& output) {
  std::vector<std::string> keys;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (const auto colon = line.find(": ("); line.starts_with("  ") && colon != std::string::npos)
      keys.push_back(line.substr(2, colon - 2));
  return keys;
}

std::string complaint(const std::string& argument, const std::string& output) {
  const std::string key = argument.substr(6, argument.find(':') - 6);
  if (output.find("Bad config key") != std::string::npos) {
    const auto near = closest(key, listed_keys(output));
    return "unknown SimGrid option " + backquoted(key) + " in " + backquoted(argument) +
           (near ? "; did you mean " + backquoted(*near) + "?" : "; SimGrid's manual lists its configuration items");
  }
  const std::string why = without_point(output.substr(0, output.find('\n')));
  return "SimGrid does not take " + backquoted(argument) + (why.empty() ? "" : ": " + why) +
         (argument.starts_with("--cfg=") ? "; write --cfg=KEY:VALUE" : "; write --log=CATEGORY.thres:LEVEL");
}

}  // namespace

void check_platform(const Scenario& scenario) {
  const Answer answer = ask_in_child([&scenario] { check_in_child(scenario); });
  if (WIFEXITED(answer.status) && WEXITSTATUS(answer.status) == 0) return;
  if (WIFEXITED(answer.status) && WEXITSTATUS(answer.status) == reported)
    throw PlatformError(answer.output.substr(answer.output.rfind(why_follows) + 1));
  if (WIFSIGNALED(answer.status) && WTERMSIG(answer.status) == SIGSEGV)  // as it does without any zone
    throw PlatformError("SimGrid crashes on the platform; give it a <zone> with hosts, or name another");
  throw PlatformError("SimGrid does not accept the platform: " + without_point(essence(answer.output)) +
                      "; fix the platform or name another");
}

void check_simgrid_arguments(const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    const Answer answer = ask_in_child([&argument] { read_argument_in_child(argument); });
    if (answer.status != 0) throw PlatformError(complaint(argument, answer.output));
  }
}

}  // namespace hearsay
