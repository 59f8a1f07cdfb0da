// Anomalies of transactions, each as small as it can be, and histories without any.
#include "sim/metrics/transactions.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

struct Levels {
  bool uncommitted, committed, serial, strict;
  friend bool operator==(const Levels&, const Levels&) = default;
};
std::ostream& operator<<(std::ostream& out, const Levels& of) {
  return out << of.uncommitted << of.committed << of.serial << of.strict;
}
constexpr Levels nothing_wrong{false, false, false, false}, breaks_all{true, true, true, true},
    breaks_committed{false, true, true, true}, breaks_serial{false, false, true, true},
    breaks_strict{false, false, false, true};

// A transaction from one moment to another; `to` 0: nobody knows how it ended, -1: aborted.
TransactionRecord txn(int from, int to, const std::string& text) {
  TransactionRecord record;
  record.end = to > 0    ? TransactionRecord::End::committed
               : to == 0 ? TransactionRecord::End::unknown
                         : TransactionRecord::End::aborted;
  record.steps = *parse_transaction(text);
  record.invoked = Time(std::chrono::milliseconds(from));
  if (to > 0) record.answered = Time(std::chrono::milliseconds(to));
  return record;
}

Levels broken(const std::vector<TransactionRecord>& history) {
  const TransactionAnomalies found = check_transactions(history);
  return {found.read_uncommitted > 0, found.read_committed > 0, found.serializability > 0,
          found.strict_serializability > 0};
}

TEST_CASE("transactions one after the other are right") {
  CHECK(broken({}) == nothing_wrong);
  CHECK(broken({txn(1, 2, "read 1 =; append 1 1"), txn(3, 4, "read 1 = 1; append 1 2; read 1 = 1 2"),
                txn(5, 6, "read 1 = 1 2; read 2 =")}) == nothing_wrong);
  CHECK(broken({txn(1, 2, "read 1 =; write 1 1"), txn(3, 4, "read 1 = 1; write 1 2; read 1 = 2"),
                txn(5, 6, "read 1 = 2")}) == nothing_wrong);
  // One whose end is unknown may have happened or not.
  CHECK(broken({txn(1, 0, "append 1 1"), txn(3, 4, "read 1 = 1")}) == nothing_wrong);
  CHECK(broken({txn(1, 0, "append 1 1"), txn(3, 4, "read 1 =")}) == nothing_wrong);
}

TEST_CASE("a value that nobody wrote, or that stands in a list twice") {
  CHECK(broken({txn(1, 2, "read 1 = 7")}) == breaks_all);
  CHECK(broken({txn(1, 2, "append 1 1"), txn(3, 4, "read 1 = 1 1")}) == breaks_all);
}

TEST_CASE("G0: two transactions write in different orders") {
  CHECK(broken({txn(1, 9, "append 1 1; append 2 1"), txn(1, 9, "append 1 2; append 2 2"), txn(10, 11, "read 1 = 1 2"),
                txn(10, 11, "read 2 = 2 1")}) == breaks_all);
}

TEST_CASE("G1a: what was aborted is read") {
  CHECK(broken({txn(1, -1, "append 1 1"), txn(3, 4, "read 1 = 1")}) == breaks_committed);
  CHECK(broken({txn(1, -1, "write 1 1"), txn(3, 4, "read 1 = 1")}) == breaks_committed);
}

TEST_CASE("G1b: what was not final is read") {
  CHECK(broken({txn(1, 9, "append 1 1; append 1 2"), txn(3, 4, "read 1 = 1")}) == breaks_committed);
  CHECK(broken({txn(1, 9, "write 1 1; write 1 2"), txn(3, 4, "read 1 = 1")}) == breaks_committed);
}

TEST_CASE("G1c: two transactions read each other's writes") {
  CHECK(broken({txn(1, 9, "append 1 1; read 2 = 1"), txn(1, 9, "append 2 1; read 1 = 1")}) == breaks_committed);
  CHECK(broken({txn(1, 9, "write 1 1; read 2 = 1"), txn(1, 9, "write 2 1; read 1 = 1")}) == breaks_committed);
}

TEST_CASE("two reads of a list that are no beginnings of each other") {
  CHECK(broken({txn(1, 9, "append 1 1"), txn(1, 9, "append 1 2"), txn(10, 11, "read 1 = 1 2"),
                txn(10, 11, "read 1 = 2")}) == breaks_committed);
}

