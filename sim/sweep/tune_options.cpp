#include "sim/sweep/tune_options.hpp"

#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/cli/options.hpp"
#include "sim/report/baseline.hpp"
#include "sim/scenario/field_names.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::tune {
namespace {

namespace po = boost::program_options;
using Kind = Constraint::Kind;

constexpr int most_budget = 10'000'000;

po::options_description tune_options() {
  auto options = no_options();
  const auto texts = [](const char* name) {
    return po::value<std::vector<std::string>>()->composing()->value_name(name);
  };
  options.add_options()  //
      ("over", texts("PATH=RANGE"),
       "a key of the scenario to vary, as in params.fanout=1..8, params.interval=50ms..2s:log (equal factors), "
       "params.mode=a,b; repeatable")                                                                        //
      ("minimize", texts("FIELD"), "a numeric field of the result to make low; repeatable")                  //
      ("maximize", texts("FIELD"), "or high")                                                                //
      ("subject-to", texts("FIELD<=VALUE"), "what every run must keep: <=, >=, <, > or =; repeatable")       //
      ("budget", po::value<int>()->value_name("N"), "runs to spend in all (default: 1000)")                  //
      ("search-seed", po::value<int>()->value_name("N"), "another one tries other settings (default: 1)")    //
      ("output,o", po::value<std::string>()->value_name("DIR"), "folder to write (default: tune-SCENARIO)")  //
      ("choose", po::value<int>()->value_name("N"),
       "write the scenario of this line of the frontier (default: the knee)")                         //
      ("protocol", texts("NAME"), "the protocol to tune, if the scenario has several")                //
      ("set", texts("PATH=VALUE"), "change any other key of the scenario; repeatable")                //
      ("jobs", po::value<int>()->value_name("N"), "worker processes (default: the number of cores)")  //
      ("results", po::value<std::string>()->value_name("FILE.sqlite"),
       "store of the runs (default: DIR/runs.sqlite)")   //
      ("slurm", "run every stage as a Slurm job array")  //
      ("no-picture", "draw nothing")                     //
      ("quiet,q", "no progress")                         //
      ("help,h", "this text");
  options.add(sweep::slurm_options());
  return options;
}

void print_help(const std::string& launcher) {
  std::cout
      << "usage: " << launcher << " tune SCENARIO --over PATH=RANGE... --minimize FIELD... [OPTIONS]\n\n"
      << "Searches the ranges for the settings that no other beats: a Latin hypercube, then successive halving with\n"
      << "the same seeds for all, so that bad settings get few, then steps from the frontier. A quarter of the budget\n"
      << "measures the frontier again on fresh seeds; figures are medians over those, with 95 % confidence intervals.\n"
      << "Interrupted, it goes on where it stopped when the command is repeated.\n\n"
      << tune_options()
      << "\nIt writes DIR/tune.json, DIR/front.png and .svg, and DIR/chosen.yaml. See docs/tuning.md.\n\n"
      << "exit status: 0 a frontier was found; 1 no setting keeps the constraints; 254 the command line or the "
         "scenario\n"
      << "is wrong; 255 interrupted, or an internal error.\n";
}

std::string checked_field(const std::string& name, const std::string& option) {
  const auto found = find_path(name, names_of_protocols());
  if (const auto* mistake = std::get_if<PathMistake>(&found))
    throw UsageError(option + " " + backquoted(name) + ": " + describe_mistake(*mistake));
  if (std::get<NamedField>(found).kind > FieldKind::share)
    throw UsageError(option + " " + backquoted(name) +
                     " is no number; name a field that is one, such as messages.per_op");
  return name;
}

double read_bound(const std::string& text, const std::string& whole) {
  try {
    if (text == "true" || text == "false") return text == "true" ? 1 : 0;
    return text.ends_with("%") ? parse_share(text, -1e9, 1e9) : parse_number(text);
  } catch (const UnitError&) {
    throw UsageError("--subject-to " + backquoted(whole) + " has no number at its end; write lost_writes=0");
  }
}

Constraint read_constraint(const std::string& text) {
  static const std::array<std::pair<const char*, Kind>, 5> signs{
      {{"<=", Kind::at_most}, {">=", Kind::at_least}, {"<", Kind::below}, {">", Kind::above}, {"=", Kind::equal}}};
  for (const auto& [sign, kind] : signs) {
    const std::size_t at = text.find(sign);
    if (at == std::string::npos || at == 0) continue;
    const auto trimmed = [](std::string word) {
      while (!word.empty() && word.front() == ' ') word.erase(0, 1);
      while (!word.empty() && word.back() == ' ') word.pop_back();
      return word;
    };
    const std::string bound = trimmed(text.substr(at + std::string(sign).size()));
    return {text, checked_field(trimmed(text.substr(0, at)), "--subject-to"), kind, read_bound(bound, text)};
  }
  throw UsageError("--subject-to " + backquoted(text) + " compares nothing; write lost_writes=0 or FIELD<=VALUE");
}

void read_search(TuneOptions& options, const po::variables_map& given) {
  for (const auto& text : texts_of(given, "over")) options.search.axes.push_back(read_axis(text));
  if (options.search.axes.empty()) throw UsageError("`tune` needs something to vary: --over params.fanout=1..8");
  for (const auto& name : texts_of(given, "minimize"))
    options.objectives.push_back({checked_field(name, "--minimize"), false});
  for (const auto& name : texts_of(given, "maximize"))
    options.objectives.push_back({checked_field(name, "--maximize"), true});
  if (options.objectives.empty()) throw UsageError("`tune` needs an aim: --minimize FIELD or --maximize FIELD");
  for (const auto& text : texts_of(given, "subject-to")) options.constraints.push_back(read_constraint(text));
  options.search.objectives = options.objectives.size();
  const int budget = given.count("budget") != 0 ? given["budget"].as<int>() : 1000;
  if (budget < static_cast<int>(least_budget) || budget > most_budget)
    throw UsageError("--budget must be between " + std::to_string(least_budget) + " and " +
                     std::to_string(most_budget));
  options.search.budget = static_cast<std::size_t>(budget);
  if (given.count("search-seed") != 0) options.search.seed = static_cast<std::uint64_t>(given["search-seed"].as<int>());
  if (given.count("choose") != 0) {
    if (given["choose"].as<int>() < 1) throw UsageError("--choose counts lines of the frontier from 1");
    options.choose = static_cast<std::size_t>(given["choose"].as<int>());
  }
}

}  // namespace

