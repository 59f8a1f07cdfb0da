// What the command line and the matrix change.
#include <catch2/catch.hpp>

#include "sim/scenario/document.hpp"
#include "tests/scenario/files.hpp"

using namespace hearsay;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const std::string base =
    "name: base\n"
    "seeds: 1..3\n"
    "nodes: 10\n"
    "network: {loss: 5%}\n"
    "protocols:\n"
    "  - interceptor-broadcast\n"
    "  - {name: interceptor-broadcast, label: lru, params: {dedup_cache: lru}}\n"
    "faults:\n"
    "  - {at: 5s, for: 1s, crash: {nodes: 3}}\n"
    "expect:\n"
    "  convergence_time_s: {max: 2}\n";

std::shared_ptr<const Scenario> with(std::vector<std::pair<std::string, std::string>> settings) {
  Overrides overrides;
  overrides.settings = std::move(settings);
  return read_text(base, overrides).at(0);
}

std::string mistake(const std::string& path, const std::string& value) {
  Overrides overrides;
  overrides.settings = {{path, value}};
  const auto mistakes = mistakes_in(base, overrides);
  REQUIRE(mistakes.size() == 1);
  return mistakes[0].text();
}

}  // namespace

TEST_CASE("--set changes any key by its path") {
  CHECK(with({{"nodes", "20"}})->nodes == 20);
  CHECK(with({{"duration", "2m"}})->duration == 120s);
  CHECK(with({{"network.loss", "0%"}})->network.background.empty());
  CHECK(with({{"network.latency", "{uniform: {min: 1ms, max: 2ms}}"}})->network.latency->b == Duration(2ms));
  CHECK(with({{"engine.dispatch", "inline"}})->engine.dispatch == Engine::Dispatch::inline_);
  CHECK(with({{"platform.star.latency", "7ms"}})->platform.latency == Duration(7ms));
  CHECK(std::get<std::string>(with({{"faults.0.crash.disk", "lost"}})->faults[0].values.at("disk")) == "lost");
  CHECK(with({{"topology", "{tree: 3}"}})->topology.name == "tree");
}

TEST_CASE("--set of one of two exclusive keys takes the other out") {
  CHECK(with({{"seed", "9"}})->seeds == std::vector<std::uint64_t>{9});
  CHECK(*with({{"faults.0.until", "9s"}})->faults[0].lasts == Duration(4s));
}

TEST_CASE("--set of an expectation keeps its dots") {
  const auto scenario = with({{"expect.messages.per_op", "{max: 9}"}, {"expect.convergence_time_s.max", "7"}});
  const auto& expect = scenario->protocols[0].expect;
  REQUIRE(expect.size() == 2);
  CHECK(expect[0].path == "convergence_time_s");
  CHECK(std::get<double>(expect[0].bound) == 7);
  CHECK(expect[1].path == "messages.per_op");
}

TEST_CASE("--set params changes every protocol that has the parameter") {
  const auto scenario = with({{"params.hash_bytes", "8"}});
  for (const auto& entry : scenario->protocols) CHECK(std::get<std::int64_t>(entry.params.at("hash_bytes")) == 8);
  CHECK(std::get<std::string>(scenario->protocols[1].params.at("dedup_cache")) == "lru");
}

TEST_CASE("a wrong --set is located as the command line") {
  CHECK_THAT(mistake("nodes.x.y", "5"),
             Contains("`nodes` is the plain value") && Contains("set it as a whole: `nodes={x.y: ...}`"));
  CHECK_THAT(mistake("nodes", "x"), Catch::StartsWith("--set nodes=x: `x` is not a number"));
  CHECK_THAT(mistake("nodez", "5"),
             Contains("--set nodez=5: unknown key `nodez` in the scenario; did you mean `nodes`?"));
  CHECK_THAT(mistake("network.loss.rate", "5%"), Contains("set it as a whole: `network.loss={rate: ...}`"));
  CHECK_THAT(mistake("faults.1.at", "5s"), Contains("`1` is no item of `faults`; its items are 0..0"));
  CHECK_THAT(mistake("faults.x.at", "5s"), Contains("is no item of `faults`"));
  CHECK_THAT(mistake("params.nothing", "5"), Contains("no protocol of the scenario has a parameter `nothing`"));
  CHECK_THAT(mistake("nodes", "[1"), Contains("--set nodes=[1: a list or map stands where a key should"));
  CHECK_THAT(mistake("", "5"), Contains("has an empty part"));
  CHECK_THAT(mistake("network..loss", "5"), Contains("has an empty part"));
  CHECK_THAT(mistake("nodes", ""), Contains("`nodes` has no value"));
}

TEST_CASE("--protocol keeps the file's entry of that label and takes any other name with default parameters") {
  Overrides overrides;
  overrides.protocols = {"lru"};
  const auto labelled = read_text(base, overrides)[0]->protocols;
  REQUIRE(labelled.size() == 1);
  CHECK(labelled[0].given_params.size() == 1);
  overrides.protocols = {"interceptor-broadcast"};
  CHECK(read_text(base, overrides)[0]->protocols.at(0).given_params.empty());
  overrides.protocols = {"interceptor-brodcast"};
  CHECK_THAT(mistakes_in(base, overrides).at(0).text(),
             Contains("--protocol interceptor-brodcast: unknown protocol") && Contains("did you mean"));
}

