#include "sim/core/stable_list.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

using namespace hearsay;

TEMPLATE_TEST_CASE_SIG("an entry of a stable list stays where it is, and one that went leaves nothing behind", "",
                       ((std::size_t per_chunk), per_chunk), 1, 8, 64) {
  StableList<std::shared_ptr<int>, per_chunk> list;
  std::vector<std::shared_ptr<int>*> at;
  const auto grow = [&](int to) {
    while (static_cast<int>(list.size()) < to) {
      std::shared_ptr<int>& fresh = list.grow();
      CHECK(fresh == nullptr);
      fresh = std::make_shared<int>(static_cast<int>(list.size()));
      if (at.size() < list.size()) at.push_back(&fresh);
    }
  };
  grow(50);
  for (std::size_t i = 0; i < 50; ++i) REQUIRE((&list[i] == at[i] && **at[i] == static_cast<int>(i) + 1));
  std::weak_ptr<int> gone = list.back();
  while (list.size() > 11) list.pop_back();
  CHECK(gone.expired());
  CHECK(*list.back() == 11);
  for (std::size_t i = 0; i < 11; ++i) REQUIRE((&list[i] == at[i] && **at[i] == static_cast<int>(i) + 1));
  grow(20);
  CHECK(*list[19] == 20);
  while (list.size() > 0) list.pop_back();
  grow(1);
  CHECK(*list[0] == 1);

  std::weak_ptr<int> last;
  {
    StableList<std::shared_ptr<int>, per_chunk> other;
    for (int i = 0; i < 9; ++i) last = other.grow() = std::make_shared<int>(i);
    CHECK_FALSE(last.expired());
  }
  CHECK(last.expired());
}