bool Constraint::kept_by(const nlohmann::ordered_json& result) const {
  const auto value = metric_value(result, field);
  if (!value) return false;
  switch (kind) {
    case Kind::at_most: return *value <= bound;
    case Kind::at_least: return *value >= bound;
    case Kind::below: return *value < bound;
    case Kind::above: return *value > bound;
    default: return *value == bound;
  }
}

std::optional<TuneOptions> read_tune_options(const Arguments& arguments) {
  const auto given = read_words("tune", arguments.words, tune_options(), "scenario");
  auto run = read_options_of_one_scenario(given, arguments, "tune", print_help);
  if (!run) return std::nullopt;
  TuneOptions options;
  options.run = std::move(*run);
  read_search(options, given);
  options.on_slurm = given.count("slurm") != 0;
  options.slurm = sweep::read_slurm_options(given);
  for (const char* name : {"tasks", "partition", "time", "mem", "sbatch-arg"})
    if (given.count(name) != 0 && !options.on_slurm)
      throw UsageError(std::string("--") + name + " goes with --slurm; leave it out, or add --slurm");
  if (options.run.files.front() == "-" && options.on_slurm)
    throw UsageError("a task cannot read the scenario from stdin; write it to a file");
  if (options.on_slurm && given.count("jobs") == 0) options.run.jobs = 1;
  options.picture = given.count("no-picture") == 0;
  options.output = text_of(given, "output").value_or("");
  options.run.silent = true;
  return options;
}

}  // namespace hearsay::tune
