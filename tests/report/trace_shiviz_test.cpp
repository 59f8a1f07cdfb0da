#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "sim/core/random.hpp"
#include "sim/report/trace.hpp"
#include "tests/report/trace_events.hpp"

using namespace hearsay;
using hearsay::test::EventWriter;
using hearsay::test::message_kinds;
using hearsay::test::TemporaryDirectory;

namespace {

using Clock = std::map<std::string, int>;

struct Entry {
  std::string host;
  Clock clock;
  std::string event;
};

// With the expression that the format is made for.
std::vector<Entry> parse(const std::string& log) {
  static const std::regex expression("(\\S*) (\\{.*\\})\n(.*)\n");
  std::vector<Entry> entries;
  std::size_t used = 0;
  for (auto it = std::sregex_iterator(log.begin(), log.end(), expression); it != std::sregex_iterator(); ++it) {
    CHECK(static_cast<std::size_t>(it->position()) == used);  // nothing between two entries
    used += static_cast<std::size_t>(it->length());
    entries.push_back({(*it)[1], nlohmann::json::parse((*it)[2].str()).get<Clock>(), (*it)[3]});
  }
  CHECK(used == log.size());
  return entries;
}

std::vector<Entry> log_of(std::uint32_t nodes, void (*run)(Observer&)) {
  const TemporaryDirectory directory;
  const std::string file = directory.file("trace.shiviz");
  const auto trace = make_trace(file, nodes, message_kinds);
  run(*trace);
  return parse(test::contents(file));
}

// What ShiViz asks of a log: a host's own entry counts its events without a gap, no clock of a host ever goes back, and
// every entry speaks of an event that is there, before this one.
void check_clocks(const std::vector<Entry>& entries) {
  std::map<std::string, Clock> latest;
  for (const Entry& entry : entries) {
    Clock& before = latest[entry.host];
    CHECK(entry.clock.at(entry.host) == before[entry.host] + 1);
    for (const auto& [host, count] : before)
      if (host != entry.host && count > 0) CHECK(entry.clock.at(host) >= count);
    for (const auto& [host, count] : entry.clock)
      if (host != entry.host) CHECK((count >= 1 && count <= latest[host][host]));
    before = entry.clock;
  }
}

bool happens_before(const Clock& a, const Clock& b) {
  for (const auto& [host, count] : a) {
    const auto it = b.find(host);
    if (it == b.end() || it->second < count) return false;
  }
  return a != b;
}

// Many messages that overtake each other, some lost, some doubled; each note names its number.
void random_run(Observer& observer) {
  EventWriter run(observer);
  RandomStream random(1, "shiviz test");
  std::vector<std::array<std::uint64_t, 3>> flying;
  SendId next = 1;
  for (int step = 0; step < 2000; ++step) {
    run.advance(1000);
    if (flying.empty() || random.below(2) == 0) {
      const auto from = static_cast<NodeId>(random.below(5));
      const auto to = static_cast<NodeId>((from + 1 + random.below(4)) % 5);
      run.message(EventKind::send, from, to, next);
      flying.push_back({next++, from, to});
      if (random.below(10) == 0) {
        run.message(EventKind::duplicate, from, to, next);
        flying.push_back({next++, from, to});
      }
      continue;
    }
    const std::size_t i = random.below(flying.size());
    const auto [id, from, to] = flying[i];
    flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(i));
    if (random.below(5) == 0)
      run.message(EventKind::drop, static_cast<NodeId>(from), static_cast<NodeId>(to), id);
    else
      run.message(EventKind::deliver, static_cast<NodeId>(to), static_cast<NodeId>(from), id);
  }
  run.other(EventKind::finish, 0);
}

}  // namespace

TEST_CASE("shiviz: an entry is two lines that ShiViz's expression reads, whatever a message says") {
  const auto entries = log_of(test::run_nodes, test::play);
  REQUIRE(entries.size() == 19);
  CHECK(entries[0].host == "node0");
  CHECK(entries[0].clock == Clock{{"node0", 1}});
  CHECK(entries[0].event == "0.000000000s invoke operation 0");
  CHECK(entries[2].event == "0.000000000s send to node1: rumor says \"hi\"\\n\\xff \\x1b[31m {\"node1\":9}");
  check_clocks(entries);
}

TEST_CASE("shiviz: a delivery knows what its sender knew when it sent") {
  const auto entries = log_of(test::run_nodes, test::play);
  const auto delivery = std::find_if(entries.begin(), entries.end(), [](const Entry& e) { return e.host == "node1"; });
  REQUIRE(delivery != entries.end());
  CHECK(delivery->event.find("deliver from node0: rumor") != std::string::npos);
  CHECK(delivery->clock == Clock{{"node0", 3}, {"node1", 1}});  // invoke, applied, the first of four sends
}

TEST_CASE("shiviz: the clocks of a long run obey happens-before") {
  const auto entries = log_of(5, random_run);
  REQUIRE(entries.size() > 1500);
  check_clocks(entries);
  for (std::size_t i = 0; i + 1 < 200; ++i)
    for (std::size_t j = i + 1; j < 200; ++j) CHECK_FALSE(happens_before(entries[j].clock, entries[i].clock));
}

TEST_CASE("shiviz: events without a message between them are concurrent") {
  const auto entries = log_of(2, [](Observer& observer) {
    EventWriter run(observer);
    run.node(EventKind::applied, 0, 1);
    run.message(EventKind::send, 0, 1, 1);
    run.message(EventKind::drop, 0, 1, 1, 0, static_cast<std::uint8_t>(DropReason::loss));
    run.node(EventKind::applied, 1, 1);
    run.other(EventKind::finish, 0);
  });
  REQUIRE(entries.size() == 4);
  CHECK(entries[2].event.find("dropped (loss) to node1") != std::string::npos);
  CHECK_FALSE(happens_before(entries[2].clock, entries[3].clock));
  CHECK_FALSE(happens_before(entries[3].clock, entries[2].clock));
}
