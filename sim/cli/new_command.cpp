// `new`: writes a commented scenario to begin with.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "sim/cli/command.hpp"
#include "sim/cli/new_file.hpp"
#include "sim/cli/options.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

// @LAUNCHER@, @NAME@ and @FILE@ are filled in.
constexpr const char* scenario_template = R"(# Run it:  @LAUNCHER@ run @FILE@
# What each key takes: `@LAUNCHER@ describe delta-gossip`, `describe broadcast`, `describe partition`; the names are in
# `@LAUNCHER@ list`. `@LAUNCHER@ validate @FILE@` reports every mistake with its line and runs nothing.

name: @NAME@
description: Two halves are cut off for five seconds while clients keep writing.
seeds: 1..3                         # each seed is one run; equal seeds give equal runs, to the last event
duration: 60s                       # simulated time at most
settle: 2s                          # end early: clients and faults are over, state equal for this long

nodes: 10
platform:
  star: {latency: 10ms, bandwidth: 1Gbps}   # one way between any two nodes
  # file: three-regions.xml       instead of `star`: a SimGrid platform, one that ships or a path relative to this file
  # placement: {zones: {us: 4, eu: 3, ap: 3}}
topology: full                      # overlay neighbours, for protocols that gossip along it

network:
  loss: 0%                          # background conditions of the whole run

protocols:                          # each runs on every seed and case; labels differ within a file
  - delta-gossip                    # with default parameters
  - name: interceptor-broadcast
    label: interceptor, with retries
    params: {retries: 12}           # `@LAUNCHER@ describe interceptor-broadcast` lists them
  # - swim-cache

workload:
  kind: broadcast                   # a client writes a value at some node; every node should come to hold it
  rate: 20/s                        # of the whole cluster
  reads: 50%
  stop: 15s

faults:
  - {at: 5s, for: 5s, partition: {kind: halves}}
  # - {at: 12s, for: 2s, crash: {nodes: {random: 1}, disk: kept}}

expect:                             # a run that breaks a bound fails, and `run` exits with 1
  converged: true
  lost_writes: 0
  missing: 0

# matrix:                           # every combination is a case
#   network.loss: [0%, 5%]
)";

std::string scenario_text(const std::string& launcher, const std::string& name, const std::string& file) {
  std::string text = scenario_template;
  text = replaced(text, "@LAUNCHER@", launcher);
  text = replaced(text, "@NAME@", name);
  text = replaced(text, "@FILE@", file);
  return schema_comment() + text;
}

void check_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (name.empty() || name.size() > 100 || !std::all_of(name.begin(), name.end(), allowed))
    throw UsageError(backquoted(name) + " is no name for a scenario; use up to 100 letters, digits and '-'");
}

}  // namespace

Exit new_command(const Arguments& arguments) {
  const auto words = read_plain_words(
      "new", arguments,
      "new NAME\n\n"
      "Writes NAME.yaml, a commented scenario to begin with. NAME may lie in a folder: experiments/mine.\n");
  if (!words) return Exit::ok;
  if (words->size() != 1) throw UsageError("`new` takes the name of one scenario, such as `my-cluster`");
  std::filesystem::path file = words->front();
  if (file.extension() == ".yaml") file.replace_extension();
  check_name(file.filename().string());
  const std::string path = file.string() + ".yaml";
  write_new(path, scenario_text(arguments.launcher, file.filename().string(), path));
  std::cout << "wrote " << path << "; run it: " << arguments.launcher << " run " << path << "\n";
  return Exit::ok;
}

}  // namespace hearsay
