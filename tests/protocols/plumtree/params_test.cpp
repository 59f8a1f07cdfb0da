// Parameters: the papers' defaults, and what has no meaning together.
#include "protocols/plumtree/params.hpp"

#include <catch2/catch.hpp>

#include "protocols/plumtree/promises.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::plumtree {
namespace {

using namespace std::chrono_literals;

std::string blamed(const std::vector<std::string>& words) { return bench::blamed("plumtree", words); }

TEST_CASE("the defaults are those of the experiments of HyParView, section 5.1, and of Plumtree without optimisation") {
  const Params params;
  CHECK(params.active_view == 5);
  CHECK(params.passive_view == 30);
  CHECK(params.arwl == 6);
  CHECK(params.prwl == 3);
  CHECK(params.shuffle_active == 3);
  CHECK(params.shuffle_passive == 4);
  CHECK(params.tree);
  CHECK(params.optimisation_threshold == 0);
  CHECK_FALSE(params.exchange);
  CHECK(blamed({}).empty());
}

TEST_CASE("what may be nothing is accepted, and what has no meaning is refused") {
  CHECK(blamed({"shuffle_active=0", "shuffle_passive=0", "prwl=0", "optimisation_threshold=0", "announce_delay=0s",
                "join_within=0s", "overlay_seed=0"})
            .empty());
  CHECK(blamed({"prwl=6", "arwl=6"}).empty());
  CHECK(blamed({"prwl=7", "arwl=6"}) == "prwl");
  CHECK(blamed({"tree=false", "optimisation_threshold=1"}) == "optimisation_threshold");
  CHECK(blamed({"tree=false", "optimisation_threshold=0"}).empty());
  CHECK(blamed({"optimisation_threshold=1"}).empty());
}

TEST_CASE("convergence is promised with the exchange alone, after ten cycles of the membership beside the joins") {
  Params params;
  CHECK_FALSE(promises(params).at(0).given);
  params.exchange = true;
  params.shuffle_interval = 3s;
  params.join_within = 7s;
  CHECK(promises(params).at(0).given);
  CHECK(promises(params).at(0).within == 60s + 30s + 7s);
}

}  // namespace
}  // namespace hearsay::plumtree
