// What the states of a job's tasks mean, and how they are summed up.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sim/sweep/slurm.hpp"

using namespace hearsay::sweep;

namespace {

JobView known(std::map<std::uint32_t, TaskState> tasks) { return {JobView::Answer::known, std::move(tasks)}; }

}  // namespace

TEST_CASE("what squeue prints besides tasks is no task") {
  const auto folder = std::filesystem::temp_directory_path() / ("hearsay-squeue-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "squeue")
      << "#!/bin/sh\n"
         "echo '0|RUNNING|None'; echo 'a warning'; echo 'half|a line'; echo '2|PENDING|Resources'\n";
  std::filesystem::permissions(folder / "squeue", std::filesystem::perms::owner_all);
  const char* const before = std::getenv("PATH");
  const std::string path = before != nullptr ? before : "/usr/bin:/bin";
  setenv("PATH", (folder.string() + ":" + path).c_str(), 1);
  const JobView view = look_at("17");
  setenv("PATH", path.c_str(), 1);
  std::filesystem::remove_all(folder);
  CHECK(view.answer == JobView::Answer::known);
  CHECK(view.summary() == "1 pending (Resources), 1 running");
}

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