TEST_CASE("a transaction sees what it has written itself") {
  CHECK(broken({txn(1, 2, "append 1 1; read 1 =")}) == breaks_serial);
  CHECK(broken({txn(1, 2, "write 1 1; read 1 =")}) == breaks_serial);
  CHECK(broken({txn(1, 2, "append 1 1"), txn(1, 9, "read 1 =; read 1 = 1")}) == breaks_serial);
  CHECK(broken({txn(1, 2, "append 1 1"), txn(3, 4, "append 1 2; read 1 = 1 2")}) == nothing_wrong);
}

TEST_CASE("write skew, and a lost update of a register") {
  CHECK(broken({txn(1, 9, "read 1 =; append 2 1"), txn(1, 9, "read 2 =; append 1 1"),
                txn(10, 11, "read 1 = 1; read 2 = 1")}) == breaks_serial);
  CHECK(broken({txn(1, 2, "write 1 1"), txn(3, 9, "read 1 = 1; write 1 2"), txn(3, 9, "read 1 = 1; write 1 3")}) ==
        breaks_serial);
  CHECK(broken({txn(1, 9, "read 1 =; write 2 1"), txn(1, 9, "read 2 =; write 1 1")}) == breaks_serial);
}

TEST_CASE("a read of what was before is stale in real time alone") {
  CHECK(broken({txn(1, 2, "append 1 1"), txn(3, 4, "read 1 =")}) == breaks_strict);
  CHECK(broken({txn(1, 3, "append 1 1"), txn(3, 4, "read 1 =")}) == nothing_wrong);  // they meet: no order
  CHECK(broken({txn(1, 2, "append 1 1"), txn(3, 4, "append 1 2"), txn(5, 6, "read 1 = 1"),
                txn(7, 8, "read 1 = 1 2")}) == breaks_strict);
  CHECK(broken({txn(1, 2, "write 1 1"), txn(3, 4, "read 1 =")}) == breaks_strict);
}

TEST_CASE("transactions of a run are judged by their answers") {
  History h(1);
  h.answer(2, h.ask(1, OperationKind::write, "txn-list-append", "txn", "append 1 1; read 1"), "append 1 1; read 1 = 1");
  h.undo(4, h.ask(3, OperationKind::write, "txn-list-append", "txn", "append 1 2"));
  h.respond(4, h.ask(3, OperationKind::write, "txn-list-append", "txn", "append 1 3"), Outcome::timed_out);
  h.answer(6, h.ask(5, OperationKind::write, "txn-list-append", "txn", "read 1"), "read 1 = 1 3");
  h.answer(8, h.ask(7, OperationKind::write, "txn-list-append", "txn", "read 1"), "read 1 = 1 3 2");
  const RunResult result = h.finish(10);
  CHECK(result.violations.transactions.read_uncommitted == 0);
  CHECK(result.violations.transactions.read_committed == 1);
}

std::string cycle_of(const std::vector<TransactionRecord>& history) {
  static constexpr std::array whys{"write", "read", "anti", "time"};
  const auto cycle = find_cycle(history);
  std::string text = cycle ? cycle->breaks : "none";
  if (cycle)
    for (const TransactionEdge& edge : cycle->edges)
      text += "; " + std::to_string(edge.from) + " " + whys.at(static_cast<std::size_t>(edge.why)) + " " +
              std::to_string(edge.key) + " " + std::to_string(edge.to);
  return text;
}

TEST_CASE("the smallest cycle is named, with why each transaction comes before the next") {
  CHECK(cycle_of({txn(1, 2, "read 1 =; append 1 1"), txn(3, 4, "read 1 = 1")}) == "none");
  CHECK(cycle_of({txn(1, 9, "append 1 1; append 2 1"), txn(1, 9, "append 1 2; append 2 2"), txn(10, 11, "read 1 = 1 2"),
                  txn(10, 11, "read 2 = 2 1")}) == "read_uncommitted; 0 write 1 1; 1 write 2 0");
  CHECK(cycle_of({txn(1, 9, "append 1 1; read 2 = 2"), txn(1, 9, "append 2 2; read 1 = 1")}) ==
        "read_committed; 0 read 1 1; 1 read 2 0");
  CHECK(cycle_of({txn(1, 9, "read 1 =; append 2 1"), txn(1, 9, "read 2 =; append 1 2"), txn(10, 11, "read 1 = 2"),
                  txn(10, 11, "read 2 = 1")}) == "serializability; 0 anti 1 1; 1 anti 2 0");
  // 0 was answered before 2 was invoked, which has not read what 0 wrote; 1 is on no smallest cycle.
  CHECK(cycle_of({txn(1, 2, "append 1 1"), txn(3, 4, "read 2 ="), txn(5, 6, "read 1 ="), txn(7, 8, "read 1 = 1")}) ==
        "strict_serializability; 0 time 0 2; 2 anti 1 0");
}

}  // namespace
}  // namespace hearsay
