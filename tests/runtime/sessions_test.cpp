// What an answer gives a client to carry comes back with what it asks later, wherever it goes, and nobody else's.
#include <algorithm>
#include <catch2/catch.hpp>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

struct Count final : SessionToken {
  explicit Count(std::uint64_t n) : value(n) {}
  SessionPtr merged(const SessionToken& other) const override {
    return std::make_shared<const Count>(std::max(value, static_cast<const Count&>(other).value));
  }
  std::uint64_t value;
};

// Notes client * 1000 + what the client carries, and answers with one more.
Script counting() {
  Script script;
  script.request = [](Node& n, const Operation& operation) {
    const std::uint64_t carried = operation.session ? static_cast<const Count&>(*operation.session).value : 0;
    n.note(operation.client * 1000 + carried);
    Response response;
    response.session = std::make_shared<const Count>(carried + 1);
    n.context.respond(operation.id, response);
  };
  return script;
}

Scenario with_clients(ParameterValues values) {
  Scenario scenario = quiet_scenario(3);
  values.insert({{"operations", std::int64_t{40}}, {"clients", std::int64_t{4}}, {"roam", true}});
  scenario.workloads.front().values = std::move(values);
  return scenario;
}

}  // namespace

TEST_CASE("a client carries what it was given from node to node, and no client another one's") {
  const History history = run(with_clients({}), counting());
  const auto notes = history.notes();
  REQUIRE(notes.size() == 40);
  std::vector<std::uint64_t> expected(4, 0);
  for (const std::uint64_t note : notes) CHECK(note % 1000 == expected[note / 1000]++);
}

TEST_CASE("an answer that is under way gives its client nothing yet") {
  // 20 requests a second by one client, whose answers take a quarter of a second: five are under way at a time.
  const History history =
      run(with_clients({{"clients", std::int64_t{1}}, {"client_latency", Duration(125ms)}}), counting());
  const auto notes = history.notes();
  REQUIRE(notes.size() == 40);
  for (std::size_t i = 0; i < notes.size(); ++i) CHECK(notes[i] == i / 5);
}
