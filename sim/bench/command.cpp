// `bench`: one line per case, each measured in a process of its own and compared with the bare programs of the same
// invocation.
#include "sim/bench/command.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>

#include "sim/bench/bench.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/version.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

struct BenchOptions {
  std::vector<BenchCase> cases;
  bool json = false;
  bool tiny = false;
  bool help = false;  // has been printed
};

po::options_description bench_options() {
  auto options = no_options();
  options.add_options()                                                                               //
      ("all", "also the cases that take minutes and gigabytes, except `largest-...`")                 //
      ("format", po::value<std::string>()->value_name("FORMAT"), "table (default) or json")           //
      ("tiny", "every case so small that it takes no time: a smoke test whose figures mean nothing")  //
      ("help,h", "this text");
  return options;
}

// Those that were named with what they are compared with; else the quick ones, or all.
std::vector<BenchCase> choose(const po::variables_map& given) {
  std::set<std::string> wanted;
  const auto names = names_of(bench_cases());
  for (const auto& word : texts_of(given, "case")) {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) throw UsageError("there is no case " + backquoted(word) + hint(word, names, "cases"));
    const BenchCase& bench = bench_cases()[static_cast<std::size_t>(found - names.begin())];
    wanted.insert(bench.name);
    wanted.insert(bench.beside.begin(), bench.beside.end());
  }
  std::vector<BenchCase> chosen;
  for (const BenchCase& bench : bench_cases())
    if (wanted.empty() ? bench.quick || (given.count("all") != 0 && !bench.only_by_name) : wanted.contains(bench.name))
      chosen.push_back(bench);
  return chosen;
}

BenchOptions read_options(const Arguments& arguments) {
  refuse_simgrid(arguments, "bench");
  const auto given = read_words("bench", arguments.words, bench_options(), "case");
  BenchOptions options;
  options.help = given.count("help") != 0;
  if (options.help) {
    std::cout << "usage: " << arguments.launcher << " bench [CASE...] [OPTIONS]\n\n"
              << "Push gossip: every node sends 100 bytes to 3 random others every 100 ms over 1 ms links, metrics "
                 "on;\n"
              << "`uniform`, `exponential` and `regions`: over latencies that differ by pair or message. Also the\n"
              << "scenarios of scenarios/scale. Speeds are by processor time, once all nodes have started; `heap` "
                 "and\n"
              << "`simgrid` are the ratios to bare programs that do the same, measured in the same invocation.\n"
              << "`nodes-LANGUAGE`: five programs that `maelstrom` runs, their processor time included.\n\n"
              << bench_options() << "\ncases: " << joined(names_of(bench_cases())) << "\n";
    return options;
  }
  if (given.count("case") != 0 && given.count("all") != 0)
    throw UsageError("--all measures more than what is named; leave out either it or the names");
  options.json = format_of(given, {"table", "json"}) == 1;
  options.tiny = given.count("tiny") != 0;
  options.cases = choose(given);
  return options;
}

struct Measured {
  BenchCase bench;
  BenchFigure figure;
  std::map<std::string, double> ratio;  // of speeds, by `heap`, `simgrid` or `run_hash`

  std::vector<std::pair<std::string, double>> bytes_per_node{};  // of `memory`, by part
  struct Growth {                                                // exponents of the number of nodes
    double time = 0, messages = 0;
  };
  std::optional<Growth> growth{};  // from the smallest case that it is beside

  double speed() const { return figure.loop_s > 0 ? static_cast<double>(figure.delivered) / figure.loop_s : 0; }
};

std::string kind_of(const std::string& name) {
  if (name.starts_with("bare-heap")) return "heap";
  return name.starts_with("bare-simgrid") ? "simgrid" : "run_hash";
}

Measured::Growth growth_of(const BenchFigure& figure, const BenchFigure& smaller, double nodes_ratio) {
  const auto exponent = [nodes_ratio](double large, double small) {
    return large > 0 && small > 0 && nodes_ratio > 1 ? std::log(large / small) / std::log(nodes_ratio) : 0;
  };
  return {exponent(figure.loop_s, smaller.loop_s),
          exponent(static_cast<double>(figure.delivered), static_cast<double>(smaller.delivered))};
}

