// `explain`: runs a stored run again with an observer that keeps more, and says why it is as it is.
#include <charconv>
#include <iostream>

#include "sim/cli/command.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/rerun.hpp"
#include "sim/core/text.hpp"
#include "sim/report/explanation_text.hpp"
#include "sim/report/store.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

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
  const StoredRerun rerun(store, id);
  Explainer explainer(rerun.which().scenario->nodes);
  const RunResult result = rerun.run({&explainer});
  std::cout << "run " << id << ": " << printable(result.scenario) << ", " << printable(result.label) << ", seed "
            << result.seed << "\n"
            << explanation_text(explainer.explain(), result) << "\nagain: " << rerun.text().command << "\n";
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
