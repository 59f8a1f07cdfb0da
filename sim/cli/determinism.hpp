// `run --check-determinism`: every case twice, event by event.
#pragma once

#include <cstdio>
#include <memory>

#include "sim/runtime/run.hpp"

namespace hearsay {

// Runs the case a first time in a process of its own and keeps its events; the caller then runs it a second time, with
// `second_run` among the observers.
class DeterminismCheck {
 public:
  // Throws std::runtime_error if that first run fails.
  DeterminismCheck(const Case& which, const RunOptions& options);

  Observer* second_run() { return trace_.get(); }

  // Once the second run has ended. Throws std::runtime_error naming the first event that differs.
  void compare() const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;
  static File anonymous_file();

  File first_ = anonymous_file(), second_ = anonymous_file();  // unnamed: they disappear with the process
  std::unique_ptr<Observer> trace_;
};

}  // namespace hearsay
