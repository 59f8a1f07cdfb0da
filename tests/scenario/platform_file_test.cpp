// What is known of a platform file without SimGrid, with its line and column.
#include "sim/scenario/platform_file.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using Catch::Contains;

namespace {

// The one mistake of a zone with this in its line 3, as LINE:COLUMN: MESSAGE; "" if there is none.
std::string mistake_in(const std::string& content, const std::string& before = "") {
  const std::string text = "<?xml version='1.0'?>" + before +
                           "\n<!-- <trace/> --><platform><zone id=\"z\" routing=\"Full\">\n" + content +
                           "\n</zone></platform>\n";
  const PlatformFile file = read_platform_text(text, "p.xml");
  if (file.mistakes.empty()) return "";
  REQUIRE(file.mistakes.size() == 1);
  const Mistake& mistake = file.mistakes.front();
  CHECK(mistake.file == "p.xml");
  return std::to_string(mistake.line) + ":" + std::to_string(mistake.column) + ": " + mistake.message;
}

std::string a_link(const std::string& bandwidth, const std::string& latency) {
  return "<link id='l' bandwidth='" + bandwidth + "' latency='" + latency + "'/>";
}

}  // namespace

TEST_CASE("latencies, bandwidths and speeds out of bounds are found where they are, and the bound is named") {
  for (const char* latency : {"inf", "1e300", "nan", "3600001s", "-1ms", "1e999", "60000000m"}) {
    INFO(latency);
    const std::string text = mistake_in(a_link("1Gbps", latency));
    CHECK_THAT(text, Contains("3:32: the latency `" + std::string(latency) + "`"));
    CHECK_THAT(text, Contains("between 0s and 3600000s"));
  }
  for (const char* bandwidth : {"inf", "1e-300", "0", "-1Gbps", "nan", "0.9bps", "9e15Bps", "1YBps"}) {
    INFO(bandwidth);
    const std::string text = mistake_in(a_link(bandwidth, "1ms"));
    CHECK_THAT(text, Contains("3:14: the bandwidth `" + std::string(bandwidth) + "`"));
    CHECK_THAT(text, Contains("between 1bps and 8Pbps"));
  }
  for (const char* fine : {"1bps", "1Bps", "125MBps", "8Pbps", "1PiBps", "10Kbps", "1.25E8Bps", "1000"}) {
    INFO(fine);
    if (std::string(fine) != "1PiBps") CHECK(mistake_in(a_link(fine, "0")).empty());
  }
  for (const char* fine : {"0", "0ms", "2097152s", "150us", "1ps", "1w", "1E-4s"}) {
    INFO(fine);
    CHECK(mistake_in(a_link("1Gbps", fine)).empty());
  }
  CHECK_THAT(mistake_in("<host id='h' speed='0f'/>"), Contains("the speed `0f`"));
  CHECK(mistake_in("<host id='h' speed='1E8, 5E7, 0.5Gf, 2gigaflops'/>").empty());
  CHECK(mistake_in("<host id='h' speed='1Gf, 0f, 0.5f'/>").empty());  // switched off, in its second state
  CHECK_THAT(mistake_in("<host id='h' speed='0f, 1Gf'/>"), Contains("the speed `0f`"));
  CHECK_THAT(mistake_in("<cluster radical='0-9' bw='1GBps' lat='inf'/>"), Contains("latency"));
  CHECK_THAT(mistake_in("<cluster radical='0-9' bw='1GBps' lat='1us' bb_bw='0Bps'/>"), Contains("bandwidth"));
  CHECK_THAT(mistake_in("<peer id='p' bw_in='1e-9' bw_out='1GBps' speed='1Gf'/>"), Contains("bandwidth"));
}

