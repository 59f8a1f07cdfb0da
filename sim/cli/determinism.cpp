#include "sim/cli/determinism.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "sim/report/trace.hpp"

namespace hearsay {
namespace {

// A directory of our own that goes with all that is in it.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base != nullptr ? base : "/tmp") + "/hearsay-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot create a directory in " + path_);
  }
  ~ScratchDirectory() {
    for (const char* name : {"/1.jsonl", "/2.jsonl"}) unlink((path_ + name).c_str());
    rmdir(path_.c_str());
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  std::string file(int n) const { return path_ + "/" + std::to_string(n) + ".jsonl"; }

 private:
  std::string path_;
};

void run_traced(const Case& which, RunOptions options, const std::string& file) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    int status = 0;
    try {
      options.progress = nullptr;
      const auto trace = make_trace(file, which.scenario->nodes, find_protocol(which.entry().name)->messages);
      options.observers.push_back(trace.get());
      run_case(which, options);
    } catch (const std::exception&) {
      status = 1;
    }
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("a run of the determinism check crashed");
}

}  // namespace

void compare_two_runs(const Case& which, const RunOptions& options) {
  const ScratchDirectory scratch;
  for (const int n : {1, 2}) run_traced(which, options, scratch.file(n));
  std::ifstream first(scratch.file(1)), second(scratch.file(2));
  std::string a, b;
  for (std::size_t line = 1;; ++line) {
    const bool more_a = static_cast<bool>(std::getline(first, a)), more_b = static_cast<bool>(std::getline(second, b));
    if (!more_a && !more_b) return;
    if (more_a == more_b && a == b) continue;
    throw std::runtime_error("not deterministic: event " + std::to_string(line) + " is " + (more_a ? a : "missing") + " in one run and " +
                             (more_b ? b : "missing") + " in the other");
  }
}

}  // namespace hearsay
