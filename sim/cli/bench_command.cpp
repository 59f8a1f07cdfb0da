// `bench`: one line a case, each measured in a process of its own, with its ratio to the bare program of the same
// invocation.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <optional>

#include "sim/cli/bench.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

enum class Program { simulator, bare_simgrid, bare_heap };

struct Entry {
  std::string name;
  Program program;
  BenchCase bench;
  std::string beside;  // the case whose speed it is compared with
};

const std::vector<Entry>& entries() {
  using std::chrono::seconds;
  constexpr auto latency = Network::Model::latency, flow = Network::Model::flow;
  constexpr auto actor = Engine::Dispatch::actor, inline_ = Engine::Dispatch::inline_;
  static const std::vector<Entry> all{
      {"bare-heap-1000", Program::bare_heap, {1000, latency, inline_, seconds(60)}, ""},
      {"latency-inline-1000", Program::simulator, {1000, latency, inline_, seconds(60)}, "bare-heap-1000"},
      {"bare-simgrid-latency-1000", Program::bare_simgrid, {1000, latency, actor, seconds(60)}, ""},
      {"latency-actor-1000", Program::simulator, {1000, latency, actor, seconds(60)}, "bare-simgrid-latency-1000"},
      {"bare-simgrid-flow-1000", Program::bare_simgrid, {1000, flow, actor, seconds(10)}, ""},
      {"flow-actor-1000", Program::simulator, {1000, flow, actor, seconds(10)}, "bare-simgrid-flow-1000"},
      {"five-nodes-10-s", Program::simulator, {5, latency, actor, seconds(10)}, ""},
  };
  return all;
}

BenchFigure measure(const Entry& entry) {
  if (entry.program == Program::bare_simgrid) return run_bare_simgrid(entry.bench);
  if (entry.program == Program::bare_heap) return run_bare_heap(entry.bench);
  const RunResult result = run_case(gossip_case(entry.bench), gossip_protocol(), {});
  return {result.messages.delivered, result.cost.wall_s, result.cost.peak_rss_mib};
}

// In a process of its own; the wall time of the whole process goes into `process_s`.
BenchFigure measure_apart(const Entry& entry, double& process_s) {
  BenchFigure figure;
  std::string failure;
  Pool pool;
  pool.job = [&entry](std::size_t, const JobLine&) {
    const BenchFigure measured = measure(entry);
    return std::string(reinterpret_cast<const char*>(&measured), sizeof measured);
  };
  pool.finished = [&](std::size_t, const WorkerReport& report) {
    if (report.completed)
      std::memcpy(&figure, report.text.data(), sizeof figure);
    else
      failure = report.text;
  };
  const auto start = std::chrono::steady_clock::now();
  if (!run_pool(pool, 1)) throw std::runtime_error("interrupted");
  process_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!failure.empty()) throw std::runtime_error(entry.name + ": " + failure);
  return figure;
}

std::vector<std::string> chosen_names(const Arguments& arguments) {
  const auto names = names_of(entries());
  for (const auto& word : arguments.words)
    if (std::find(names.begin(), names.end(), word) == names.end())
      throw UsageError("there is no case " + backquoted(word) + hint(word, names, "cases"));
  return arguments.words.empty() ? names : arguments.words;
}

}  // namespace

Exit bench_command(const Arguments& arguments) {
  if (only_help(arguments, "bench [CASE...]",
                "Push gossip: every node sends 100 bytes to 3 random others each 100 ms over 1 ms links, metrics on. "
                "One line a\n"
                "case; `ratio` is to the bare program that does the same, measured before it.\n\ncases: " +
                    joined(names_of(entries())) + "\n"))
    return Exit::ok;
  std::map<std::string, double> speeds;
  std::printf("%-27s %12s %14s %8s %9s %11s\n", "case", "messages", "messages/s", "ratio", "peak MiB", "process ms");
  for (const auto& name : chosen_names(arguments)) {
    for (const auto& entry : entries()) {
      if (entry.name != name) continue;
      double process_s = 0;
      const BenchFigure figure = measure_apart(entry, process_s);
      const double speed = static_cast<double>(figure.delivered) / figure.wall_s;
      speeds[name] = speed;
      std::string ratio = "-";
      if (speeds.contains(entry.beside)) {
        char text[32];
        std::snprintf(text, sizeof text, "%.2f", speed / speeds[entry.beside]);
        ratio = text;
      }
      std::printf("%-27s %12llu %14.0f %8s %9.1f %11.1f\n", name.c_str(),
                  static_cast<unsigned long long>(figure.delivered), speed, ratio.c_str(), figure.peak_rss_mib,
                  process_s * 1e3);
      std::fflush(stdout);
    }
  }
  return Exit::ok;
}

}  // namespace hearsay
