// Several runs in one process: each as in a process of its own, and refused where it could not be.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <iterator>
#include <sstream>

#include "bench.hpp"
#include "protocols/registry.hpp"
#include "sim/runtime/run.hpp"
#include "sim/scenario/values.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

// Of a protocol of the registry, with its defaults and `params`.
Case case_of(Scenario scenario, const std::string& protocol, std::uint64_t seed, const ParameterValues& params = {}) {
  ProtocolEntry entry{protocol, protocol, default_values(find_protocol(protocol)->parameters), {}, {}};
  for (const auto& [name, value] : params) entry.params[name] = value;
  scenario.protocols = {entry};
  scenario.workloads.front().values = {{"operations", std::int64_t{20}}, {"stop", Duration(3s)}};
  return {std::make_shared<const Scenario>(std::move(scenario)), 0, seed};
}

Scenario troubled(std::uint32_t nodes, Engine::Dispatch dispatch) {
  Scenario scenario = quiet_scenario(nodes);
  scenario.duration = 6s;
  scenario.engine.dispatch = dispatch;
  add_fault(scenario, "crash", 1s, 500ms, bench::nodes({1, 2}));
  add_fault(scenario, "pause", 1200ms, 300ms, bench::nodes({3}));
  add_fault(scenario, "leave", 2s, 500ms, bench::nodes({4}));
  set_background(scenario, "loss", {{"rate", 0.05}});
  return scenario;
}

// The run hashes of these cases, one after another in one process; "refused" if it cannot run one.
std::vector<std::string> in_one_process(const std::vector<Case>& cases) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    std::string text;
    for (const Case& which : cases) {
      RunOptions options;
      options.shares_process = true;
      text += (can_run_here(which, options) ? run_case(which, options).run_hash : "refused") + " ";
    }
    _exit(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, got);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(status == 0);
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

}  // namespace

TEST_CASE("what follows others in one process runs as in one of its own") {
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    std::vector<Case> cases;
    for (const std::uint64_t seed : {1, 2})
      for (const char* protocol : {"delta-gossip", "causal-crdt", "swim-cache", "plumtree"})
        cases.push_back(case_of(troubled(5, dispatch), protocol, seed));
    if (dispatch == Engine::Dispatch::inline_) cases.push_back(case_of(troubled(8, dispatch), "delta-gossip", 1));
    std::vector<std::string> alone;
    for (const Case& which : cases) alone.push_back(in_one_process({which}).front());
    CHECK(in_one_process(cases) == alone);
    CHECK(alone[0] != alone[4]);
  }
}

TEST_CASE("what SimGrid decides in a run keeps it from following another one, and others from following it") {
  const Scenario plain = troubled(5, Engine::Dispatch::actor);
  const Case first = case_of(plain, "delta-gossip", 1);
  std::vector<Case> others{case_of(troubled(6, Engine::Dispatch::actor), "delta-gossip", 1),
                           case_of(troubled(5, Engine::Dispatch::inline_), "delta-gossip", 1)};
  Scenario scenario = plain;
  scenario.network.model = Network::Model::flow;
  others.push_back(case_of(scenario, "delta-gossip", 1));
  scenario = plain;
  scenario.engine.message_cpu = 1ms;
  others.push_back(case_of(scenario, "delta-gossip", 1));
  scenario = plain;
  add_fault(scenario, "link", 1s, 1s, {{"name", std::string("node1")}});
  others.push_back(case_of(scenario, "delta-gossip", 1));
  others.push_back(case_of(plain, "rpc-fanout", 1, {{"handler_cpu", Duration(1ms)}}));
  for (const Case& other : others) {
    CHECK(in_one_process({first, other, first})[1] == "refused");
    const auto hashes = in_one_process({other, first});
    CHECK(hashes[0] != "refused");
    CHECK(hashes[1] == "refused");
  }
}
