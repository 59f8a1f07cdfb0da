#include "sim/transport/mostly_one_list.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

std::vector<int> entries(const MostlyOneList<int>& list) { return {list.begin(), list.end()}; }

}  // namespace

TEST_CASE("a list of mostly one entry holds what a vector would, and leaves nothing behind where it moves away") {
  RandomStream random(1, "mostly one list");
  MostlyOneList<int> list;
  std::vector<int> model;
  for (int step = 0; step < 5000; ++step) {
    const auto choice = random.below(10);
    if (choice < 5) {
      list.push_back(step);
      model.push_back(step);
    } else if (choice < 7) {
      const int divisor = static_cast<int>(random.below(3)) + 1;
      std::vector<int> asked;
      const auto unwanted = [&](int entry) { return entry % divisor == 0; };
      list.remove_if([&](int entry) {
        asked.push_back(entry);
        return unwanted(entry);
      });
      REQUIRE(asked == model);
      std::erase_if(model, unwanted);
    } else if (choice < 9) {
      MostlyOneList<int> moved(std::move(list));
      REQUIRE(list.empty());  // NOLINT(bugprone-use-after-move): that is what it promises
      REQUIRE(entries(moved) == model);
      list.push_back(-1);  // NOLINT(clang-analyzer-cplusplus.Move): it is a list again, and empty
      list.push_back(-2);
      list = std::move(moved);
      REQUIRE(moved.empty());  // NOLINT(bugprone-use-after-move)
    } else {
      list = {};
      model.clear();
    }
    REQUIRE(list.size() == model.size());
    REQUIRE(list.empty() == model.empty());
    REQUIRE(entries(list) == model);
    REQUIRE(std::vector<int>(list.all().begin(), list.all().end()) == model);
    if (!model.empty()) REQUIRE(list.front() == model.front());
  }
}
