// Between whom a rule holds, and which messages it meets: what the verbs about messages have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/faults/verbs.hpp"

namespace hearsay {

struct Ends {
  std::optional<Selector> from, to;              // one way; default: all
  std::optional<std::vector<Selector>> between;  // two sets, both ways, instead of `from` and `to`
  std::optional<Transport> transport;
  std::optional<std::vector<std::string>> kinds;  // whose names sim/scenario checks, which knows the protocols

  bool one_way() const { return from || to; }
  // Throws ParameterError if they contradict each other.
  void check() const;
  // The same for whichever nodes are chosen now: rules that differ from `rule` in who sends and who receives. Returns
  // the choice spelt out.
  std::string add_rules(FaultScope& scope, const LinkRule& rule) const;
  PacketFilter filter(FaultScope& scope) const;
  std::string filter_text() const;  // " of ack over streams"; empty if everything is met
};

// `own`, and behind them the parameters of Ends.
std::vector<Parameter> with_pairs(std::vector<Parameter> own);  // from, to, between
std::vector<Parameter> with_ends(std::vector<Parameter> own);   // and transport, kinds
Ends ends_of(const ParameterValues& values);

}  // namespace hearsay
