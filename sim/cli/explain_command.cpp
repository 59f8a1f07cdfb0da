// `explain`: runs a stored run again with an observer that keeps more, and says why it is as it is.
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "sim/cli/command.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/version.hpp"
#include "sim/core/text.hpp"
#include "sim/report/explanation_text.hpp"
#include "sim/report/store.hpp"
#include "sim/runtime/run.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

// A folder that goes away.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "hearsay-explain-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + pattern);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

// The one case that the stored text and label and seed name.
Case case_of(const StoredRunText& run, const Folder& folder) {
  Overrides overrides;
  overrides.protocols = {run.label};
  overrides.seeds = run.seed;
  if (!run.platform_text.empty())
    overrides.settings.emplace_back("platform.file", folder.write("platform.xml", run.platform_text));
  const auto cases = cases_of(read_scenario(folder.write("scenario.yaml", run.scenario_text), overrides));
  return cases.front();
}

std::vector<std::string> simgrid_of(const std::string& params) {
  std::vector<std::string> arguments;
  for (std::size_t begin = 0, end = 0; (end = params.find(';', begin)) != std::string::npos; begin = end + 1)
    if (params.compare(begin, 6, "--cfg=") == 0) arguments.push_back(params.substr(begin, end - begin));
  return arguments;
}

po::options_description explain_options() {
  auto options = no_options();
  options.add_options()                                                                                        //
      ("run", po::value<std::string>()->value_name("N"), "the run's id in the store (default: the only run)")  //
      ("help,h", "this text");
  return options;
}

std::int64_t read_id(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError("--run " + backquoted(text) + " is no id; `SELECT id, label, seed FROM runs` shows them");
  return id;
}

void explain(const std::string& store, std::int64_t id) {
  const StoredRunText run = stored_run(store, id);
  const Folder folder;
  const Case which = case_of(run, folder);
  Explainer explainer(which.scenario->nodes);
  RunOptions options;
  options.simgrid_arguments = simgrid_of(run.params);
  options.observers.push_back(&explainer);
  const RunResult result = run_case(which, options);
  if (result.run_hash != run.run_hash)
    throw UsageError("run " + std::to_string(id) + " was made by version " + run.version + ", and this one, " +
                     source_version() + ", gives another run: their run_hash differs");
  std::cout << "run " << id << ": " << printable(result.scenario) << ", " << printable(result.label) << ", seed "
            << result.seed << "\n"
            << explanation_text(explainer.explain(), result) << "\nagain: " << run.command << "\n";
}

}  // namespace

Exit explain_command(const Arguments& arguments) {
  if (!arguments.simgrid.empty()) throw UsageError("`explain` takes no option of SimGrid's; it uses those of the run");
  const auto given = read_words("explain", arguments.words, explain_options(), "store");
  if (given.count("help") != 0) {
    std::cout
        << "usage: " << arguments.launcher << " explain RESULTS.sqlite --run N\n\n"
        << "Why a stored run is as it is: lost, missing and late writes with their moments, groups of nodes by final\n"
        << "state, the first instance of each violation, and what each fault did. Runs it again from the scenario\n"
        << "that the store keeps, so that a store made elsewhere can be explained here.\n\n"
        << explain_options();
    return Exit::ok;
  }
  const std::vector<std::string> stores = texts_of(given, "store");
  if (stores.size() != 1) throw UsageError("`explain` needs one store, as `run SCENARIO --results r.sqlite` writes it");
  try {
    explain(stores.front(), read_id(text_of(given, "run").value_or("1")));
  } catch (const StoreError& error) {
    throw UsageError(error.what());
  }
  return Exit::ok;
}

}  // namespace hearsay
