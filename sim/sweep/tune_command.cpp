// `tune`.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/cli/command.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/sweep/call.hpp"
#include "sim/sweep/tune_evaluate.hpp"
#include "sim/sweep/tune_report.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;
using tune::TuneOptions;

constexpr std::chrono::minutes patience_with_pictures{3};

void choose_folder(TuneOptions& options, const Scenario& scenario) {
  if (options.output.empty()) options.output = "tune-" + scenario.name;
  std::error_code failed;
  fs::create_directories(options.output, failed);
  if (failed || !fs::is_directory(options.output))
    throw UsageError("-o " + options.output + " is no folder that can be written");
  if (!options.run.results) options.run.results = (fs::path(options.output) / "runs.sqlite").string();
  if (options.on_slurm) options.run.results = fs::absolute(*options.run.results).string();
}

// By the Python package, as `plot` draws; without it everything else is there.
void draw(const fs::path& json, const std::string& folder) {
  const auto drawn = sweep::call({own_program().string(), "plot", json.string(), "-o", folder}, patience_with_pictures);
  if (drawn.answered && drawn.status == 0) {
    std::cout << drawn.out;
    return;
  }
  std::string why = drawn.err.starts_with("hearsay: ") ? drawn.err.substr(9) : drawn.err;
  while (why.ends_with('\n')) why.pop_back();
  if (why.empty()) why = "`plot " + json.string() + "` " + (drawn.answered ? "failed" : "took too long");
  std::cerr << "hearsay: no picture: " << printable_lines(why) << "\n";
}

void write(const fs::path& file, const std::string& text) {
  try {
    write_file(file.string(), text);
  } catch (const FileError& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
  std::cout << printable(file.string()) << "\n";
}

Exit report(const TuneOptions& options, const tune::Evaluation& evaluation, const tune::SearchResult& result) {
  if (result.front.empty()) {
    std::cerr << "tune: none of " << result.candidates.size() << " settings keeps every constraint in every run\n";
    return Exit::failed;
  }
  const std::size_t chosen = options.choose ? *options.choose - 1 : result.knee;
  if (chosen >= result.front.size())
    throw UsageError("--choose " + std::to_string(*options.choose) + ": the frontier has " +
                     std::to_string(result.front.size()) + " lines");
  std::cout << tune::tune_text(options, result, chosen) << "\n";
  const fs::path folder = options.output;
  write(folder / "tune.json",
        tune::tune_json(options, evaluation.scenario().name, evaluation.protocol().label, result, chosen)
                .dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
            "\n");
  write(folder / "chosen.yaml",
        tune::chosen_scenario(options, *evaluation.with(result.front[chosen].fresh.values), result, chosen));
  if (options.picture) draw(folder / "tune.json", options.output);
  return Exit::ok;
}

}  // namespace

Exit tune_command(const Arguments& arguments) {
  auto read = tune::read_tune_options(arguments);
  if (!read) return Exit::ok;
  TuneOptions& options = *read;
  check_simgrid_options(options.run);
  tune::Evaluation evaluation(options);
  choose_folder(options, evaluation.scenario());
  const auto say = [&](const std::string& stage) {
    if (!options.run.quiet) std::cerr << stage << std::endl;
  };
  const InterruptScope interrupts;  // the state is kept after an interrupt, also between two batches
  const auto result = tune::search(options.search, std::ref(evaluation), say);
  if (result) return report(options, evaluation, *result);
  std::cerr << "interrupted: what has finished is in " << printable(*options.run.results)
            << "; the same command goes on from there\n";
  return Exit::internal;
}

}  // namespace hearsay
