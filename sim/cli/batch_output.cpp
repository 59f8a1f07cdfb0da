// What a batch prints: tables, the JSON array, and on stderr the verdict, how to repeat what did not pass, and what is
// known of runs that were interrupted.
#include <array>
#include <iostream>
#include <sstream>

#include "sim/cli/batch.hpp"
#include "sim/cli/failures.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/core/text.hpp"
#include "sim/report/table.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// Of a run that the batch was interrupted in.
std::string summary_of_stopped(const Json& result, const Scenario& scenario) {
  const Json& operations = result.at("operations");
  const double end_s = seconds(scenario.duration);
  std::ostringstream text;
  text << "stopped: " << printable(result.at("scenario").get<std::string>()) << ", "
       << printable(result.at("label").get<std::string>()) << ", seed " << result.at("seed") << ", at "
       << result.at("simulated_s") << " of " << end_s << " s simulated: " << result.at("cost").at("events")
       << " events, " << result.at("messages").at("sent") << " messages, " << operations.at("acknowledged") << " of "
       << operations.at("attempted") << " operations acknowledged, " << result.at("missing")
       << " (write, node) pairs missing, " << result.at("distinct_states") << " distinct states";
  return text.str();
}

}  // namespace

Exit exit_of_result(const Json& result) { return exit_of_verdict(result.at("verdict")); }

Exit exit_of_verdict(const std::string& verdict) {
  if (verdict == "pass") return Exit::ok;
  if (verdict == "fail") return Exit::failed;
  return verdict == "inconclusive" ? Exit::inconclusive : Exit::internal;
}

// Tables in the order of the files. `finished_only`: up to the first file with runs to come.
void Batch::print_tables(bool finished_only) {
  for (; next_table_ < groups_.size(); ++next_table_) {
    if (finished_only && groups_[next_table_].open > 0) return;
    print_table(groups_[next_table_]);
  }
}

void Batch::print_table(const Group& group) {
  std::vector<Json> results;
  for (const std::size_t i : group.runs) {
    if (!exits_[i]) continue;
    if (*exits_[i] == Exit::ok)
      results.push_back(std::move(*results_[i]));  // nothing needs it any more
    else
      results.push_back(*results_[i]);
  }
  if (results.empty()) return;
  if (progress_) progress_->clear();
  if (printed_table_) std::cout << "\n";
  std::cout << scenario_table(results, options_.columns, style_of_stdout()) << std::flush;
  printed_table_ = true;
}

// Piece by piece: the whole text may be large.
void Batch::print_array() const {
  const char* separator = "[\n";
  for (const auto& [index, text] : texts_) {
    std::cout << separator << Json::parse(text).dump(2, ' ', false, Json::error_handler_t::replace);
    separator = ",\n";
  }
  std::cout << (separator[0] == '[' ? "[]\n" : "\n]\n") << std::flush;
}

void Batch::print_stopped() const {
  if (!stopped_.empty()) std::cerr << "\n";
  for (const auto& [index, result] : stopped_)
    std::cerr << summary_of_stopped(result, *plan_.runs[index].which.scenario) << "\n";
}

// On stderr, so that stdout stays what was asked for; tables are flushed, so this comes last on a terminal.
void Batch::print_verdict(bool whole) const {
  std::map<Exit, std::size_t> count;
  std::size_t done = 0;
  std::vector<Failure> failures;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (!exits_[i]) continue;
    ++done;
    ++count[*exits_[i]];
    if (*exits_[i] != Exit::ok) failures.push_back({&*results_[i], command_to_repeat(plan_.runs[i], options_)});
  }
  std::cerr << describe_failures(failures);
  static constexpr std::array<std::pair<Exit, const char*>, 4> words{{{Exit::ok, "passed"},
                                                                      {Exit::failed, "failed"},
                                                                      {Exit::inconclusive, "inconclusive"},
                                                                      {Exit::internal, "crashed"}}};
  std::string text;
  for (const auto& [exit, word] : words)
    if (count[exit] > 0) text += (text.empty() ? "" : ", ") + std::to_string(count[exit]) + " " + word;
  if (reused_ > 0) text += (text.empty() ? "" : "; ") + std::to_string(reused_) + " from " + *options_.results;
  if (not_stored_ > 0) text += (text.empty() ? "" : "; ") + std::to_string(not_stored_) + " not stored";
  static const std::map<Exit, const char*> verdicts{
      {Exit::ok, "pass"}, {Exit::failed, "fail"}, {Exit::inconclusive, "inconclusive"}, {Exit::internal, "error"}};
  if (done != results_.size() || count[Exit::ok] != done) std::cerr << "\n";
  if (whole && results_.empty() && options_.shard)
    std::cerr << "pass: 0 runs in this shard\n";
  else if (whole)
    std::cerr << verdicts.at(worst()) << ": " << done << (done == 1 ? " run, " : " runs, ") << text << "\n";
  else
    std::cerr << "interrupted: " << done << " of " << results_.size() << " runs" << (done > 0 ? ", " : "") << text
              << "\n";
}

}  // namespace hearsay
