#include "sim/cli/determinism.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include "sim/cli/worker_pool.hpp"
#include "sim/report/trace_formats.hpp"

namespace hearsay {
namespace {

// Linux opens such a name although the file has none of its own.
std::string name_of(std::FILE* file) { return "/proc/self/fd/" + std::to_string(fileno(file)); }

std::unique_ptr<Observer> trace_into(std::FILE* file, const Case& which) {
  return make_line_trace(name_of(file), find_protocol(which.entry().name)->messages);
}

[[noreturn]] void run_in_child(const Case& which, RunOptions options, std::FILE* file) {
  int status = 0;
  try {
    options.progress = nullptr;
    const auto trace = trace_into(file, which);
    options.observers.push_back(trace.get());
    run_case(which, options);
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    status = 1;
  }
  _exit(status);
}

}  // namespace

DeterminismCheck::File DeterminismCheck::anonymous_file() {
  const char* base = std::getenv("TMPDIR");
  std::string path = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/hearsay-XXXXXX";
  const int fd = mkstemp(path.data());
  if (fd < 0)
    throw std::runtime_error("--check-determinism cannot create a file in " + path.substr(0, path.rfind('/')));
  unlink(path.c_str());
  return File(fdopen(fd, "w+"));
}

DeterminismCheck::DeterminismCheck(const Case& which, const RunOptions& options) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    die_with(parent);
    run_in_child(which, options, first_.get());
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw std::runtime_error("the first run of the determinism check crashed");
  trace_ = trace_into(second_.get(), which);
}

void DeterminismCheck::compare() const {
  std::ifstream first(name_of(first_.get())), second(name_of(second_.get()));
  std::string a, b;
  for (std::size_t line = 1;; ++line) {
    const bool more_a = static_cast<bool>(std::getline(first, a)), more_b = static_cast<bool>(std::getline(second, b));
    if (!more_a && !more_b) return;
    if (more_a == more_b && a == b) continue;
    throw std::runtime_error("not deterministic: event " + std::to_string(line) + " is " + (more_a ? a : "missing") +
                             " in one run and " + (more_b ? b : "missing") + " in the other");
  }
}

}  // namespace hearsay