TEST_CASE("--seeds replaces the file's seeds") {
  Overrides overrides;
  overrides.seeds = "4..6";
  CHECK(read_text(base, overrides)[0]->seeds == std::vector<std::uint64_t>{4, 5, 6});
  overrides.seeds = "9,1,4..6";
  CHECK(read_text(base, overrides)[0]->seeds == std::vector<std::uint64_t>{9, 1, 4, 5, 6});
  for (const char* wrong : {"1,", ",1", "1,,2", "1,x"}) {
    overrides.seeds = wrong;
    CHECK_THAT(mistakes_in(base, overrides).at(0).text(), Contains("is not a number or a range of numbers"));
  }
  overrides.seeds = "1,2..4,3";
  CHECK_THAT(mistakes_in(base, overrides).at(0).text(), Contains("seed 3 is named twice"));
  overrides.seeds = "1..1000000000000";
  CHECK_THAT(mistakes_in(base, overrides).at(0).text(), Contains("--seeds 1..1000000000000: "));
}

TEST_CASE("every combination of the matrix is a scenario, the last key fastest") {
  const auto scenarios = read_text(base + "matrix:\n  nodes: [10, 20]\n  network.loss: [0%, 10%, 30%]\n");
  REQUIRE(scenarios.size() == 6);
  using Values = std::vector<std::pair<std::string, std::string>>;
  CHECK(scenarios[0]->case_values == Values{{"nodes", "10"}, {"network.loss", "0%"}});
  CHECK(scenarios[1]->case_values == Values{{"nodes", "10"}, {"network.loss", "10%"}});
  CHECK(scenarios[5]->case_values == Values{{"nodes", "20"}, {"network.loss", "30%"}});
  CHECK(scenarios[5]->nodes == 20);
  CHECK(scenarios[0]->network.background.empty());
  CHECK(std::get<double>(scenarios[5]->network.background.at(0).second.at("rate")) == Approx(0.3));
  CHECK(cases_of(scenarios).size() == 6 * 2 * 3);
}

TEST_CASE("the matrix varies protocol parameters and values inside lists") {
  const auto scenarios =
      read_text(base + "matrix:\n  params.dedup_cache: [lru]\n  faults.0.crash.nodes: [{random: 2}, [1, 2]]\n");
  REQUIRE(scenarios.size() == 2);
  CHECK(std::get<std::string>(scenarios[0]->protocols[0].params.at("dedup_cache")) == "lru");
  CHECK(scenarios[0]->case_values[1].second == "{random: 2}");
  CHECK(scenarios[1]->case_values[1].second == "[1, 2]");
}

TEST_CASE("--set of a path that the matrix varies picks that case") {
  Overrides overrides;
  overrides.settings = {{"nodes", "20"}};
  const auto scenarios = read_text(base + "matrix:\n  nodes: [10, 20]\n", overrides);
  REQUIRE(scenarios.size() == 1);
  CHECK(scenarios[0]->case_values.at(0).second == "20");
  CHECK(scenarios[0]->content_hash == read_text(base + "matrix:\n  nodes: [10, 20]\n")[1]->content_hash);
}

TEST_CASE("the content hash covers what decides a run, and only that") {
  const std::string hash = with({})->content_hash;
  CHECK(hash.size() == 16);
  CHECK(with({{"seed", "8"}})->content_hash == hash);
  CHECK(with({{"description", "other words"}})->content_hash == hash);
  CHECK(with({{"expect.converged", "true"}})->content_hash == hash);
  CHECK(with({{"params.hash_bytes", "8"}})->content_hash == hash);
  CHECK(with({{"nodes", "11"}})->content_hash != hash);
  CHECK(with({{"network.loss", "6%"}})->content_hash != hash);
  CHECK(with({{"faults.0.at", "6s"}})->content_hash != hash);
}

TEST_CASE("the content hash follows the platform's bytes, not the files' paths") {
  const Folder folder;
  const auto text = [](const std::string& platform) { return base + "platform: {file: " + platform + "}\n"; };
  folder.write("p/a.xml", "<platform/>");
  folder.write("q/b.xml", "<platform/>");
  folder.write("q/c.xml", "<platform />");
  const auto hash = [](const std::string& file) { return read_scenario(file)[0]->content_hash; };
  const std::string first = hash(folder.write("p/one.yaml", text("a.xml")));
  CHECK(hash(folder.write("deep/er/two.yaml", text("../../q/b.xml"))) == first);
  CHECK(hash(folder.write("q/three.yaml", text("c.xml"))) != first);
}

TEST_CASE("a value is shown as YAML would read it again") {
  const auto shown = [](const std::string& value) {
    Mistakes mistakes("x");
    return flow_text(*parse_snippet(value, {}, mistakes));
  };
  CHECK(shown("plain words") == "plain words");
  CHECK(shown("'a, b'") == "\"a, b\"");
  CHECK(shown("'say \"hi\" \\'") == "\"say \\\"hi\\\" \\\\\"");
  CHECK(shown("\"a\\tb, c\"") == "\"a\\tb, c\"");
}

TEST_CASE("a platform's content decides the scenario's hash, to its last byte") {
  const Folder folder;
  const auto hash = [&](const std::string& platform) {
    folder.write("p.xml", platform);
    return read_scenario(folder.write("s.yaml", "name: x\nplatform: {file: p.xml}\nprotocols: [delta-gossip]\n"))[0]
        ->content_hash;
  };
  const std::string block(1 << 16, 'x');
  CHECK(hash(block + "a") != hash(block + "b"));
  CHECK(hash(block) != hash(block + "b"));
  CHECK(hash("") != hash("b"));
}