std::string_view name_of(BenchCase::Program program) {
  switch (program) {
    case BenchCase::Program::push_gossip: return "push gossip";
    case BenchCase::Program::scenario: return "scenario";
    case BenchCase::Program::small_runs: return "small runs";
    case BenchCase::Program::inserts: return "inserts";
    case BenchCase::Program::memory: return "memory";
    case BenchCase::Program::nodes: return "nodes";
    case BenchCase::Program::bare_heap: return "bare heap";
    case BenchCase::Program::bare_simgrid: return "bare simgrid";
  }
  return "";
}

Json to_json(const Measured& measured) {
  const auto& [bench, figure, ratio, bytes_per_node, growth] = measured;
  Json json{{"case", bench.name}, {"program", name_of(bench.program)}};
  if (bench.program == BenchCase::Program::memory) {
    json["nodes"] = bench.nodes;
    for (const auto& [part, bytes] : bytes_per_node) json["bytes_per_node"][part] = bytes;
    return json;
  }
  if (bench.program == BenchCase::Program::inserts) {
    const auto runs = static_cast<double>(figure.runs);
    json["runs"] = figure.runs;
    json["runs_per_s"] = runs / figure.wall_s;
    json["processor_ms_per_run"] = 1e3 * figure.loop_s / runs;
    json["bytes_per_run"] = static_cast<double>(figure.stored_bytes) / runs;
    return json;
  }
  const bool gossip = bench.simulated > Duration{};
  json["nodes"] = bench.nodes > 0 ? Json(bench.nodes) : Json(nullptr);
  json["model"] = gossip ? Json(bench.model == Network::Model::flow ? "flow" : "latency") : Json(nullptr);
  json["dispatch"] = gossip ? Json(bench.dispatch == Engine::Dispatch::actor ? "actor" : "inline") : Json(nullptr);
  json["simulated_s"] = gossip ? Json(seconds(bench.simulated)) : Json(nullptr);
  json["messages"] = figure.delivered;
  json["messages_per_s"] = measured.speed();
  json["us_per_message"] = measured.speed() > 0 ? Json(1e6 / measured.speed()) : Json(nullptr);
  json["ratio"] = ratio;
  if (growth) json["growth"] = {{"time", growth->time}, {"messages", growth->messages}};
  if (bench.program == BenchCase::Program::nodes)
    json["messages_per_wall_s"] = static_cast<double>(figure.delivered) / figure.wall_s;
  json["setup_s"] = figure.setup_s;
  json["loop_s"] = figure.loop_s;
  json["wall_s"] = figure.wall_s;
  json["peak_rss_mib"] = figure.peak_rss_mib;
  json["runs"] = figure.runs;
  json["runs_per_s"] = static_cast<double>(figure.runs) / figure.wall_s;
  json["processor_ms_per_run"] = 1e3 * (figure.setup_s + figure.loop_s) / static_cast<double>(figure.runs);
  return json;
}

std::string ratio_text(const Measured& measured, const std::string& to) {
  const auto found = measured.ratio.find(to);
  if (found == measured.ratio.end()) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", found->second);
  return text;
}

void print_head() {
  std::printf("%-28s %10s %12s %8s %6s %8s %8s %8s %9s\n", "case", "messages", "messages/s", "us/msg", "heap",
              "simgrid", "setup s", "loop s", "peak MiB");
}

void print_memory(const Measured& measured) {
  std::printf("%s, bytes per node\n", measured.bench.name.c_str());
  for (const auto& [part, bytes] : measured.bytes_per_node) std::printf("  %-34s %12.0f\n", part.c_str(), bytes);
  std::fflush(stdout);
}

