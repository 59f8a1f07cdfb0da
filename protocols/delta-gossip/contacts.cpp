#include "protocols/delta-gossip/contacts.hpp"

#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {

void Contacts::begin_round() {
  admitted_ = 0;
  tried_.clear();
  waiting_.clear();
}

void Contacts::call(Context& context, NodeId node, std::uint32_t hunts) {
  tried_.insert(node);
  waiting_[node] = hunts;
  if (hunts > 0) context.count(index(Metric::hunts));
  say(context, parts_.peer(node), Hello::Kind::call);
}

void Contacts::called(Context& context, Peer& peer) {
  const bool admits = admitted_ < params_.connection_limit;
  if (admits)
    ++admitted_;
  else
    context.count(index(Metric::contacts_rejected));
  say(context, peer, admits ? Hello::Kind::consent : Hello::Kind::reject);
}

void Contacts::say(Context& context, Peer& peer, Hello::Kind kind) {
  Hello hello;
  hello.kind = kind;
  parts_.courier.send(context, peer, std::move(hello));
}

}  // namespace hearsay::gossip
