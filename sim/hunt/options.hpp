// The options of `hunt`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/cli/command.hpp"
#include "sim/scenario/reader.hpp"

namespace hearsay::hunt {

struct HuntOptions {
  std::vector<std::string> files;
  Overrides overrides;
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> trials;  // in all, those of an earlier call included
  std::optional<Duration> budget;       // wall time
  std::size_t jobs = 1;
  std::size_t shrink_runs = 1500;  // per failure at most
  bool stop_at_first = false, permanent = false, force = false, quiet = false, json = false, pictures = true;
  std::string output = "found";
  std::optional<std::string> corpus, junit;
  std::vector<std::string> simgrid;
  std::string launcher;
  bool help = false;  // has been printed
};

// Throws UsageError.
HuntOptions read_hunt_options(const Arguments& arguments);

// Behind `--jobs`. Throws UsageError.
std::size_t jobs_of(const std::optional<int>& given);

}  // namespace hearsay::hunt
