#include "protocols/delta-gossip/short_list.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

using List = ShortList<std::string>;
using Model = std::vector<std::string>;

Model content(const List& list) {
  Model entries;
  for (const std::string& entry : list) entries.push_back(entry);
  CHECK(entries.size() == list.size());
  CHECK(entries.empty() == list.empty());
  for (std::size_t i = 0; i < entries.size(); ++i) CHECK(entries[i] == list[i]);
  return entries;
}

TEST_CASE("a short list holds what was put at its end, in that order, and a copy of it does not change with it") {
  List list;
  CHECK(content(list).empty());
  Model model;
  for (int i = 0; i < 5; ++i) {
    const List before = list;
    list.push_back(std::to_string(i));
    CHECK(content(before) == model);
    model.push_back(std::to_string(i));
    CHECK(content(list) == model);
  }
  CHECK(content(List{"a", "b", "c"}) == Model{"a", "b", "c"});
  List other{"x"};
  other = list;
  CHECK(content(other) == model);
}

TEST_CASE("a short list takes all that another one has, which is empty then and can be filled again") {
  for (std::size_t ours = 0; ours < 4; ++ours)
    for (std::size_t theirs = 0; theirs < 4; ++theirs) {
      List list, other;
      Model model;
      for (std::size_t i = 0; i < ours; ++i) model.push_back("ours " + std::to_string(i));
      for (std::size_t i = 0; i < theirs; ++i) model.push_back("theirs " + std::to_string(i));
      for (std::size_t i = 0; i < ours; ++i) list.push_back(model[i]);
      for (std::size_t i = 0; i < theirs; ++i) other.push_back(model[ours + i]);
      list.take_from(other);
      CHECK(content(list) == model);
      CHECK(content(other).empty());
      other.push_back("again");
      CHECK(content(other) == Model{"again"});
    }
}

}  // namespace
}  // namespace hearsay
