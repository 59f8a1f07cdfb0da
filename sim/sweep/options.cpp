#include "sim/sweep/options.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>

#include "sim/cli/options.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::sweep {
namespace {

namespace po = boost::program_options;

constexpr std::uint32_t most_tasks = 1'000'000;

po::typed_value<std::string>* text(const char* name) { return po::value<std::string>()->value_name(name); }

po::options_description sweep_options() {
  auto options = no_options();
  options.add_options()                                                                                     //
      ("slurm", "submit the runs that the store lacks as a Slurm job array, and a job that merges")         //
      ("wait", "with --slurm: follow it until it has ended; Ctrl-C cancels it and keeps what is finished")  //
      ("dry-run", "print what would be run or submitted, and do nothing")                                   //
      ("print-tasks", "print a command for each task, one per line, for GNU parallel, make or Kubernetes")  //
      ("task", text("N"), "run task N of a sweep's folder, as the printed commands do")                     //
      ("collect", "merge what the tasks of a sweep's folder have finished")                                 //
      ("help,h", "this text");
  options.add(slurm_options());
  options.add(shared_options("as `run` has them"));
  return options;
}

void print_help(const std::string& launcher) {
  std::cout
      << "usage: " << launcher << " sweep SCENARIO... --results R.sqlite [OPTIONS]\n"
      << "       " << launcher << " sweep --task N FOLDER\n"
      << "       " << launcher << " sweep --collect FOLDER\n\n"
      << "Runs every case of the scenarios that the store lacks: here, or with --slurm as a job array on a\n"
      << "cluster whose nodes see the store's folder. Each task has a store of its own in\n"
      << "R.sqlite.sweep/NUMBER/stores, which a last job merges into R.sqlite. Repeat the command to see how far\n"
      << "it is, to take over what is finished, and to submit again what was lost.\n\n"
      << sweep_options() << "\nMemory and time are asked for as runs of the store needed them, with a margin.\n"
      << "See docs/sweeps.md.\n\n"
      << "exit status: without --slurm, and with --wait, as of `run`, and 255 if runs are missing at the end;\n"
      << "otherwise 0 if everything was submitted; 254 the command line or a scenario is wrong; 255 Slurm refused.\n";
}

std::uint32_t number_in(const std::string& text, const std::string& option, std::uint32_t least, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    throw UsageError(option + " " + backquoted(text) + " is no number from " + std::to_string(least) + " to " +
                     std::to_string(most));
  return number;
}

// Of the three that work on a folder or on scenarios, and of what goes with --slurm alone.
void check_combination(const SweepOptions& options, const po::variables_map& given) {
  const int modes =
      int{options.on_slurm} + int{options.print_tasks} + int{options.collect} + int{options.task.has_value()};
  if (modes > 1) throw UsageError("--slurm, --print-tasks, --task and --collect exclude each other; keep one of them");
  if (options.wait && !options.on_slurm) throw UsageError("--wait goes with --slurm; without it `sweep` waits anyway");
  for (const char* name : {"partition", "time", "mem", "sbatch-arg"})
    if (given.count(name) != 0 && !options.on_slurm)
      throw UsageError(std::string("--") + name + " goes with --slurm; leave it out, or add --slurm");
  if (options.slurm.tasks && !options.on_slurm && !options.print_tasks)
    throw UsageError("--tasks goes with --slurm or --print-tasks; here, --jobs says how many runs at a time");
}

void read_folder(SweepOptions& options, const po::variables_map& given) {
  const auto words = texts_of(given, "scenario");
  const bool others = std::any_of(given.begin(), given.end(), [](const auto& option) {
    return option.first != "scenario" && option.first != "task" && option.first != "collect";
  });
  if (words.size() != 1 || others)
    throw UsageError(std::string(options.collect ? "--collect" : "--task") +
                     " needs the folder of a sweep, R.sqlite.sweep/NUMBER, and nothing else");
  options.folder = words.front();
}

void read_work(SweepOptions& options, const po::variables_map& given, const Arguments& arguments) {
  options.run = read_shared_options(given, arguments, "sweep");
  if (!options.run.results) throw UsageError("`sweep` needs --results R.sqlite, the store that the runs are for");
  if (options.run.force) throw UsageError("`sweep` runs what the store lacks; name a new store, or use `run --force`");
  if (!options.on_slurm && !options.print_tasks) return;
  for (const std::string& file : options.run.files)
    if (file == "-") throw UsageError("a task cannot read the scenario from stdin; write it to a file");
  if (given.count("jobs") == 0) options.run.jobs = 1;
  options.run.results = std::filesystem::absolute(*options.run.results).string();
  for (std::string& plugin : options.run.plugins) plugin = std::filesystem::absolute(plugin).string();
}

}  // namespace

po::options_description slurm_options() {
  auto options = no_options("of --slurm");
  options.add_options()                                                                               //
      ("tasks", text("N"), "tasks of the array (default: some five minutes each)")                    //
      ("partition", text("P"), "as sbatch has it")                                                    //
      ("time", text("T"), "of a task, as sbatch has it (default: estimated from runs of the store)")  //
      ("mem", text("M"), "of a task, as sbatch has it (default: estimated from runs of the store)")   //
      ("sbatch-arg", po::value<std::vector<std::string>>()->composing()->value_name("ARG"),
       "another argument for sbatch, as in --sbatch-arg=--account=x; repeatable");
  return options;
}

SlurmOptions read_slurm_options(const po::variables_map& given) {
  SlurmOptions options;
  if (const auto tasks = text_of(given, "tasks")) options.tasks = number_in(*tasks, "--tasks", 1, most_tasks);
  options.partition = text_of(given, "partition");
  options.time = text_of(given, "time");
  options.memory = text_of(given, "mem");
  options.more = texts_of(given, "sbatch-arg");
  return options;
}

SweepOptions read_sweep_options(const Arguments& arguments) {
  const auto given = read_words("sweep", arguments.words, sweep_options(), "scenario");
  SweepOptions options;
  if (given.count("help") != 0) {
    print_help(arguments.launcher);
    options.help = true;
    return options;
  }
  options.on_slurm = given.count("slurm") != 0;
  options.wait = given.count("wait") != 0;
  options.dry_run = given.count("dry-run") != 0;
  options.print_tasks = given.count("print-tasks") != 0;
  options.collect = given.count("collect") != 0;
  if (const auto task = text_of(given, "task")) options.task = number_in(*task, "--task", 0, most_tasks - 1);
  options.slurm = read_slurm_options(given);
  check_combination(options, given);
  if (options.task || options.collect)
    read_folder(options, given);
  else
    read_work(options, given, arguments);
  return options;
}

}  // namespace hearsay::sweep
