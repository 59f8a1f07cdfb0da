// `hunt`: searches for runs that break an expectation or a promise.
#include "sim/cli/command.hpp"

#include <algorithm>
#include <iostream>

#include "sim/cli/plan.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/hunt/corpus.hpp"
#include "sim/hunt/hunt.hpp"
#include "sim/hunt/report.hpp"

namespace hearsay {
namespace {

using hunt::HuntOptions;

// Those of every file, with the mistakes of all.
std::vector<hunt::Target> read_targets(const HuntOptions& options) {
  std::vector<std::shared_ptr<const Scenario>> scenarios;
  std::vector<Mistake> mistakes;
  for (const auto& file : options.files) {
    try {
      for (auto& scenario : read_and_check(file, options.overrides)) scenarios.push_back(std::move(scenario));
    } catch (const ScenarioError& error) {
      mistakes.insert(mistakes.end(), error.mistakes.begin(), error.mistakes.end());
    }
  }
  if (!mistakes.empty()) throw ScenarioError(std::move(mistakes));
  return hunt::targets_of(scenarios);
}

void print_head(const HuntOptions& options, const std::vector<hunt::Target>& targets,
                const std::vector<hunt::Replayed>& corpus) {
  if (options.json || options.quiet) return;
  for (const auto& one : corpus)
    if (one.failed) std::cout << printable(one.file) << " still fails: " << printable(one.why) << "\n";
  if (!corpus.empty())
    std::cout << "corpus: " << corpus.size() << " scenarios, "
              << std::count_if(corpus.begin(), corpus.end(), [](const auto& one) { return one.failed; })
              << " still fail\n";
  if (!targets.empty())
    std::cout
        << "engine: inline, whose results equal those of actor by contract (every 16th trial runs by both); actor "
           "where processor time is spent\n"
        << std::flush;
}

}  // namespace

Exit hunt_command(const Arguments& arguments) {
  const HuntOptions options = hunt::read_hunt_options(arguments);
  if (options.help) return Exit::ok;
  const auto targets = read_targets(options);
  const InterruptScope interrupts;  // what has been found is printed after an interrupt
  try {
    if (options.junit) check_writable(*options.junit);
    const auto corpus = hunt::replay_corpus(options);
    print_head(options, targets, corpus);
    hunt::Hunt hunting(options, targets);
    const bool whole = targets.empty() || hunting.run();
    const bool found = !hunting.state().caught.empty() ||
                       std::any_of(corpus.begin(), corpus.end(), [](const auto& one) { return one.failed; });
    if (options.json)
      std::cout << hunt::hunt_json(options, hunting.state(), corpus);
    else if (!targets.empty() && (!options.quiet || !hunting.state().caught.empty()))
      std::cout << hunt::hunt_table(options, hunting.state());
    if (options.junit) write_file(*options.junit, hunt::hunt_junit(hunting.state(), corpus, targets));
    return !whole ? Exit::internal : found ? Exit::failed : Exit::ok;
  } catch (const FileError& error) {
    throw UsageError(std::string("a file of the hunt: ") + error.what());
  }
}

}  // namespace hearsay
