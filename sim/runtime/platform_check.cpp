// check_platform() and check_simgrid_arguments(): ask SimGrid itself, in a process of its own because it ends the
// process on a mistake.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <iostream>
#include <memory>
#include <new>
#include <set>
#include <simgrid/s4u.hpp>
#include <sstream>

#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/run.hpp"
#include "sim/runtime/simgrid_compat.hpp"
#include "sim/scenario/platform_file.hpp"
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

constexpr const char* too_large =
    "SimGrid needs more than 30 s of processor time or 8 GB of memory to build the platform; make it smaller";

// A platform must not hang the program or take the machine's memory.
void limit_child() {
  const rlimit time{30, 40};
  setrlimit(RLIMIT_CPU, &time);
#ifndef __SANITIZE_ADDRESS__  // its shadow alone is larger
  const rlimit memory{8'000'000'000, 8'000'000'000};
  setrlimit(RLIMIT_AS, &memory);
#endif
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

// SimGrid takes these without a word, and then routes have no cost at all, or an endless one.
void check_links() {
  for (const auto* link : sg4::Engine::get_instance()->get_all_links())
    if (!(link->get_bandwidth() >= bandwidth_bounds.minimum) || !(link->get_bandwidth() <= bandwidth_bounds.maximum) ||
        !(link->get_latency() >= 0) || !(link->get_latency() <= duration_bounds.maximum))
      throw PlatformError("the platform's link " + link->get_name() +
                          " is out of bounds; write a latency between 0s and 3600000s and a bandwidth between 1bps and "
                          "8Pbps");
}

// Every pair of hosts while they are few; of many each host's way to and from the first one and its next neighbours.
// The other routes are looked at when they are first used (PlatformMap::route).
void check_routes(const Scenario& scenario, PlatformMap& platform) {
  constexpr std::size_t most_pairs = 50'000;
  std::vector<NodeId> nodes;  // the first one of each host
  std::set<const sg4::Host*> seen;
  for (NodeId node = 0; node < scenario.nodes; ++node)
    if (seen.insert(platform.host(node)).second) nodes.push_back(node);
  const std::size_t count = nodes.size();
  const std::size_t neighbours = std::min(count - 1, std::max<std::size_t>(1, most_pairs / count));
  for (std::size_t i = 0; i < count; ++i) {
    platform.route(nodes[i], nodes[0]);
    platform.route(nodes[0], nodes[i]);
    for (std::size_t k = 1; k <= neighbours; ++k) platform.route(nodes[i], nodes[(i + k) % count]);
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
    limit_child();
    std::vector<std::string> arguments{"--cfg=network/model:CM02"};
    for (auto& argument : config_arguments(scenario.platform)) arguments.push_back(std::move(argument));
    const auto engine = quiet_engine(arguments);
    PlatformMap platform(scenario, 0);
    platform.on_missing_route([](const std::string& why) { throw PlatformError(why); });
    check_faults(scenario, platform);
    check_links();
    check_routes(scenario, platform);
  } catch (const PlatformError& error) {
    const std::string text = error.what();
    report_and_exit(text.find(';') != std::string::npos ? text : text + "; fix the platform or name another");
  } catch (const std::bad_alloc&) {
    report_and_exit(too_large);
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
  std::cout.flush();  // or what is to be printed yet seems to be SimGrid's
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
  const std::string why = printable(without_point(output.substr(0, output.find('\n'))));
  return "SimGrid does not take " + backquoted(argument) + (why.empty() ? "" : ": " + why) +
         (argument.starts_with("--cfg=") ? "; write --cfg=KEY:VALUE" : "; write --log=CATEGORY.thres:LEVEL");
}

}  // namespace

void check_platform(const Scenario& scenario) {
  const Answer answer = ask_in_child([&scenario] { check_in_child(scenario); });
  if (WIFEXITED(answer.status) && WEXITSTATUS(answer.status) == 0) return;
  if (WIFEXITED(answer.status) && WEXITSTATUS(answer.status) == reported)
    throw PlatformError(answer.output.substr(answer.output.rfind(why_follows) + 1));
  if (WIFSIGNALED(answer.status) && (WTERMSIG(answer.status) == SIGXCPU || WTERMSIG(answer.status) == SIGKILL))
    throw PlatformError(too_large);
  if (WIFSIGNALED(answer.status) && WTERMSIG(answer.status) == SIGSEGV)  // as it does without any zone
    throw PlatformError("SimGrid crashes on the platform; give it a <zone> with hosts, or name another");
  throw PlatformError("SimGrid does not accept the platform: " + printable(without_point(essence(answer.output))) +
                      "; fix the platform or name another");
}

void check_simgrid_arguments(const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    const Answer answer = ask_in_child([&argument] { read_argument_in_child(argument); });
    if (answer.status != 0) throw PlatformError(complaint(argument, answer.output));
  }
}

}  // namespace hearsay
