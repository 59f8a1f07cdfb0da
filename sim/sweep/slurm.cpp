#include "sim/sweep/slurm.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <sstream>
#include <string_view>

#include "sim/sweep/call.hpp"

namespace hearsay::sweep {
namespace {

constexpr std::chrono::seconds patience{20};  // squeue itself gives up after 9 s
// sbatch without a configuration tries for a minute, and says then what is wrong.
constexpr std::chrono::seconds submit_patience{90};

// A line, without "sbatch: error: " and the like before it.
std::string said_by(const CallResult& result, const std::string& program) {
  if (!result.answered && result.status == 127)
    return program + " is not installed here; submit where Slurm's commands are, or leave --slurm out";
  if (!result.answered) return program + " did not answer";
  std::istringstream lines(result.err);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    for (const std::string& head : {program + ": ", std::string("error: ")})
      if (line.starts_with(head)) line.erase(0, head.size());
    if (!line.empty()) text += (text.empty() ? "" : "; ") + line;
  }
  return program + ": " + (text.empty() ? "exit status " + std::to_string(result.status) : text);
}

std::uint32_t index_in(std::string_view text) {
  std::uint32_t index = 0;
  std::from_chars(text.data(), text.data() + text.size(), index);
  return index;  // "N/A" of a job without an array: 0
}

}  // namespace

bool TaskState::over() const {
  static const std::set<std::string> final{"COMPLETED",     "FAILED",    "CANCELLED", "TIMEOUT",  "NODE_FAIL",
                                           "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE",  "PREEMPTED"};
  return final.contains(state);
}

bool TaskState::waiting() const { return state == "PENDING"; }

bool JobView::active() const {
  return answer == Answer::known &&
         std::any_of(tasks.begin(), tasks.end(), [](const auto& task) { return !task.second.over(); });
}

bool JobView::active(std::uint32_t task) const {
  const auto it = tasks.find(task);
  return answer == Answer::known && it != tasks.end() && !it->second.over();
}

std::string JobView::summary() const {
  if (answer == Answer::silent) return "Slurm does not answer";
  std::map<std::string, std::size_t> count;
  for (const auto& [index, task] : tasks) {
    std::string word = task.state;
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    const bool reason = (task.waiting() || (task.over() && task.state != "COMPLETED" && task.state != "CANCELLED")) &&
                        task.reason != "None";
    ++count[word + (reason ? " (" + task.reason + ")" : "")];
  }
  std::string text;
  for (const auto& [word, tasks_so] : count) text += (text.empty() ? "" : ", ") + std::to_string(tasks_so) + " " + word;
  return text;
}

JobView look_at(const std::string& job) {
  const CallResult result = call({"squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%K|%T|%r"}, patience);
  JobView view;
  if (!result.answered || (result.status != 0 && result.err.find("Invalid job id") == std::string::npos)) return view;
  view.answer = JobView::Answer::gone;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find('|'), second = line.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    view.tasks[index_in(line.substr(0, first))] = {line.substr(first + 1, second - first - 1), line.substr(second + 1)};
    view.answer = JobView::Answer::known;
  }
  return view;
}

std::optional<std::uint32_t> most_tasks_of_cluster() {
  const CallResult result = call({"scontrol", "show", "config"}, patience);
  if (!result.answered || result.status != 0) return std::nullopt;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("MaxArraySize")) return index_in(line.substr(line.find_last_of(' ') + 1));
  return std::nullopt;
}

std::string submit(const std::vector<std::string>& words) {
  std::vector<std::string> all{"sbatch", "--parsable"};
  all.insert(all.end(), words.begin(), words.end());
  const CallResult result = call(all, submit_patience);
  if (!result.answered || result.status != 0) throw SlurmError(said_by(result, "sbatch"));
  const std::string id = result.out.substr(0, result.out.find_first_of(";\n"));
  if (id.empty() || id.find_first_not_of("0123456789") != std::string::npos)
    throw SlurmError("sbatch printed " + result.out + " instead of a job's id");
  return id;
}

void cancel(const std::vector<std::string>& jobs) {
  std::vector<std::string> words{"scancel"};
  words.insert(words.end(), jobs.begin(), jobs.end());
  const CallResult result = call(words, patience);
  if (!result.answered || result.status != 0) throw SlurmError(said_by(result, "scancel"));
}

}  // namespace hearsay::sweep
