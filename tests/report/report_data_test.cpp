// The HTML page's document.
#include "sim/report/report_data.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

TEST_CASE("a command that names the program by its absolute path is shown as one by ./hearsay") {
  CHECK(command_elsewhere("/home/me/hearsay/hearsay run a.yaml") == "./hearsay run a.yaml");
  CHECK(command_elsewhere("'/home/me and you/hearsay' run '/a b.yaml'") == "./hearsay run '/a b.yaml'");
  for (const char* as_it_is :
       {"./hearsay run a.yaml", "hearsay run /a.yaml", "../hearsay run a", "/usr/bin/other run a"})
    CHECK(command_elsewhere(as_it_is) == as_it_is);
}

}  // namespace
}  // namespace hearsay