void print_inserts(const Measured& measured) {
  const BenchFigure& figure = measured.figure;
  const auto runs = static_cast<double>(figure.runs);
  std::printf("%-28s %llu runs stored, %.0f runs/s, %.3f ms of processor time and %.1f kB each\n",
              measured.bench.name.c_str(), static_cast<unsigned long long>(figure.runs), runs / figure.wall_s,
              1e3 * figure.loop_s / runs, static_cast<double>(figure.stored_bytes) / runs / 1e3);
  std::fflush(stdout);
}

void print(const Measured& measured) {
  if (measured.bench.program == BenchCase::Program::memory) return print_memory(measured);
  if (measured.bench.program == BenchCase::Program::inserts) return print_inserts(measured);
  const BenchCase& bench = measured.bench;
  const BenchFigure& figure = measured.figure;
  const auto& ratio = measured.ratio;
  std::printf("%-28s %10llu %12.0f %8.3f %6s %8s %8.2f %8.2f %9.1f", bench.name.c_str(),
              static_cast<unsigned long long>(figure.delivered), measured.speed(),
              measured.speed() > 0 ? 1e6 / measured.speed() : 0, ratio_text(measured, "heap").c_str(),
              ratio_text(measured, "simgrid").c_str(), figure.setup_s, figure.loop_s, figure.peak_rss_mib);
  if (bench.program == BenchCase::Program::small_runs)
    std::printf("  %llu runs, %.0f runs/s", static_cast<unsigned long long>(figure.runs),
                static_cast<double>(figure.runs) / figure.wall_s);
  if (bench.program == BenchCase::Program::nodes)
    std::printf("  %.0f messages/s of wall time", static_cast<double>(figure.delivered) / figure.wall_s);
  if (const auto hash = ratio.find("run_hash"); hash != ratio.end())
    std::printf("  run_hash costs %.1f %%", 100 * (1 - 1 / hash->second));
  if (measured.growth)
    std::printf("  time ~ N^%.2f, messages ~ N^%.2f", measured.growth->time, measured.growth->messages);
  std::printf("\n");
  std::fflush(stdout);
}

// `done`: the figures of earlier cases.
void compare(Measured& measured, const std::map<std::string, Measured>& done) {
  for (const std::string& other : measured.bench.beside) {
    const auto found = done.find(other);
    if (found == done.end()) continue;
    if (measured.bench.program == BenchCase::Program::scenario) {
      if (!measured.growth)
        measured.growth = growth_of(measured.figure, found->second.figure,
                                    static_cast<double>(measured.bench.nodes) / found->second.bench.nodes);
    } else if (found->second.speed() > 0) {
      measured.ratio[kind_of(other)] = measured.speed() / found->second.speed();
    }
  }
}

// False: programs cannot be held here, as in some containers, or the one to measure is not there.
bool measured_here(Measured& measured) {
  if (measured.bench.program == BenchCase::Program::memory) {
    measured.bytes_per_node = memory_of_nodes(measured.bench.nodes);
    return true;
  }
  try {
    measured.figure = measure(measured.bench);
  } catch (const std::runtime_error& error) {
    if (measured.bench.program != BenchCase::Program::nodes) throw;
    std::cerr << "left out: " << error.what() << "\n";
    return false;
  }
  return true;
}

}  // namespace

Exit measure_command(const Arguments& arguments) {
  const BenchOptions options = read_options(arguments);
  if (options.help) return Exit::ok;
  Json all = Json::array();
  std::map<std::string, Measured> done;
  if (!options.json) print_head();
  for (const BenchCase& bench : options.cases) {
    Measured measured{options.tiny ? tiny(bench) : bench, {}, {}, {}, {}};
    if (!measured_here(measured)) continue;
    compare(measured, done);
    done.insert_or_assign(bench.name, measured);
    if (options.json)
      all.push_back(to_json(measured));
    else
      print(measured);
  }
  if (options.json) std::cout << Json{{"program", version()}, {"cases", all}}.dump(2) << "\n";
  return Exit::ok;
}

}  // namespace hearsay
