#include "sim/cli/rerun.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "sim/cli/command.hpp"
#include "sim/cli/version.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/shipped.hpp"

namespace hearsay {
namespace {

// The folder of the scenario that the command `... run FILE --protocol=...` names, seen from here: programs that a
// scenario runs are not in the store.
std::string folder_of(const std::string& command) {
  const std::size_t verb = command.find(" run "),
                    end = std::min(command.find(" --protocol="), command.find(" '--protocol="));
  if (verb == std::string::npos || end == std::string::npos || end < verb + 5) return ".";
  std::string file = command.substr(verb + 5, end - verb - 5);
  if (file.size() > 1 && file.front() == '\'' && file.back() == '\'') file = file.substr(1, file.size() - 2);
  const std::string folder = std::filesystem::path(find_scenario_file(file).path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// The one case that the stored text and label and seed name.
Case case_of(const StoredRunText& run, const TemporaryFolder& folder) {
  Overrides overrides;
  overrides.folder = folder_of(run.command);
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

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& purpose) {
  std::string pattern = (std::filesystem::temp_directory_path() / ("hearsay-" + purpose + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return (path_ / name).string();
}

StoredRerun::StoredRerun(const std::string& store, std::int64_t id)
    : id_(id), text_(stored_run(store, id)), folder_("rerun"), which_(case_of(text_, folder_)) {}

RunResult StoredRerun::run(std::vector<Observer*> observers) const {
  RunOptions options;
  options.simgrid_arguments = simgrid_of(text_.params);
  options.observers = std::move(observers);
  RunResult result = run_case(which_, options);
  if (result.run_hash != text_.run_hash)
    throw UsageError("run " + std::to_string(id_) + " was made by version " + text_.version + ", and this one, " +
                     source_version() + ", gives another run: their run_hash differs");
  return result;
}

}  // namespace hearsay
