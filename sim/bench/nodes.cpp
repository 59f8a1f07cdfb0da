// Programs that the protocol `maelstrom` runs: what a message costs that one of them reads and answers.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "protocols/registry.hpp"
#include "sim/bench/bench.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

struct Process {
  pid_t parent = 0;
  double processor_s = 0;
};

// Of /proc/PID/stat, whose second field may hold anything in parentheses.
Process read_process(const fs::path& stat) {
  std::ifstream in(stat);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  Process process;
  std::string skipped;
  double user = 0, system = 0;
  fields >> skipped >> process.parent;
  for (int i = 5; i < 14; ++i) fields >> skipped;
  fields >> user >> system;
  process.processor_s = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return process;
}

// Of all that this process has started and that still runs.
double processor_s_of_descendants() {
  std::map<pid_t, Process> all;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc", gone))
    if (const std::string name = entry.path().filename(); name.find_first_not_of("0123456789") == std::string::npos)
      all[static_cast<pid_t>(std::stol(name))] = read_process(entry.path() / "stat");
  double sum = 0;
  for (const auto& [id, process] : all) {
    pid_t ancestor = process.parent;
    while (ancestor > 1 && ancestor != getpid()) ancestor = all[ancestor].parent;
    if (ancestor == getpid()) sum += process.processor_s;
  }
  return sum;
}

}  // namespace

BenchFigure run_nodes(const BenchCase& bench) {
  using WallClock = std::chrono::steady_clock;
  Overrides overrides = bench.overrides;
  for (auto& [path, value] : overrides.settings)
    if (path == "params.bin" && value.starts_with("./"))  // built beside this program
      value = (fs::read_symlink("/proc/self/exe").parent_path() / value).lexically_normal();
  const auto cases = cases_of(read_scenario("maelstrom/" + bench.file, overrides));
  double self_s = 0, nodes_s = 0;
  WallClock::time_point start;
  RunOptions options;
  options.started = [&] {
    self_s = processor_s();
    nodes_s = processor_s_of_descendants();
    start = WallClock::now();
  };
  const RunResult result = run_case(cases.front(), *find_protocol(cases.front().entry().name), options);
  BenchFigure figure;
  figure.wall_s = std::chrono::duration<double>(WallClock::now() - start).count();
  figure.delivered = result.messages.delivered;
  figure.setup_s = self_s + nodes_s;
  figure.loop_s = processor_s() - self_s + processor_s_of_descendants() - nodes_s;  // they live as long as this process
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

}  // namespace hearsay
