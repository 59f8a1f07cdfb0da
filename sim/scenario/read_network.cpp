// `network`: how messages travel, and background conditions, which are fault verbs that last for the whole run.
#include <algorithm>

#include "sim/faults/fault.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr const char* latency_forms =
    "`5ms`, `{uniform: {min: 1ms, max: 10ms}}`, `{normal: {mean: 5ms, stddev: 1ms}}` or `{exponential: {mean: 100ms}}`";

void read_latency(const Node& node, Reading& reading) {
  if (!node.is_map()) {
    if (!node.is_scalar()) {
      reading.mistakes.add(node.place, "`latency` cannot be " + describe_kind(node) + "; write " + latency_forms);
    } else if (auto value = read_value(node, constant_latency(), reading.cluster, reading.mistakes)) {
      reading.scenario.network.latency = Delay{Delay::Kind::constant, std::get<Duration>(*value), {}};
    }
    return;
  }
  if (!has_one_key(node, "`latency`", latency_forms, reading.mistakes)) return;
  static const auto known = names_of(delay_forms());
  const Entry& entry = node.entries.front();
  const auto form =
      std::find_if(delay_forms().begin(), delay_forms().end(), [&](const DelayForm& f) { return f.name == entry.key; });
  if (form == delay_forms().end()) {
    reading.mistakes.add(entry.place,
                         "unknown distribution " + backquoted(entry.key) + hint(entry.key, known, "distributions"));
    return;
  }
  const GivenValues given =
      read_parameters(entry.value, form->parameters, backquoted(form->name), reading.cluster, reading.mistakes);
  if (!given.valid) return;
  Delay delay{form->kind, std::get<Duration>(given.values.at(form->parameters[0].name)), {}};
  if (form->parameters.size() > 1) delay.b = std::get<Duration>(given.values.at(form->parameters[1].name));
  if (delay.kind == Delay::Kind::uniform && delay.b < delay.a)
    reading.mistakes.add(given.place_of("max"), "`max` is less than `min`; write the smaller latency as `min`");
  reading.scenario.network.latency = delay;
}

void read_stream(const Node& node, Reading& reading) {
  const GivenValues given =
      read_parameters(node, stream_table().parameters(), "`stream`", reading.cluster, reading.mistakes);
  StreamSettings& stream = reading.scenario.network.stream;
  stream = stream_table().build(given.values);
  if (given.valid && stream.max_rto < stream.min_rto)
    reading.mistakes.add(given.place_of(given.given("max_rto") ? "max_rto" : "min_rto"),
                         "`max_rto` is less than `min_rto`; the shortest timeout cannot exceed the longest");
}

bool is_zero(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number == 0;
  if (const auto* duration = std::get_if<Duration>(&value)) return *duration == Duration{};
  return false;
}

void read_background(const Node& node, const FaultInfo& verb, Reading& reading) {
  GivenValues given =
      read_shorthand(node, verb.parameters, verb.shorthand, backquoted(verb.name), reading.cluster, reading.mistakes);
  if (!given.valid || !reading.cluster.nodes) return;
  // `loss: 0%` says that there is none.
  if (given.places.size() == 1 && given.given(verb.shorthand) && is_zero(given.values.at(verb.shorthand))) return;
  try {
    verb.make(given.values, *reading.cluster.nodes);
  } catch (const ParameterError& error) {
    given.blame(error, reading.mistakes);
  }
  check_kinds(given, reading);
  reading.scenario.network.background.emplace_back(verb.name, std::move(given.values));
}

}  // namespace

void read_network(Reading& reading) {
  const Node* node = reading.root.find("network");
  if (node == nullptr) return;
  std::vector<std::string> others{"latency", "stream"};
  for (const auto& verb : fault_verbs())
    if (verb.background) others.push_back(verb.name);
  const GivenValues given =
      read_parameters(*node, network_table().parameters(), "`network`", reading.cluster, reading.mistakes, others);
  reading.scenario.network = network_table().build(given.values);
  if (const Node* latency = node->find("latency")) read_latency(*latency, reading);
  if (const Node* stream = node->find("stream")) read_stream(*stream, reading);
  for (const auto& verb : fault_verbs())
    if (const Node* background = verb.background ? node->find(verb.name) : nullptr)
      read_background(*background, verb, reading);
}

}  // namespace hearsay
