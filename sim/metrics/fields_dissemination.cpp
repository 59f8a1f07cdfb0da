// The declarations of the group `dissemination`: what papers on gossip and broadcast report. It is taken from metrics
// that protocols declare under these names, and null where the protocol has none of them.
#include "sim/metrics/field_builder.hpp"

namespace hearsay {
namespace {

// What the protocol counts under this name; nothing if it has no such metric.
std::optional<double> counted(const RunResult& r, std::string_view name) {
  for (const auto& [metric, value] : r.protocol_metrics)
    if (metric == name) return value;
  return std::nullopt;
}

// A high-water mark, which is 0 where nothing was ever reported.
std::optional<double> reported(const RunResult& r, std::string_view name) {
  const auto value = counted(r, name);
  return value && *value > 0 ? value : std::nullopt;
}

auto of(std::string_view name) {
  return [name](const RunResult& r) { return counted(r, name); };
}

auto if_reported(std::string_view name) {
  return [name](const RunResult& r) { return reported(r, name); };
}

std::optional<double> traffic_per_update(const RunResult& r) {
  const auto sent = counted(r, "elements_sent");
  const double pairs = static_cast<double>(r.nodes) * static_cast<double>(r.writes.acknowledged);
  return sent && pairs > 0 ? std::optional(*sent / pairs) : std::nullopt;
}

}  // namespace

bool has_dissemination(const RunResult& result) {
  for (const char* name : {"relative_message_redundancy", "last_delivery_hop", "mean_hops", "last_useful_round",
                           "mean_useful_round", "elements_sent", "entries_stored"})
    for (const auto& [metric, value] : result.protocol_metrics)
      if (metric == name) return true;
  return false;
}

void declare_dissemination(FieldBuilder& f) {
  f.number("dissemination.relative_message_redundancy", "", of("relative_message_redundancy"),
           "payloads received by nodes that had them, for each that was received for the first time: m/(n-1) - 1 of "
           "Leitao et al. 2007; 0 is a tree")
      .lower()
      .number("dissemination.last_delivery_hop", "", if_reported("last_delivery_hop"),
              "most hops from the writer at a first receipt (Leitao et al. 2007)")
      .lower()
      .number("dissemination.mean_hops", "", of("mean_hops"), "hops from the writer at a first receipt")
      .lower()
      .number(
          "dissemination.last_round", "", if_reported("last_useful_round"),
          "rounds from writing to the last first receipt, where rounds are synchronous: t_last of Demers et al. 1987")
      .lower()
      .number(
          "dissemination.mean_round", "",
          [](const RunResult& r) {
            return reported(r, "last_useful_round") ? counted(r, "mean_useful_round") : std::nullopt;
          },
          "rounds from writing to a first receipt: t_ave of Demers et al. 1987")
      .lower()
      .number("dissemination.traffic_per_update", "", traffic_per_update,
              "values sent per node and acknowledged write, repetitions included: m of Demers et al. 1987")
      .lower()
      .number("dissemination.entries_sent", "", of("elements_sent"),
              "values, or entries of a data type, in all messages (Enes et al. 2019: transmission)")
      .lower()
      .number(
          "dissemination.entries_stored", "", if_reported("entries_stored"),
          "most entries that a node held of a data type: state, buffer, and updates kept for others (Enes et al. 2019)")
      .lower();
}

}  // namespace hearsay
