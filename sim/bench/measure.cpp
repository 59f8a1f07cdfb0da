// One case, measured in a process of its own.
#include <sys/resource.h>

#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "sim/bench/bench.hpp"
#include "sim/cli/batch.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;
using WallClock = std::chrono::steady_clock;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double processor_s_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

std::string scenario_file(const std::string& name) { return "scale/" + name; }  // one that ships

BenchFigure run_simulator(const Case& which, const ProtocolInfo& protocol, const BenchCase& bench) {
  double started_s = processor_s();
  RunOptions options;
  options.run_hash = bench.run_hash;
  options.started = [&started_s] { started_s = processor_s(); };
  const RunResult result = run_case(which, protocol, options);
  BenchFigure figure;
  figure.delivered = result.messages.delivered;
  figure.setup_s = started_s;
  figure.loop_s = processor_s() - started_s;
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

BenchFigure run_scenario(const BenchCase& bench) {
  const auto cases = cases_of(read_scenario(scenario_file(bench.file), bench.overrides));
  return run_simulator(cases.front(), *find_protocol(cases.front().entry().name), bench);
}

class TemporaryFolder {
 public:
  TemporaryFolder() : path_((fs::temp_directory_path() / "hearsay-bench-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot create a folder like " + path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// As `run FILE --results STORE` does it, with as many workers as there are cores.
RunCommandOptions options_of_runs(const BenchCase& bench, const TemporaryFolder& folder) {
  RunCommandOptions options;
  options.files = {scenario_file(bench.file)};
  options.overrides = bench.overrides;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  options.results = folder.path() + "/results.sqlite";
  options.format = Format::none;
  options.quiet = true;
  return options;
}

void run_all(Batch& batch) {
  const Exit exit = batch.run();
  if (exit != Exit::ok)
    throw std::runtime_error("the runs ended with exit status " + std::to_string(static_cast<int>(exit)));
}

BenchFigure run_small_runs(const BenchCase& bench) {
  const TemporaryFolder folder;
  const RunCommandOptions options = options_of_runs(bench, folder);
  const Plan plan = make_plan(options);
  Batch batch(options, plan);
  run_all(batch);
  BenchFigure figure;
  figure.runs = plan.runs.size();
  for (std::size_t i = 0; i < plan.runs.size(); ++i)
    figure.delivered += batch.result(i).at("messages").at("delivered").get<std::uint64_t>();
  figure.loop_s = processor_s_of(RUSAGE_SELF) + processor_s_of(RUSAGE_CHILDREN);
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

// A few runs, stored under ever new seeds: so many in a transaction as two hundred runs a second make.
BenchFigure run_inserts(const BenchCase& bench) {
  constexpr std::size_t at_once = 20;
  const TemporaryFolder folder;
  RunCommandOptions options = options_of_runs(bench, folder);
  options.overrides.seeds = "1..4";
  const Plan plan = make_plan(options);
  Batch batch(options, plan);
  run_all(batch);
  std::vector<RunKey> keys;
  std::vector<FinishedRun> results;
  {
    Store store(*options.results);
    for (const PlannedRun& run : plan.runs) {
      keys.push_back(run.key);
      results.push_back(finished_run(*store.find(run.key)));
    }
  }
  const std::string file = folder.path() + "/inserts.sqlite";
  Store store(file);
  const auto start = WallClock::now();
  const double start_s = processor_s();
  BenchFigure figure;
  for (figure.runs = 0; figure.runs < bench.inserted;) {
    std::vector<RunKey> under(std::min<std::size_t>(at_once, bench.inserted - figure.runs));
    std::vector<std::pair<const RunKey*, const FinishedRun*>> runs;
    for (RunKey& key : under) {
      const std::size_t which = figure.runs % keys.size();
      key = keys[which];
      key.seed = ++figure.runs;
      runs.emplace_back(&key, &results[which]);
    }
    store.add(runs);
  }
  figure.loop_s = processor_s() - start_s;
  figure.wall_s = std::chrono::duration<double>(WallClock::now() - start).count();
  figure.stored_bytes = fs::file_size(file);
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

BenchFigure measure_here(const BenchCase& bench) {
  switch (bench.program) {
    case BenchCase::Program::push_gossip: return run_simulator(gossip_case(bench), gossip_protocol(), bench);
    case BenchCase::Program::scenario: return run_scenario(bench);
    case BenchCase::Program::small_runs: return run_small_runs(bench);
    case BenchCase::Program::inserts: return run_inserts(bench);
    case BenchCase::Program::memory: break;
    case BenchCase::Program::nodes: return run_nodes(bench);
    case BenchCase::Program::bare_heap: return run_bare_heap(bench);
    case BenchCase::Program::bare_simgrid: return run_bare_simgrid(bench);
  }
  throw std::logic_error("not a program whose speed is measured");
}

BenchFigure measure_once(const BenchCase& bench) {
  BenchFigure figure;
  std::string failure;
  Pool pool;
  pool.job = [&bench](std::size_t, const JobLine&) {
    const BenchFigure measured = measure_here(bench);
    return std::string(reinterpret_cast<const char*>(&measured), sizeof measured);
  };
  pool.finished = [&](std::size_t, const WorkerReport& report) {
    if (report.completed)
      std::memcpy(&figure, report.text.data(), sizeof figure);
    else
      failure = report.text;
  };
  const auto start = WallClock::now();
  if (!run_pool(pool, 1)) throw std::runtime_error("interrupted");
  if (figure.wall_s == 0) figure.wall_s = std::chrono::duration<double>(WallClock::now() - start).count();
  if (!failure.empty()) throw std::runtime_error(bench.name + ": " + failure);
  return figure;
}

}  // namespace

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double peak_rss_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

BenchFigure measure(const BenchCase& bench) {
  BenchFigure best = measure_once(bench);
  for (unsigned i = 1; i < bench.repeats; ++i)
    if (const BenchFigure figure = measure_once(bench); figure.loop_s < best.loop_s) best = figure;
  return best;
}

}  // namespace hearsay