TEST_CASE("what SimGrid or we cannot do well is refused: WIFI, profiles, other files") {
  CHECK_THAT(mistake_in("<link id='l' sharing_policy='WIFI' bandwidth='54Mbps,24Mbps' latency='0ms'/>"),
             Contains("3:14: WIFI links"));
  for (const char* zone : {"<zone id='w' routing='Wifi'/>", "<AS id='w' routing='WIFI'/>"})
    CHECK_THAT(mistake_in(zone), Contains("WIFI"));
  CHECK(mistake_in("<other sharing_policy='WIFI' routing='WIFI'/>").empty());
  CHECK_THAT(
      mistake_in("<host id='b' speed='1Gf' state_file='b.profile'/>"),
      Contains("3:26: `state_file` of host b is a profile, which is not supported; leave it out and write it as the "
               "fault `crash`"));
  CHECK_THAT(mistake_in("<link id='l' bandwidth='1Bps' latency='1s' latency_file='x'/>"), Contains("fault `delay`"));
  CHECK_THAT(mistake_in("<link id='l' bandwidth='1Bps' latency='1s' bandwidth_file='x'/>"),
             Contains("fault `bandwidth`"));
  CHECK_THAT(mistake_in("<peer id='p' bw_in='1Bps' bw_out='1Bps' speed='1Gf' speed_file='x'/>"),
             Contains("fault `slow`"));
  CHECK(mistake_in("<host id='b' speed='1Gf' state_file=''/>").empty());
  CHECK_THAT(mistake_in("<trace id='t' periodicity='1.0'>0 1</trace>"), Contains("profile"));
  CHECK_THAT(mistake_in("<include file='/etc/passwd'/>"), Contains("another file"));
  CHECK_THAT(mistake_in("", "<!DOCTYPE platform [<!ENTITY x 'y'>]>"), Contains("no DTD of their own"));
}

TEST_CASE("a platform sets keys of network, host and surf, and no others") {
  const auto config = [](const std::string& key) {
    return "<config id='c'><prop id='" + key + "' value='v'/></config>";
  };
  for (const char* key :
       {"tracing", "tracing/filename", "path", "plugin/dvfs/governor", "smpi/keep-temps", "debug/verbose-exit",
        "contexts/stack-size", " network/model", "&#110;etwork/model", "networks"}) {
    INFO(key);
    CHECK_THAT(mistake_in(config(key)), Contains("3:22: a platform cannot set SimGrid's `" + std::string(key) + "`"));
  }
  const PlatformFile file = read_platform_text(
      "<config>" + config("network/latency-factor") + "</config><zone><prop id='tracing' value='1'/></zone>", "");
  CHECK(file.mistakes.empty());
  CHECK(file.config == std::vector<std::pair<std::string, std::string>>{{"network/latency-factor", "v"}});
}

TEST_CASE("hosts are counted before they are built") {
  CHECK(read_platform_text("<host/><host></host><cluster radical='0-99,200,300-301'/><peer/><!-- <host/> -->", "")
            .hosts == 106);
  CHECK(mistake_in("<cluster radical='0-199999'/>").empty());
  CHECK_THAT(mistake_in("<cluster radical='0-200000'/>"), Contains("3:1: the platform has 200001 hosts"));
  CHECK_THAT(mistake_in("<cluster radical='0-9223372036854775807'/>"), Contains("more than the 200000 that are built"));
}

TEST_CASE("a radical that is none, or runs backwards, adds no hosts") {
  CHECK(
      read_platform_text("<host/><cluster radical='none'/><cluster radical='3-5,x'/><cluster radical=''/>", "").hosts ==
      1);
  CHECK(read_platform_text("<cluster radical='7-3,5'/>", "").hosts == 1);
}

TEST_CASE("comments end where they end, whatever is in them or follows") {
  CHECK(read_platform_text("<!----><host/>", "").hosts == 1);
  CHECK(read_platform_text("<!-- x <host--><host/>", "").hosts == 1);
  CHECK(read_platform_text("<?a?><?b <host/>?><!DOCTYPE x><host/>", "").hosts == 1);
}

TEST_CASE("a platform without a zone is refused at its line") {
  for (const char* text : {"<?xml?>\n <platform version='4.1'>\n<!-- <zone/> --></platform>", "\n <platform/>"}) {
    const auto mistakes = read_platform_text(text, "").mistakes;
    REQUIRE(mistakes.size() == 1);
    CHECK((mistakes[0].line == 2 && mistakes[0].column == 2));
    CHECK_THAT(mistakes[0].message, Contains("has no zone"));
  }
  for (const char* zone : {"<zone/>", "<AS/>", "<cluster radical='0-1'/>"})
    CHECK(read_platform_text("<platform>" + std::string(zone) + "</platform>", "").mistakes.empty());
}

TEST_CASE("a text that is no XML is left to SimGrid, and mistakes are few") {
  for (const char* text :
       {"", "<", "</", "<a", "<a b", "<a b=", "<a b='", "<a b='c'", "<!--", "<?", "<!", "a>b", "<a/"})
    CHECK(read_platform_text(text, "").mistakes.empty());
  std::string many;
  for (int i = 0; i < 1000; ++i) many += a_link("0", "1s");
  CHECK(read_platform_text(many, "").mistakes.size() == 100);
}
