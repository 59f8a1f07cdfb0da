// `run`.
#include <filesystem>

#include "sim/cli/batch.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/report_file.hpp"

namespace hearsay {
namespace {

// A trace over the scenario that it is of would destroy it (JSON is YAML, so the endings may agree).
void check_trace_is_no_input(const RunCommandOptions& options) {
  std::error_code ignored;
  for (const auto& file : options.files)
    if (options.trace && std::filesystem::equivalent(*options.trace, file, ignored))
      throw UsageError("--trace " + *options.trace + " would overwrite a scenario; name another file");
}

}  // namespace

void check_simgrid_options(const RunCommandOptions& options) {
  try {
    check_simgrid_arguments(options.simgrid);
  } catch (const PlatformError& error) {
    throw UsageError(error.what());
  }
}

Exit run_command(const Arguments& arguments) {
  auto options = read_run_options(arguments);
  if (options.help) return Exit::ok;
  check_simgrid_options(options);
  check_trace_is_no_input(options);
  ReportOfBatch page(options, "run", arguments);
  const Plan plan = make_plan(options);
  Batch batch(options, plan);
  const Exit exit = batch.run();
  page.write(batch.complete());
  return exit;
}

}  // namespace hearsay
