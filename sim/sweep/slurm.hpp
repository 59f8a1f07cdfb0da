// Slurm, by its own programs. Its answers are hints: a controller that does not answer says nothing about a job, and
// one that has forgotten a job does not say how it ended. What counts is what is in the stores of the tasks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hearsay::sweep {

class SlurmError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TaskState {
  std::string state;   // PENDING, RUNNING, COMPLETED, ...
  std::string reason;  // why it waits or how it failed; "None"

  bool over() const;     // it will not run again by itself
  bool waiting() const;  // for a node, or for another job
};

// What the controller knows of a job.
struct JobView {
  enum class Answer : std::uint8_t { known, gone, silent } answer = Answer::silent;
  std::map<std::uint32_t, TaskState> tasks{};  // by index; of a job without an array, 0

  bool active() const;                    // some task is not over
  bool active(std::uint32_t task) const;  // that task is not over
  std::string summary() const;            // "10 running, 30 pending (Resources)"; empty if nothing is known
};

JobView look_at(const std::string& job);

// MaxArraySize of the cluster: indices end one before it. Nothing if nobody answers.
std::optional<std::uint32_t> most_tasks_of_cluster();

// `sbatch --parsable` with these words; the job's id. Throws SlurmError with what sbatch said.
std::string submit(const std::vector<std::string>& words);

// Throws SlurmError if the controller does not answer.
void cancel(const std::vector<std::string>& jobs);

}  // namespace hearsay::sweep
