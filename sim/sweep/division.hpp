// What is missing from a store, what it will cost, and how it is divided among tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "sim/report/stored_runs.hpp"
#include "sim/sweep/work.hpp"

namespace hearsay::sweep {

struct MissingRun {
  RunId id = 0;
  double cost_s = 0;  // as long as runs like it took; 0: unknown
};

// The runs of a sweep beside those of its store.
struct Stock {
  std::vector<RunId> planned;  // each once
  std::size_t stored = 0;      // of them, with a result
  std::size_t under_way = 0;   // of them, with a task that Slurm has not ended yet
  std::vector<MissingRun> missing;
  double most_wall_s = 0, most_rss_mib = 0;  // of the missing runs; 0: nothing to estimate from
  bool measured = false;                     // the store has runs to estimate the missing ones from
  std::vector<std::string> plugins;          // that some missing run needs
};

// `under_way`: ids that are not to be submitted again. A run that crashed is missing.
Stock take_stock(const Work& work, const std::unordered_set<RunId>& under_way);

// How each task is to be asked for; measured on runs of the store, with a margin.
struct Request {
  std::optional<std::int64_t> memory_mib;  // workers and their parent
  std::optional<std::int64_t> minutes;     // of the longest task
};

// Tasks of about five minutes each, at most `most`; forty where nothing is known.
std::uint32_t usual_tasks(const Stock& stock, std::size_t jobs, std::uint32_t most);

// Deals the runs so that tasks take about equally long. Each task has at least one run: at most `tasks` of them.
std::vector<std::vector<RunId>> divide(const Stock& stock, std::uint32_t tasks);

Request request_for(const Stock& stock, std::size_t jobs, std::size_t tasks);

}  // namespace hearsay::sweep
