// Histories of one register that are known to be linearizable, or not.
#include "sim/metrics/linearizable.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/core/random.hpp"
#include "sim/metrics/registers.hpp"

namespace hearsay {
namespace {

using Kind = RegisterOperation::Kind;

constexpr std::size_t enough = 1'000'000;

RegisterOperation operation(Kind kind, WriteId write, int from, int to, std::string value = "",
                            std::string expected = "") {
  RegisterOperation made;
  made.kind = kind;
  made.write = write;
  made.value = std::move(value);
  made.expected = std::move(expected);
  made.invoked = Time(std::chrono::milliseconds(from));
  if (to > 0) made.answered = Time(std::chrono::milliseconds(to));
  return made;
}
RegisterOperation write(WriteId write, int from, int to, std::string value = "v") {
  return operation(Kind::write, write, from, to, std::move(value));
}
RegisterOperation read(WriteId write, int from, int to) { return operation(Kind::read, write, from, to); }
RegisterOperation read_value(std::string value, int from, int to) {
  return operation(Kind::read_value, no_write, from, to, std::move(value));
}
RegisterOperation cas(WriteId write, int from, int to, std::string expected, std::string value) {
  return operation(Kind::compare_and_set, write, from, to, std::move(value), std::move(expected));
}

RegisterOperation increment(WriteId write, int from, int to, WriteId found) {
  RegisterOperation made = operation(Kind::increment, write, from, to);
  made.found = found;
  return made;
}

bool fits(const RegisterHistory& history) { return check_register(history, enough) == Linearizable::yes; }
bool breaks(const RegisterHistory& history) { return check_register(history, enough) == Linearizable::no; }

TEST_CASE("one operation after the other: a read sees the last write") {
  CHECK(fits({}));
  CHECK(fits({read(no_write, 1, 2), write(0, 3, 4), read(0, 5, 6), write(1, 7, 8), read(1, 9, 10)}));
  CHECK(breaks({write(0, 1, 2), write(1, 3, 4), read(0, 5, 6)}));
  CHECK(breaks({write(0, 1, 2), read(no_write, 3, 4)}));
  CHECK(breaks({read(0, 1, 2), write(0, 3, 4)}));
}

TEST_CASE("while a write is under way reads may see it or not, but not the one after the other") {
  CHECK(fits({write(0, 1, 2), write(1, 3, 10), read(0, 4, 5), read(1, 6, 7)}));
  CHECK(breaks({write(0, 1, 2), write(1, 3, 10), read(1, 4, 5), read(0, 6, 7)}));
  CHECK(fits({write(0, 1, 2), write(1, 3, 10), read(1, 4, 7), read(0, 5, 6)}));
  // Herlihy and Wing 1990, figure 1, as registers.
  CHECK(fits({write(0, 1, 4), write(1, 2, 3), read(0, 5, 6)}));
  CHECK(fits({write(0, 1, 4), write(1, 2, 3), read(1, 5, 6)}));
  CHECK(breaks({write(0, 1, 4), write(1, 2, 3), read(1, 5, 6), read(0, 7, 8)}));
}

TEST_CASE("what has no answer may happen late or never, and has happened once it was seen") {
  CHECK(fits({write(0, 1, 2), write(1, 3, 0), read(0, 100, 101), read(1, 200, 201)}));
  CHECK(fits({write(0, 1, 2), write(1, 3, 0), read(0, 100, 101)}));
  CHECK(breaks({write(0, 1, 2), write(1, 3, 0), read(1, 100, 101), read(0, 200, 201)}));
  CHECK(fits({write(0, 1, 2, "a"), write(1, 3, 0, "b"), cas(2, 10, 11, "b", "c"), read(2, 12, 13)}));
  CHECK(breaks({write(0, 1, 2, "a"), write(1, 30, 0, "b"), cas(2, 10, 11, "b", "c"), read(2, 12, 13)}));
  CHECK(fits({write(0, 1, 2, "a"), cas(1, 3, 0, "a", "b"), read(0, 5, 6), read(1, 7, 8)}));
}

TEST_CASE("a read of a value may have seen any write of it") {
  CHECK(fits({write(0, 1, 2, "a"), write(1, 3, 4, "b"), read_value("b", 5, 6)}));
  CHECK(breaks({write(0, 1, 2, "a"), write(1, 3, 4, "b"), read_value("a", 5, 6)}));
  CHECK(fits({write(0, 1, 2, "a"), write(1, 3, 4, "b"), write(2, 5, 6, "a"), read_value("a", 7, 8)}));
  CHECK(breaks({read_value("a", 1, 2), write(0, 3, 4, "a")}));
  // While a write is under way: seen by one, then not by the next.
  CHECK(fits({write(0, 1, 2, "a"), write(1, 3, 10, "b"), read_value("a", 4, 5), read_value("b", 6, 7)}));
  CHECK(breaks({write(0, 1, 2, "a"), write(1, 3, 10, "b"), read_value("b", 4, 5), read_value("a", 6, 7)}));
  // Without an answer it may have happened at any time, or through a compare-and-set without one.
  CHECK(fits({write(0, 1, 2, "a"), write(1, 3, 0, "b"), read_value("a", 50, 51), read_value("b", 60, 61)}));
  CHECK(breaks({write(0, 1, 2, "a"), write(1, 3, 0, "b"), read_value("b", 50, 51), read_value("a", 60, 61)}));
  CHECK(fits({write(0, 1, 2, "a"), cas(1, 3, 0, "a", "b"), cas(2, 4, 0, "b", "c"), read_value("c", 50, 51)}));
  CHECK(breaks({write(0, 1, 2, "a"), cas(1, 3, 0, "x", "b"), read_value("b", 50, 51)}));
  CHECK(breaks({write(0, 1, 2, "a"), read(no_write, 3, 4)}));
  const RegisterHistory counted{increment(0, 1, 2, no_write), read_value("a", 3, 4)};
  CHECK(check_register(counted, enough) == Linearizable::unknown);
}

TEST_CASE("a compare-and-set needs the value that it expects, whoever wrote it") {
  CHECK(fits({write(0, 1, 2, "a"), cas(1, 3, 4, "a", "b"), cas(2, 5, 6, "b", "c"), read(2, 7, 8)}));
  CHECK(breaks({write(0, 1, 2, "a"), cas(1, 3, 4, "a", "b"), cas(2, 5, 6, "a", "c")}));
  CHECK(breaks({cas(0, 1, 2, "a", "b")}));
  CHECK(fits({write(0, 1, 9, "a"), cas(1, 2, 8, "b", "c"), write(2, 3, 7, "b"), read(1, 10, 11)}));
  // One that was refused has seen a value that it did not expect.
  CHECK(fits({write(0, 1, 2, "a"), operation(Kind::refused, 0, 3, 4, "c", "b")}));
  CHECK(breaks({write(0, 1, 2, "a"), operation(Kind::refused, 0, 3, 4, "c", "a")}));
  CHECK(breaks({write(0, 1, 2, "a"), write(1, 3, 4, "d"), operation(Kind::refused, 0, 5, 6, "c", "b")}));
}

TEST_CASE("an increment finds what stood just before it, and nobody else does") {
  CHECK(fits({increment(0, 1, 2, no_write), increment(1, 3, 4, 0), read(1, 5, 6)}));
  CHECK(breaks({increment(0, 1, 2, no_write), increment(1, 3, 4, no_write)}));
  CHECK(breaks({increment(0, 1, 9, no_write), increment(1, 2, 8, 0), increment(2, 3, 7, 0)}));  // one is lost
  CHECK(fits({increment(0, 1, 9, no_write), increment(1, 2, 8, 2), increment(2, 3, 7, 0), read(1, 10, 11)}));
  CHECK(breaks({increment(0, 1, 9, no_write), increment(1, 2, 8, 2), increment(2, 3, 7, 0), read(2, 10, 11)}));
  // One without an answer has happened where another one has found it, and need not have where nobody has.
  CHECK(fits({increment(0, 1, 2, no_write), increment(1, 3, 0, no_write), increment(2, 4, 5, 1)}));
  CHECK(fits({increment(0, 1, 2, no_write), increment(1, 3, 0, no_write), increment(2, 4, 5, 0), read(2, 6, 7)}));
  CHECK(breaks({increment(0, 1, 2, no_write), increment(1, 3, 0, no_write), increment(2, 4, 5, 1), read(0, 6, 7)}));
  CHECK(fits({write(0, 1, 2, "5"), increment(1, 3, 4, 0), read(1, 5, 6)}));
  CHECK(breaks({write(0, 1, 2, "5"), write(1, 3, 4, "6"), increment(2, 5, 6, 0)}));
}

TEST_CASE("nobody knows whether a compare-and-set fits what increments have made") {
  CHECK(check_register({increment(0, 1, 2, no_write), cas(1, 3, 4, "1", "5")}, enough) == Linearizable::unknown);
}

TEST_CASE("what meets in one instant overlaps") {
  CHECK(fits({write(0, 1, 2), write(1, 2, 3), read(0, 4, 5)}));
  CHECK(breaks({write(0, 1, 2), write(1, 3, 4), read(0, 5, 6)}));
}

TEST_CASE("a search that would take too long says that it does not know") {
  // Sixteen compare-and-sets at once, in a ring of values that nobody has begun.
  RegisterHistory hard{write(100, 1, 2, "start")};
  for (WriteId id = 0; id < 16; ++id) {
    hard.push_back(write(id, 10, 100, "v" + std::to_string(id)));
    hard.push_back(cas(200 + id, 10, 100, "v" + std::to_string((id + 1) % 16), "w" + std::to_string(id)));
  }
  hard.push_back(cas(300, 10, 100, "nowhere", "x"));
  CHECK(check_register(hard, 1000) == Linearizable::unknown);
}

TEST_CASE("of hundreds of operations with two hundred under way at a time most are found to fit, and none not to") {
  RandomStream random(1, "wide");
  int found = 0;
  for (int trial = 0; trial < 20; ++trial) {
    RegisterHistory history;
    std::string value;
    WriteId held = no_write;
    for (WriteId id = 0; id < 300; ++id) {  // one after the other at times 1000 + id, and answered when all have waited
      const std::string next = "v" + std::to_string(random.below(5));
      const int at = 1000 + static_cast<int>(id), from = at - static_cast<int>(random.below(200)),
                to = at + static_cast<int>(random.below(200));
      if (random.chance(0.3)) {
        history.push_back(read(held, from, to));
        continue;
      }
      if (random.chance(0.4) && held != no_write)
        history.push_back(cas(id, from, random.chance(0.1) ? 0 : to, value, next));
      else
        history.push_back(write(id, from, random.chance(0.1) ? 0 : to, next));
      held = id;
      value = next;
    }
    const Linearizable answer = check_register(history, 100'000);
    CHECK(answer != Linearizable::no);
    found += answer == Linearizable::yes ? 1 : 0;
  }
  CHECK(found >= 15);
}

// Tries every order, for histories of a few operations.
bool fits_by_hand(const RegisterHistory& history) {
  std::vector<std::size_t> order(history.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  do {
    std::string value;
    WriteId held = no_write;
    bool good = true;
    for (std::size_t i = 0; i < order.size() && good; ++i) {
      const RegisterOperation& o = history[order[i]];
      for (std::size_t j = i + 1; j < order.size(); ++j) good = good && history[order[j]].answered >= o.invoked;
      if (o.kind == Kind::read) good = good && o.write == held;
      if (o.kind == Kind::compare_and_set) good = good && held != no_write && value == o.expected;
      if (o.kind == Kind::increment) good = good && o.found == held;
      if (o.kind != Kind::read) {
        held = o.write;
        value = o.value;
      }
    }
    if (good) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

TEST_CASE("the search agrees with trying every order, on random small histories") {
  RandomStream random(1, "histories");
  int yes = 0, no = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    RegisterHistory history;
    for (WriteId id = 0; id < 6; ++id) {
      const int from = static_cast<int>(random.below(30));
      const int to = from + 1 + static_cast<int>(random.below(15));
      const std::string value = "v" + std::to_string(random.below(2));
      const auto kind = random.below(3);
      if (kind == 0) history.push_back(write(id, from, to, value));
      if (kind == 1) history.push_back(cas(id, from, to, "v" + std::to_string(random.below(2)), value));
      if (kind == 2)
        history.push_back(read(history.empty() ? no_write : history[random.below(history.size())].write, from, to));
    }
    std::erase_if(history, [&](const RegisterOperation& o) {  // a read of what nobody writes says nothing
      return o.kind == Kind::read && o.write != no_write &&
             std::none_of(history.begin(), history.end(),
                          [&](const RegisterOperation& w) { return w.kind != Kind::read && w.write == o.write; });
    });
    const bool expected = fits_by_hand(history);
    CHECK((check_register(history, enough) == Linearizable::yes) == expected);
    ++(expected ? yes : no);
  }
  CHECK(yes > 300);
  CHECK(no > 300);
}

TEST_CASE("so it does on random small histories of counters") {
  RandomStream random(1, "counters");
  int yes = 0, no = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    RegisterHistory history;
    for (WriteId id = 0; id < 6; ++id) {
      const int from = static_cast<int>(random.below(30));
      const int to = from + 1 + static_cast<int>(random.below(25));
      const auto other = static_cast<WriteId>(random.below(7));  // 6: none
      const WriteId seen = other == 6 || other == id ? no_write : other;
      const auto kind = random.below(3);
      if (kind == 0) history.push_back(write(id, from, to));
      if (kind == 1) history.push_back(increment(id, from, to, seen));
      if (kind == 2) history.push_back(read(seen, from, to));
    }
    const auto known = [&](WriteId write) {
      return write == no_write || std::any_of(history.begin(), history.end(), [&](const RegisterOperation& w) {
               return w.kind != Kind::read && w.write == write;
             });
    };
    if (!std::all_of(history.begin(), history.end(), [&](const RegisterOperation& o) {
          return known(o.kind == Kind::read ? o.write : o.kind == Kind::increment ? o.found : no_write);
        }))
      continue;
    const bool expected = fits_by_hand(history);
    CHECK((check_register(history, enough) == Linearizable::yes) == expected);
    ++(expected ? yes : no);
  }
  CHECK(yes > 30);
  CHECK(no > 300);
}

TEST_CASE("the shortest violation ends with the first answer that does not fit") {
  const RegisterHistory history{write(0, 1, 2),  write(1, 3, 4),  read(0, 5, 6),
                                write(2, 5, 20), read(2, 30, 31), read(0, 40, 41)};
  const RegisterHistory shortest = shortest_violation(history, enough);
  REQUIRE(shortest.size() == 4);
  CHECK(shortest[2].write == 0);
  CHECK(shortest[3].answered == never);
}

TEST_CASE("registers are judged by key, and only those of the workload `register`") {
  const auto operation_of = [](OperationKind kind, const char* method, const char* key, WriteId write, OpId id) {
    Operation made;
    made.id = id;
    made.kind = kind;
    made.method = method;
    made.key = key;
    made.value = "v";
    made.write = write;
    return made;
  };
  for (const char* method : {"write", ""}) {
    Registers registers;
    const bool judged = *method != 0;
    const char* read = judged ? "read" : "";
    std::vector<Operation> operations{operation_of(OperationKind::write, method, "k", 0, 0),
                                      operation_of(OperationKind::write, method, "l", 1, 1),
                                      operation_of(OperationKind::read, read, "k", no_write, 2),
                                      operation_of(OperationKind::read, read, "l", no_write, 3),
                                      operation_of(OperationKind::read, read, "k", no_write, 4)};  // more follow
    for (const Operation& o : operations) {
      const Time at(std::chrono::milliseconds(10 * (o.id + 1)));
      registers.observe(Event::invoke(at, 0, o));
      Response response;
      if (o.key == "k" && o.kind == OperationKind::read) response.seen = {0};
      registers.observe(Event::respond(at + std::chrono::milliseconds(5), 0, o, response));
    }
    registers.observe(Event::finish(Time(std::chrono::seconds(1))));
    CHECK(registers.violations() == (judged ? 1 : 0));  // `l` was read as if it had not been written
    CHECK(registers.undecided() == 0);
    CHECK(registers.first_violation().has_value() == judged);
    if (judged) CHECK(registers.first_violation()->key == "l");
  }
}

}  // namespace
}  // namespace hearsay
