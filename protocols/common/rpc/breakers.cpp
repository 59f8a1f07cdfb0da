#include "protocols/common/rpc/breakers.hpp"

namespace hearsay::rpc {

NodeId Breakers::admitted(const CallSpec& spec) {
  if (!options_.breaker) return spec.servers.front();
  for (const NodeId server : spec.servers)
    if (of(server).admit()) return server;
  return no_node;
}

bool Breakers::admits_hedge(NodeId server) {
  return !options_.breaker || of(server).state() == CircuitBreaker::State::closed;
}

void Breakers::ended(Context& context, NodeId asked, NodeId answerer, bool ok) {
  if (!options_.breaker) return;
  // A hedge's answer speaks for its server, and says nothing of the one that was asked first.
  if (ok && answerer != asked) of(asked).ended();
  const NodeId server = ok ? answerer : asked;
  CircuitBreaker& breaker = of(server);
  const auto before = breaker.state();
  if (ok)
    breaker.succeeded();
  else
    breaker.failed();
  if (breaker.state() == before) return;
  counts_.count(context, CallMetric::breaker_changes);
  if (breaker.state() != CircuitBreaker::State::open) return;
  counts_.count(context, CallMetric::breaker_openings);
  alarms_.set(context, options_.breaker_reset, {Alarm::Kind::breaker, server, breaker.openings()});
}

void Breakers::cancelled(NodeId asked) {
  if (options_.breaker) of(asked).ended();
}

void Breakers::reset_elapsed(Context& context, NodeId server, std::uint64_t opening) {
  CircuitBreaker& breaker = of(server);
  const auto before = breaker.state();
  breaker.reset_elapsed(opening);
  if (breaker.state() != before) counts_.count(context, CallMetric::breaker_changes);
}

}  // namespace hearsay::rpc
