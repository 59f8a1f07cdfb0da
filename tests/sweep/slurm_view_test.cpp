// What the states of a job's tasks mean, and how they are summed up.
#include <catch2/catch.hpp>

#include "sim/sweep/slurm.hpp"

using namespace hearsay::sweep;

namespace {

JobView known(std::map<std::uint32_t, TaskState> tasks) { return {JobView::Answer::known, std::move(tasks)}; }

}  // namespace

TEST_CASE("tasks are counted by state, with the reason of those that wait or failed") {
  CHECK(known({{0, {"RUNNING", "None"}},
               {1, {"PENDING", "Resources"}},
               {2, {"PENDING", "Resources"}},
               {3, {"PENDING", "None"}},
               {4, {"FAILED", "NonZeroExitCode"}},
               {5, {"COMPLETED", "Whatever"}},
               {6, {"CANCELLED", "Whatever"}},
               {7, {"RUNNING", "Whatever"}}})
            .summary() ==
        "1 cancelled, 1 completed, 1 failed (NonZeroExitCode), 1 pending, 2 pending (Resources), 2 running");
  CHECK(JobView{}.summary() == "Slurm does not answer");
  CHECK(JobView{JobView::Answer::gone}.summary().empty());
}

TEST_CASE("a job is active while a task is not over; of one that nobody knows nothing is") {
  const JobView view = known({{0, {"COMPLETED", "None"}}, {1, {"COMPLETING", "None"}}});
  CHECK(view.active());
  CHECK_FALSE(view.active(0));
  CHECK(view.active(1));
  CHECK_FALSE(view.active(2));
  CHECK_FALSE(known({{0, {"TIMEOUT", "TimeLimit"}}}).active());
  CHECK_FALSE(JobView{}.active());
  CHECK_FALSE(JobView{}.active(0));
  CHECK_FALSE(JobView{JobView::Answer::gone}.active());
}

TEST_CASE("which states are final, and which wait") {
  for (const char* state : {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED"})
    CHECK(TaskState{state, "None"}.over());
  for (const char* state : {"PENDING", "RUNNING", "REQUEUED", "SUSPENDED", "CONFIGURING", "COMPLETING"})
    CHECK_FALSE(TaskState{state, "None"}.over());
  CHECK(TaskState{"PENDING", "None"}.waiting());
  CHECK_FALSE(TaskState{"RUNNING", "None"}.waiting());
}
