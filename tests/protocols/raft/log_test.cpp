// The log in memory: what is found where, and what configuration is in force.
#include "protocols/common/raft/log.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace hearsay::raft;

namespace {

Log log_of(std::initializer_list<Term> terms) {
  Log log({0, 0, 0, {{0, 1, 2}, {}}});
  for (const Term term : terms) log.append(term, noop());
  return log;
}

}  // namespace

TEST_CASE("a log knows the terms of what it holds, and of its base") {
  Log log = log_of({1, 1, 3});
  CHECK(log.last() == 3);
  CHECK(log.term(0) == Term{0});
  CHECK(log.term(3) == Term{3});
  CHECK_FALSE(log.term(4));
  log.compact(2);
  CHECK(log.base().index == 2);
  CHECK(log.term(2) == Term{1});
  CHECK_FALSE(log.term(1));
  CHECK(log.last() == 3);
  CHECK(log.at(3).term == 3);
}

TEST_CASE("logs with equal entries have equal hashes, whether compacted or not, and others have not") {
  Log a = log_of({1, 2, 2}), b = log_of({1, 2, 2}), c = log_of({1, 1, 2});
  a.compact(2);
  CHECK(a.last_prefix() == b.last_prefix());
  CHECK(a.prefix(2) == b.prefix(2));
  CHECK(b.last_prefix() != c.last_prefix());
  CHECK(b.prefix(1) == c.prefix(1));
}

TEST_CASE("where two logs can agree, all entries of later terms are skipped in one step (Raft, section 5.3)") {
  const Log log = log_of({1, 1, 4, 4, 5});
  CHECK(log.find_conflict(5, 4) == 4);
  CHECK(log.find_conflict(5, 3) == 2);
  CHECK(log.find_conflict(9, 5) == 5);
  CHECK(log.find_conflict(2, 1) == 2);
  CHECK(log.find_conflict(5, 0) == 0);
}

TEST_CASE("the newest configuration counts, and a truncation takes it back") {
  Log log = log_of({1});
  const Configuration four{{0, 1, 2, 3}, {}};
  log.append(1, content_of(four));
  log.append(1, noop());
  CHECK(log.configuration() == four);
  CHECK(log.configuration_index() == 2);
  CHECK(log.configuration_at(1).voters.size() == 3);
  log.compact(2);
  CHECK(log.configuration() == four);
  CHECK(log.base().configuration == four);
  log.append(1, content_of(Configuration{{0, 1, 2}, {3}}));
  CHECK(log.configuration().voters.size() == 3);
  log.truncate_after(3);
  CHECK(log.configuration() == four);
}

TEST_CASE("a slice takes as many bytes as it may, and one entry at least") {
  Log log = log_of({1, 1, 1});
  const std::uint32_t size = noop()->wire_size;
  CHECK(log.slice(1, 2 * size).size() == 2);
  CHECK(log.slice(1, 1).size() == 1);
  CHECK(log.slice(3, 100 * size).size() == 1);
  CHECK(log.slice(4, 100 * size).empty());
}

TEST_CASE("entries are read back as they were written") {
  Command command;
  command.session = 0x1234567890abcdefULL;
  command.number = 300;
  command.settled = 299;
  command.write = 7;
  command.method = Method::compare_and_set;
  command.key = "key";
  command.value = "a->b";
  command.size = 64;
  for (const ContentPtr& content : {noop(), content_of(command), content_of(Configuration{{1, 2}, {3}})}) {
    ByteWriter out;
    encode(out, *content);
    const std::string record = out.take();
    ByteReader in(record);
    const ContentPtr read = decode_content(in);
    CHECK(in.at_end());
    CHECK(read->kind == content->kind);
    CHECK(read->hash == content->hash);
    CHECK(read->wire_size == content->wire_size);
    CHECK(read->configuration == content->configuration);
    CHECK(read->command.value == content->command.value);
    CHECK(read->command.settled == content->command.settled);
    CHECK(read->command.method == content->command.method);
  }
}
