// `faults`: what breaks and when.
#include <algorithm>

#include "sim/faults/fault.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr std::size_t most_faults = 10'000;
constexpr std::int64_t most_firings = 100'000;  // of one entry: each is a record of the result

class FaultReader {
 public:
  FaultReader(const Node& node, Reading& reading) : node_(node), reading_(reading) {}

  void read() {
    static const auto verbs = names_of(fault_verbs());
    given_ =
        read_parameters(node_, timing_table().parameters(), "the fault", reading_.cluster, reading_.mistakes, verbs);
    if (!node_.is_map()) return;
    if (given_.valid) read_timing();
    const Entry* verb = find_verb(verbs);
    if (verb != nullptr) read_verb(*verb, *find_fault(verb->key));
  }

 private:
  void fail(const std::string& parameter, const std::string& message) {
    reading_.mistakes.add(given_.place_of(parameter), message);
    given_.valid = false;
  }

  const Entry* find_verb(const std::vector<std::string>& verbs) {
    const Entry* found = nullptr;
    for (const auto& entry : node_.entries) {
      if (find_fault(entry.key) == nullptr) continue;
      if (found != nullptr) {
        reading_.mistakes.add(entry.place, "the fault has two verbs, " + backquoted(found->key) + " and " +
                                               backquoted(entry.key) + "; write an entry for each");
        return nullptr;
      }
      found = &entry;
    }
    const std::size_t timed =
        static_cast<std::size_t>(std::count_if(node_.entries.begin(), node_.entries.end(), [](const Entry& entry) {
          const auto& parameters = timing_table().parameters();
          return std::any_of(parameters.begin(), parameters.end(),
                             [&](const Parameter& p) { return p.name == entry.key; });
        }));
    // With an unknown key beside the timing that key is the mistake, and reported.
    if (found == nullptr && timed == node_.entries.size())
      reading_.mistakes.add(node_.place, "the fault has no verb; add one of: " + joined(verbs));
    return found;
  }

  void read_timing() {
    const FaultTiming timing = timing_table().build(given_.values);
    entry_.at = timing.at;
    if (timing.lasts && timing.until)
      fail("until", "both `for` and `until` are given; keep one of them");
    else if (timing.until && *timing.until <= timing.at.time_since_epoch())
      fail("until", "the fault ends before it begins; `until` is a time after `at`");
    if (timing.lasts)
      entry_.lasts = timing.lasts;
    else if (timing.until)
      entry_.lasts = *timing.until - timing.at.time_since_epoch();
    if (timing.at.time_since_epoch() >= reading_.scenario.duration)
      fail("at", "the fault begins when the run is over; `at` is less than the `duration` of " +
                     to_string(Value(reading_.scenario.duration), ValueType::duration));
    entry_.stagger = timing.stagger;
    read_repetition(timing);
  }

  void read_repetition(const FaultTiming& timing) {
    if (timing.times && !timing.every)
      fail("times", "`times` counts repetitions but nothing repeats; add `every: 10s`");
    if (!timing.every) return;
    entry_.every = timing.every;
    entry_.times = timing.times.value_or(0);
    if (entry_.lasts && *timing.every < *entry_.lasts)
      fail("every", "the fault fires again before it has ended; `every` is at least as long as it lasts, " +
                        to_string(Value(*entry_.lasts), ValueType::duration));
    const std::int64_t firings = (reading_.scenario.duration - timing.at.time_since_epoch()) / *timing.every;
    if (!timing.times && firings > most_firings)
      fail("every", "the fault would fire " + std::to_string(firings) + " times; at most " +
                        std::to_string(most_firings) + " are possible: make `every` longer or give `times`");
  }

  void read_verb(const Entry& entry, const FaultInfo& verb) {
    GivenValues values = read_shorthand(entry.value, verb.parameters, verb.shorthand, backquoted(verb.name),
                                        reading_.cluster, reading_.mistakes);
    if (values.valid && reading_.cluster.nodes) {
      try {
        verb.make(values.values, *reading_.cluster.nodes);
      } catch (const ParameterError& error) {
        values.blame(error, reading_.mistakes);
      }
    }
    if (values.valid) check_kinds(values, reading_);
    if (values.valid) check_stagger(verb, values);
    if (!values.valid || !given_.valid) return;
    entry_.verb = verb.name;
    entry_.place = entry.value.place.place();
    entry_.values = std::move(values.values);
    reading_.scenario.faults.push_back(std::move(entry_));
  }

  void check_stagger(const FaultInfo& verb, const GivenValues& values) {
    const auto staggers = verb.staggers_with(values.values);
    const bool given = entry_.stagger != Duration{};
    if (given && staggers == FaultInfo::Staggers::no)
      fail("stagger", "the nodes of " + backquoted(verb.name) +
                          " do not take turns; leave `stagger` out, or write an entry for each");
    if (!given && staggers == FaultInfo::Staggers::must)
      reading_.mistakes.add(values.whole, "a swizzle takes its nodes one by one; add `stagger: 1s` beside `at`");
  }

  const Node& node_;
  Reading& reading_;
  GivenValues given_;
  FaultEntry entry_;
};

}  // namespace

void read_faults(Reading& reading) {
  const Node* node = reading.root.find("faults");
  if (node == nullptr) return;
  if (!node->is_list()) {
    reading.mistakes.add(node->place, "`faults` is " + describe_kind(*node) +
                                          "; write a list of entries such as `- {at: 5s, for: 10s, loss: 10%}`");
    return;
  }
  if (node->items.size() > most_faults) {
    reading.mistakes.add(node->place,
                         "these are more than " + std::to_string(most_faults) + " faults; use `every` to repeat one");
    return;
  }
  for (const auto& item : node->items) FaultReader(item, reading).read();
}

}  // namespace hearsay
