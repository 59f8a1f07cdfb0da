// What dotted paths name.
#include "sim/metrics/field_path.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace hearsay {
namespace {

PathMistake mistake(const std::string& path, const MapNames& names = {}) {
  const auto found = find_path(path, names);
  REQUIRE(std::holds_alternative<PathMistake>(found));
  return std::get<PathMistake>(found);
}

NamedField named(const std::string& path, const MapNames& names = {}) {
  const auto found = find_path(path, names);
  INFO(path);
  REQUIRE(std::holds_alternative<NamedField>(found));
  return std::get<NamedField>(found);
}

TEST_CASE("paths name fields, entries of lists and what the maps of this scenario hold") {
  const MapNames names{
      {"protocol_metrics", {"retries"}}, {"messages.by_type", {"ack", "ack.v2"}}, {"case", {"network.loss"}}};
  CHECK(named("messages.per_op").kind == FieldKind::number);
  CHECK(named("maelstrom.stable_latencies_ms.0.5").kind == FieldKind::count);
  CHECK(named("recovery.3.reconverged_s").nullable);
  CHECK(named("faults.0.stopped").kind == FieldKind::count);
  CHECK(named("protocol_metrics.retries", names).kind == FieldKind::number);
  CHECK(named("messages.by_type.ack.sent", names).kind == FieldKind::count);
  CHECK(named("messages.by_type.ack.v2.bytes", names).field->name == "bytes");
  CHECK(named("case.network.loss", names).kind == FieldKind::setting);
}

TEST_CASE("a path that leads nowhere is reported at the level where it goes wrong") {
  const MapNames names{{"protocol_metrics", {"retries"}}, {"messages.by_type", {"ack"}}};
  CHECK(mistake("mesages.sent").within.empty());
  CHECK(mistake("mesages.sent").wrong == "mesages");
  const PathMistake inner = mistake("messages.perop");
  CHECK(inner.within == "messages");
  CHECK(inner.wrong == "perop");
  CHECK(std::count(inner.candidates.begin(), inner.candidates.end(), "per_op") == 1);
  CHECK(mistake("operations.writes.acked").within == "operations.writes");
  CHECK(mistake("operations.writes").wrong.empty());
  CHECK(mistake("converged.x").within == "converged");
  CHECK(mistake("converged.x").candidates.empty());
  CHECK(mistake("faults.first.stopped").index);
  CHECK(mistake("faults").index);
  CHECK(mistake("faults.1234567890.stopped").index);  // no list is so long
  CHECK(named("faults.123456789.stopped").kind == FieldKind::count);
  CHECK(mistake("faults.0.stoped").wrong == "stoped");
  CHECK(mistake("faults.0.stoped").within == "faults.0");
  CHECK(mistake("faults.0").wrong.empty());
  CHECK(mistake("protocol_metrics.retry", names).candidates == std::vector<std::string>{"retries"});
  CHECK(mistake("messages.by_type.nack.sent", names).wrong == "nack");
  CHECK(mistake("messages.by_type.ack.send", names).wrong == "send");
  CHECK(mistake("maelstrom.stable_latencies_ms.0.7").within == "maelstrom.stable_latencies_ms.0");
}

TEST_CASE("a number in a map becomes a field for tables, headed by its name; one entry of a list does not") {
  const MapNames names{{"protocol_metrics", {"retries"}}, {"messages.by_type", {"ack.v2"}}, {"params", {"fanout"}}};
  const auto field = [&names](const std::string& path) { return table_field(named(path, names), path); };
  CHECK(field("messages.per_op") == find_field("messages.per_op"));
  const Field* retries = field("protocol_metrics.retries");
  REQUIRE(retries != nullptr);
  CHECK(retries->name == "protocol_metrics.retries");
  CHECK(retries->path == std::vector<std::string>{"protocol_metrics", "retries"});
  CHECK(retries->numeric());
  CHECK(retries->nullable);
  CHECK(column_of(*retries).heading == "retries");
  const Field* bytes = field("messages.by_type.ack.v2.bytes");
  REQUIRE(bytes != nullptr);
  CHECK(bytes->path == std::vector<std::string>{"messages", "by_type", "ack.v2", "bytes"});
  CHECK(bytes->kind == FieldKind::count);
  CHECK(column_of(*bytes).heading == "ack.v2\nbytes");
  CHECK(column_of(*bytes).scale == 1);
  for (const char* path : {"faults.0.stopped", "scenario", "params.fanout", "recovery.0.reconverged_s"}) {
    INFO(path);
    CHECK(field(path) == nullptr);
  }
}

}  // namespace
}  // namespace hearsay
