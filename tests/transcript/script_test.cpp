// Scripts: what they refuse, at which line, and what their commands choose.
#include "sim/transcript/script.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace hearsay::bench {
namespace {

// "LINE: what is wrong"
std::string refused(const std::string& text) {
  try {
    run_script(text);
  } catch (const ScriptError& error) {
    return std::to_string(error.line) + ": " + error.what();
  }
  return "";
}

const std::string boot = "boot 3 plumtree shuffle_interval=1000s\n";

// What the last command of a script that boots this cluster prints.
std::string printed(const std::string& commands, const std::string& last) {
  const std::string text = run_script(boot + commands + "----\n\n" + last + "\n----\n\n");
  const std::string before = last + "\n----\n";
  return text.substr(text.rfind(before) + before.size());
}

}  // namespace

TEST_CASE("a script is refused at the line that is wrong") {
  CHECK(refused("write 0 k v") == "1: boot comes first");
  CHECK(refused("# a comment\n\nfly") == "3: no such command: fly");
  CHECK(refused(boot + "----\nwhat\nstood here\n\nfly") == "6: no such command: fly");
  CHECK(refused(boot + "----\n----\n\nfly") == "5: no such command: fly");
  CHECK(refused("boot x plumtree") == "1: not a number: x");
  CHECK(refused("boot 2x plumtree") == "1: not a number: 2x");
  CHECK(refused("boot -2 plumtree") == "1: not a number: -2");
  CHECK(refused("boot 1234567890 plumtree") == "1: not a number: 1234567890");
  CHECK(refused("boot 2 nobody") == "1: no such protocol: nobody");
  CHECK(refused("boot 2") == "1: a word is missing: boot");
  CHECK(refused("boot 2 plumtree pace=3") == "1: no such parameter: pace=3");
  CHECK(refused(boot + "write 0 k") == "2: a word is missing: write");
  CHECK(refused(boot + "write 3 k v") == "2: there is no node 3");
  CHECK(refused(boot + "write 2 k v").empty());
  CHECK(refused(boot + "crash 0 burnt") == "2: what is burnt?");
  CHECK(refused(boot + "break 0 1 badly") == "2: what is badly?");
  CHECK(refused(boot + "timers soon") == "2: not a number: soon");
}

TEST_CASE("a command that touches nothing is a mistake") {
  for (const std::string command : {"deliver", "drop", "duplicate", "corrupt"})
    CHECK(refused(boot + "quiet settle\n" + command) == "3: nothing like that is in flight");
  CHECK(refused(boot + "deliver 0->1 shuffle") == "2: nothing like that is in flight");
  CHECK(refused(boot + "quiet settle\nsettle").empty());
}

TEST_CASE("in-flight shows what is on its way, and a filter chooses by ends, kind and age") {
  const std::string written = "quiet settle\nquiet write 0 k v\n";
  CHECK(printed("quiet settle\n", "in-flight") == "nothing in flight\n\n");
  CHECK(printed(written, "in-flight") == "0 -> 1 gossip w0 round 1\n0 -> 2 gossip w0 round 1\n\n");
  CHECK(printed(written + "quiet deliver first\n", "in-flight").starts_with("0 -> 2 gossip"));
  CHECK(printed(written + "quiet deliver last\n", "in-flight").starts_with("0 -> 1 gossip"));
  CHECK(printed(written + "quiet deliver *->2\n", "in-flight").starts_with("0 -> 1 gossip"));
  CHECK(printed(written + "quiet deliver 0->1\n", "in-flight").starts_with("0 -> 2 gossip"));
  CHECK(printed(written + "quiet deliver 0->*\n", "in-flight") ==
        "1 -> 2 gossip w0 round 2\n2 -> 1 gossip w0 round 2\n\n");
  CHECK(printed(written + "quiet deliver gossip\n", "in-flight") ==
        "1 -> 2 gossip w0 round 2\n2 -> 1 gossip w0 round 2\n\n");
}

TEST_CASE("states groups live nodes, counts shows messages, metrics those that are not 0") {
  const std::string written = "quiet settle\nquiet write 0 k v\nquiet deliver 0->1\n";
  CHECK(printed(written, "states") == "S0: 2\nS1: 0 1\n\n");
  CHECK(printed(written + "quiet crash 1 lost\n", "states") == "S0: 2\nS1: 0\n\n");
  CHECK(printed(written + "quiet leave 2\n", "states") == "S1: 0 1\n\n");
  CHECK(printed(written + "quiet settle\n", "counts").find("gossip: 4 sent, 4 delivered\n") != std::string::npos);
  CHECK(printed(written + "quiet settle\n", "counts").find("redundant: 2\n") != std::string::npos);
  CHECK(printed(written, "counts").find("graft") == std::string::npos);
  const std::string metrics = printed(written, "metrics");
  CHECK(metrics.find("active_links: 6\n") != std::string::npos);
  CHECK(metrics.find(": 0\n") == std::string::npos);
}

TEST_CASE("quiet hides what its command causes and keeps what was said before") {
  const std::string text = run_script(boot + "quiet settle\n----\n\nwrite 0 k v\nquiet settle\nstates\n----\n\n");
  const std::string said = text.substr(text.rfind("----\n") + 5);
  CHECK(said.starts_with("client: op0 writes w0 k=v at 0\n"));
  CHECK(said.ends_with("S1: 0 1 2\n\n"));
  CHECK(said.find("0 -> 1 gossip") == std::string::npos);
}

TEST_CASE("output that stands in the file is replaced, and text between blocks is kept") {
  const std::string once = run_script("# why\n" + boot + "----\nanything\nat all\n\n# then\nwrite 0 k v\n----\n\n");
  CHECK(once.starts_with("# why\n" + boot + "----\n  0 state S0\n"));
  CHECK(once.find("anything") == std::string::npos);
  CHECK(once.find("\n\n# then\nwrite 0 k v\n----\nclient: op0 writes w0 k=v at 0\n") != std::string::npos);
  CHECK(run_script(once) == once);
}

TEST_CASE("edges make the overlay") {
  const std::string text = run_script(
      "boot 3 delta-gossip edges=[0-1,1-2] eager=true spread=none\n"
      "quiet write 1 k v\nin-flight\n----\n\n");
  CHECK(text.find("1 -> 0 gossip") != std::string::npos);
  CHECK(text.find("1 -> 2 gossip") != std::string::npos);
  const std::string end = run_script(
      "boot 3 delta-gossip edges=[0-1,1-2] eager=true spread=none\n"
      "quiet write 0 k v\nin-flight\n----\n\n");
  CHECK(end.find("0 -> 1 gossip") != std::string::npos);
  CHECK(end.find("0 -> 2 gossip") == std::string::npos);
}

}  // namespace hearsay::bench
