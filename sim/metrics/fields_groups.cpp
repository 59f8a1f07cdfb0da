// The declarations of the groups of fields that are null where their subject did not occur.
#include "sim/metrics/field_builder.hpp"

namespace hearsay {

void declare_set_full(FieldBuilder& f) {
  const std::tuple<const char*, std::uint64_t SetFull::*, Better, const char*> counts[] = {
      {"attempt_count", &SetFull::attempt_count, Better::neither, "writes attempted"},
      {"stable_count", &SetFull::stable_count, Better::higher, "writes that no read lacks after one contains them"},
      {"lost_count", &SetFull::lost_count, Better::lower, "known writes that no read contains in the end"},
      {"never_read_count", &SetFull::never_read_count, Better::lower, "writes that no read decides about"},
      {"stale_count", &SetFull::stale_count, Better::lower, "stable writes that some read lacked although known"},
      {"duplicated_count", &SetFull::duplicated_count, Better::lower, "writes that some read contains twice"}};
  for (const auto& [name, count, better, meaning] : counts) {
    f.count(std::string("maelstrom.") + name, member(&RunResult::maelstrom, count), meaning).nullable();
    if (better == Better::lower) f.lower();
    if (better == Better::higher) f.higher();
  }
  for (const std::string quantile : {"0", "0.5", "0.95", "0.99", "1"}) {
    const auto latency = [quantile](const RunResult& r) -> ResultValue {
      if (!r.maelstrom) return {};
      for (const auto& [name, ms] : r.maelstrom->stable_latencies_ms)
        if (name == quantile) return ms;
      return {};
    };
    f.add("maelstrom.stable_latencies_ms." + quantile, FieldKind::count, "ms", latency,
          "stable latency as reads show it, quantile " + quantile)
        .path({"maelstrom", "stable_latencies_ms", quantile})
        .nullable()
        .lower();
  }
  f.number("maelstrom.msgs_per_op", "", member(&RunResult::maelstrom, &SetFull::msgs_per_op), "messages per operation")
      .nullable()
      .lower();
}

namespace {

void declare_change(FieldBuilder& f, const std::string& name, MembershipChange MembershipResult::*change,
                    const std::string& what) {
  const std::string group = "membership." + name + ".";
  const auto of = [change](auto inner) { return member(&RunResult::membership, member(change, inner)); };
  f.count(group + "count", of(&MembershipChange::count), what + " that somebody had to learn of").nullable();
  f.count(group + "incomplete", of(&MembershipChange::incomplete), "those that not all have learnt of")
      .nullable()
      .lower();
  const std::tuple<const char*, MembershipSpan MembershipChange::*, const char*> spans[] = {
      {"first_s", &MembershipChange::first_s, "the first node"},
      {"half_s", &MembershipChange::half_s, "half of them"},
      {"all_s", &MembershipChange::all_s, "all of them"}};
  for (const auto& [span, ptr, who] : spans)
    for (const auto& [part, value] : {std::pair("mean", &MembershipSpan::mean), {"max", &MembershipSpan::max}})
      f.number(group + span + "." + part, "s", of(member(ptr, value)),
               std::string("until ") + who + " had learnt: " + part)
          .nullable()
          .lower();
}

}  // namespace

void declare_membership(FieldBuilder& f) {
  declare_change(f, "discovery", &MembershipResult::discovery, "starts");
  declare_change(f, "detection", &MembershipResult::detection, "crashes");
  declare_change(f, "departure", &MembershipResult::departure, "departures");
  const auto of = [](auto inner) { return member(&RunResult::membership, inner); };
  f.count("membership.false_suspicions", of(&MembershipResult::false_suspicions), "reports that a live node is suspect")
      .nullable()
      .lower()
      .count("membership.false_suspicions_of_healthy", of(&MembershipResult::false_suspicions_of_healthy),
             "those of a node neither paused nor slow when accused")
      .nullable()
      .lower()
      .count("membership.false_deaths", of(&MembershipResult::false_deaths), "reports that a live node is dead")
      .nullable()
      .lower()
      .count("membership.false_deaths_of_healthy", of(&MembershipResult::false_deaths_of_healthy),
             "those of a node neither paused nor slow when accused")
      .nullable()
      .lower()
      .share("membership.views_equal", of(&MembershipResult::views_equal), "share of the time with equal views")
      .nullable()
      .higher()
      .share("membership.views_right", of(&MembershipResult::views_right),
             "share of the time with equal and right views")
      .nullable()
      .higher();
  using Differed = MembershipResult::Differed;
  const std::pair<const char*, double Differed::*> causes[] = {{"discovery", &Differed::discovery},
                                                               {"detection", &Differed::detection},
                                                               {"departure", &Differed::departure},
                                                               {"other", &Differed::other}};
  for (const auto& [cause, share] : causes)
    f.share(std::string("membership.views_differed.") + cause, of(member(&MembershipResult::views_differed, share)),
            std::string("share of the time in which views differed, by cause: ") + cause)
        .nullable()
        .lower();
  f.number("membership.changes_per_s", "", of(&MembershipResult::changes_per_s),
           "starts, crashes, departures per second")
      .nullable()
      .number("membership.longest_difference_s", "s", of(&MembershipResult::longest_difference_s),
              "longest time without interruption in which views differed")
      .nullable()
      .lower();
}

}  // namespace hearsay
