#include "protocols/delta-gossip/replica.hpp"

#include <algorithm>
#include <utility>

#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/timers.hpp"

namespace hearsay::gossip {
namespace {

// Failed neighbours that are probed at once: enough to find out soon that a partition is over.
constexpr std::size_t most_probes = 16;

}  // namespace

Replica::Replica(std::shared_ptr<const Params> params)
    : params_(std::move(params)),
      parts_(*params_),
      spreader_(parts_),
      anti_entropy_(parts_),
      synchroniser_(parts_),
      screens_(params_->inbound_limit > 0 || params_->handler_cpu > Duration{} ||
               params_->membership == Membership::list || params_->sign || params_->forged > 0) {}

void Replica::start(Context& context, StartReason reason) {
  parts_.store.start(context, reason);
  parts_.courier.start(context, reason);
  parts_.overlay.start(context);
  spreader_.start(context);
  synchroniser_.start(context);
  schedule_expiry(context);
  if (reason != StartReason::boot)
    for (const NodeId node : context.peers()) context.member(node, MemberState::alive);
  // Also on a static overlay: those who were told of its departure do not send to it before they hear of it.
  if (reason == StartReason::join || (reason == StartReason::restart && params_->overlay == OverlayKind::dynamic))
    for (const NodeId node : parts_.overlay.active()) say(context, node, Hello::Kind::link);
  if (params_->full()) return;
  if (!params_->synchronises()) anti_entropy_.start(context);
  if (params_->failure_detection == Detection::heartbeats)
    context.set_timer(context.random().between({}, params_->heartbeat_interval), Timers::key(TimerPurpose::heartbeat));
  if (reason == StartReason::boot || params_->synchronises()) return;
  if (params_->anti_entropy_on_reconnect && !parts_.overlay.active().empty())
    anti_entropy_.session(context, parts_.peer(parts_.overlay.random(context)));
}

// --- clients

void Replica::request(Context& context, const Operation& operation) {
  if (ended_) return;
  parts_.courier.begin();
  if (params_->handler_cpu > Duration{}) context.compute(params_->handler_cpu);
  if (operation.kind == OperationKind::read)
    return context.respond(operation.id,
                           {Outcome::ok, params_->synchronises() ? synchroniser_.visible() : parts_.store.visible()});
  if (!valid(context, operation.size)) return context.respond(operation.id, {Outcome::rejected, {}});
  if (params_->synchronises()) {
    synchroniser_.write(context, operation);
    return context.respond(operation.id, {});
  }
  if (parts_.store.full()) {
    context.count(index(Metric::rejected_full));
    return context.respond(operation.id, {Outcome::rejected, {}});
  }
  if (spreader_.is_full()) {
    context.count(index(Metric::rejected_back_pressure));
    return context.respond(operation.id, {Outcome::rejected, {}});
  }
  const Index written = parts_.store.write(context, operation);
  parts_.store.sync(context);
  context.respond(operation.id, {});
  spreader_.fresh(context, written, nullptr);
  spreader_.end_of_message(context, context.self(), {written}, true);
  schedule_expiry(context);
}

bool Replica::valid(Context& context, std::size_t size) const {
  if (params_->max_value_size == 0 || size <= static_cast<std::size_t>(params_->max_value_size)) return true;
  context.count(index(Metric::invalid_rejected));
  return false;
}

// --- messages

void Replica::message(Context& context, const Received& received) {
  if (ended_) return;
  parts_.courier.begin();
  if (screens_ || received.corrupt) [[unlikely]]
    screen(context, received);
  else
    handle(context, received.from, received.message);
}

void Replica::screen(Context& context, const Received& received) {
  if (params_->inbound_limit > 0 && !parts_.peer(received.from).extras()->inbound_limit->take(context.now())) {
    if (received.corrupt) context.discarded_corrupt();
    return context.count(index(Metric::inbound_limited));
  }
  if (params_->handler_cpu > Duration{}) context.compute(params_->handler_cpu);
  MessagePtr forgery;
  if (authentic(context, received, forgery)) handle(context, received.from, forgery ? *forgery : received.message);
}

inline void Replica::handle(Context& context, NodeId from, const Message& believed) {
  Peer& peer = parts_.peer(from);
  std::visit(
      [&](const auto& message) {
        heard(context, peer, message);
        receive(context, peer, message);
      },
      payload<AnyMessage>(believed));
  parts_.courier.flush(context, peer);
}

bool Replica::authentic(Context& context, const Received& received, MessagePtr& forgery) {
  if (params_->membership == Membership::list && !place_of(context.peers(), received.from)) {
    context.count(index(Metric::unauthorised_dropped));
    if (received.corrupt) context.discarded_corrupt();  // it is not accepted either
    return false;
  }
  if (params_->sign) context.compute(params_->verify_cpu);
  if (received.corrupt && (params_->crashes_on_bad_input() || params_->checksum || params_->sign)) {
    context.discarded_corrupt();
    if (params_->crashes_on_bad_input()) crash(context);
    return false;
  }
  if (params_->forged > 0 && context.random().chance(params_->forged)) {
    forgery = MessagePtr(received.message.corrupted(context.random().next()));
    if (!forgery) return true;  // nothing in it to forge
    context.count(index(params_->sign ? Metric::forged_dropped : Metric::forged_accepted));
    return !params_->sign;
  }
  return true;
}

// "`unwrap()` calls that will crash on errors" (Correctness Issues 4).
void Replica::crash(Context& context) {
  context.count(index(Metric::crashes_on_bad_input));
  ended_ = true;
  context.exit();
}

// A sign of life of a peer, with what it acknowledges.
void Replica::heard(Context& context, Peer& peer, const Header& header) {
  if (header.compressed_from > 0) context.compute(compression_work(*params_, header.compressed_from));
  peer.heard = context.now();
  // Whoever was last heard of under the same incarnation was met then.
  const bool full = params_->full();
  if (full || peer.incarnation != header.incarnation) {
    if (parts_.overlay.met(context, peer.id, header.incarnation)) parts_.recount({peer.id});
    if (full) return;
    const bool restarted = std::exchange(peer.incarnation, header.incarnation) != 0;
    if (restarted) {
      peer.received.clear();
      parts_.forget_known(peer);
    }
  }
  peer.unanswered = 0;
  if (parts_.overlay.has_failed(peer.id)) {
    neighbours_changed(context, parts_.overlay.back(context, peer.id));
    if (params_->anti_entropy_on_reconnect && !params_->synchronises()) anti_entropy_.session(context, peer);
  }
  for (const Acknowledgement& acknowledgement : header.acknowledgements)
    parts_.courier.acknowledged(context, peer, acknowledgement,
                                [&](const Courier::Outcome& outcome) { spreader_.settle(context, peer, outcome); });
}

void Replica::count_useful(Context& context, const Carried& carried) {
  context.count(index(Metric::elements_useful));
  context.count(index(Metric::hops_total), carried.hops);
  context.high_water(index(Metric::last_delivery_hop), carried.hops);
  if (!params_->synchronous) return;
  const auto rounds = static_cast<double>(parts_.round_of(context.now()) - parts_.round_of(carried.element->created));
  context.high_water(index(Metric::last_useful_round), rounds);
  context.count(index(Metric::rounds_total), rounds);
}

Replica::Taken Replica::take(Context& context, Peer& peer, std::span<const Carried> elements) {
  Taken taken;
  const bool whole = spreader_.passes_on_whole(), sizes_matter = params_->max_value_size > 0;
  const bool in_rounds = params_->synchronous, dedup = params_->dedup;
  std::size_t redundant = 0;
  Index word = 0;
  std::uint64_t held_there = 0;  // live values of that word that it held and that have come again
  const auto note_held = [&] {
    if (held_there != 0) parts_.known(peer, word, std::exchange(held_there, 0));
  };
  for (const Carried& carried : elements) {
    if (sizes_matter && !valid(context, carried.element->size)) {
      taken.known.push_back(true);
      continue;
    }
    const std::optional<Index> held = parts_.store.place_of(carried.element->dot);
    if (!held && parts_.store.full()) {
      context.count(index(Metric::refused_full));
      taken.known.push_back(true);
      continue;
    }
    if (const auto fresh = held ? std::nullopt : parts_.store.take(context, carried)) {
      ++taken.fresh;
      count_useful(context, carried);
      taken.known.push_back(false);
      if (whole) taken.values.push_back(*fresh);
      note_held();
      spreader_.fresh(context, *fresh, &peer);
      continue;
    }
    ++redundant;
    if (!held || !parts_.store.live(*held)) {
      taken.known.push_back(true);
      continue;
    }
    taken.known.push_back(!in_rounds || parts_.held_before(context, *held));
    if (whole) taken.values.push_back(*held);
    if (!dedup) {
      context.count(index(Metric::reprocessed));
      spreader_.again(*held, peer, carried.hops);
      continue;
    }
    if (*held / 64 != word) note_held();
    word = *held / 64;
    held_there |= std::uint64_t{1} << *held % 64;
  }
  note_held();
  if (redundant > 0) context.count(index(Metric::elements_redundant), static_cast<double>(redundant));
  parts_.store.sync(context);  // before anything acknowledges them
  return taken;
}

void Replica::receive(Context& context, Peer& peer, const Gossip& gossip) {
  if (gossip.number != 0 && !parts_.courier.accept(context, peer, gossip.number)) return context.redundant();
  Taken taken = take(context, peer, gossip.elements);
  if (!gossip.elements.empty() && taken.fresh == 0) context.redundant();
  if (gossip.number != 0) parts_.courier.owe(peer, {gossip.number, false, std::move(taken.known)});
  if (gossip.asks) spreader_.answer_request(context, peer);
  spreader_.end_of_message(context, peer.id, taken.values, taken.fresh > 0);
  schedule_expiry(context);
}

// Its values come in the order in which the sender got them, so those before the ones seen last time are held, unless
// values may change or disappear.
void Replica::receive(Context& context, Peer& peer, const FullState& state) {
  const bool stable = params_->ttl == Duration{} && params_->memory_limit == 0 && params_->forged == 0 &&
                      params_->checksum && params_->max_value_size == 0;
  std::size_t& full_seen = peer.extras()->full_seen;
  if (peer.incarnation != state.incarnation) full_seen = 0;
  peer.incarnation = state.incarnation;
  const std::size_t seen = stable ? std::min(full_seen, state.elements->size()) : 0;
  context.count(index(Metric::elements_redundant), static_cast<double>(seen));
  const Taken taken = take(context, peer, std::span(*state.elements).subspan(seen));
  full_seen = state.elements->size();
  if (taken.fresh == 0) context.redundant();
  schedule_expiry(context);
}

void Replica::receive(Context& context, Peer& peer, const RumourRequest&) { spreader_.answer_request(context, peer); }

void Replica::receive(Context& context, Peer& peer, const DigestMessage& digest) {
  anti_entropy_.answer(context, peer, digest);
}

void Replica::receive(Context& context, Peer& peer, const RangesMessage& ranges) {
  anti_entropy_.answer(context, peer, ranges);
}

void Replica::receive(Context& context, Peer& peer, const Repair& repair) {
  const Taken taken = take(context, peer, repair.elements);
  std::size_t news = taken.fresh;
  for (const Dot& dot : repair.gone) news += parts_.store.skip(context, dot) ? 1 : 0;
  context.count(index(Metric::elements_repaired), static_cast<double>(taken.fresh));
  if (news == 0) context.redundant();
  spreader_.end_of_message(context, peer.id, taken.values, taken.fresh > 0);
  schedule_expiry(context);
}

void Replica::receive(Context& context, Peer& peer, const Hello& hello) {
  switch (hello.kind) {
    case Hello::Kind::probe: return say(context, peer.id, Hello::Kind::answer);
    case Hello::Kind::answer: return;
    case Hello::Kind::link:
      if (parts_.overlay.link(peer.id)) parts_.recount({peer.id});
      return;
    case Hello::Kind::unlink:
      if (parts_.overlay.unlink(peer.id)) parts_.recount({peer.id});
      return;
    case Hello::Kind::leave:
      parts_.courier.abandon(peer);
      return neighbours_changed(context, parts_.overlay.gone(context, peer.id, hello.incarnation));
    case Hello::Kind::call:
    case Hello::Kind::consent:
    case Hello::Kind::reject: return spreader_.called(context, peer, hello.kind);
  }
}

// --- timers

void Replica::timer(Context& context, TimerKey key) {
  if (ended_) return;
  parts_.courier.begin();
  fire(context, key);
  parts_.forget_idle_peers(context);
}

void Replica::fire(Context& context, TimerKey key) {
  switch (Timers::purpose(key)) {
    case TimerPurpose::round:
      if (params_->synchronises()) synchroniser_.round(context);
      return spreader_.round(context);
    case TimerPurpose::flush: return spreader_.flush(context);
    case TimerPurpose::backlog: return spreader_.send_backlogs(context);
    case TimerPurpose::retries:
      return parts_.courier.retries_timer([&](NodeId to, MessageNumber number) { retry_timer(context, to, number); });
    case TimerPurpose::retry: return retry_timer(context, Timers::node(key), Timers::number_about(key));
    case TimerPurpose::acknowledge: return parts_.courier.acknowledge_timer(context, parts_.peer(Timers::node(key)));
    case TimerPurpose::breaker:
      return parts_.peer(Timers::node(key)).breaker()->reset_elapsed(Timers::number_about(key));
    case TimerPurpose::anti_entropy: return anti_entropy_.timer(context);
    case TimerPurpose::heartbeat: return heartbeat(context);
    case TimerPurpose::probe: return probe(context);
    case TimerPurpose::expiry:
      expiry_timer_ = never;
      parts_.store.expire(context);
      parts_.store.sync(context);
      return schedule_expiry(context);
  }
}

void Replica::retry_timer(Context& context, NodeId to, MessageNumber number) {
  Peer* const known = parts_.peers.find(to);
  if (known == nullptr || !Courier::awaits_answer(*known, number)) return;
  Peer& peer = *known;
  const std::uint32_t before = peer.unanswered;
  parts_.courier.retry_timer(context, peer, number,
                             [&](const Courier::Outcome& outcome) { spreader_.settle(context, peer, outcome); });
  if (peer.unanswered > before) check_failure(context, peer);
}

void Replica::set_expiry_timer(Context& context, Time next) {
  expiry_timer_ = next;
  context.set_timer(std::max(next - context.now(), Duration{}), Timers::key(TimerPurpose::expiry));
}

// What was sent on it meanwhile goes out before the end.
void Replica::connected(Context& context, ConnectionId connection, NodeId) {
  if (params_->transport != Carrier::stream_per_message) return;
  parts_.courier.dial_over(connection);
  context.close(connection);
}

void Replica::disconnected(Context&, ConnectionId connection, NodeId, ConnectionError) {
  parts_.courier.dial_over(connection);
}

// --- neighbours ("Production-Level Improvements 2")

void Replica::check_failure(Context& context, Peer& peer) {
  if (params_->failure_detection == Detection::none || peer.unanswered < params_->failure_after) return;
  const Overlay::Change change = parts_.overlay.fail(context, peer.id);
  if (!change.happened) return;
  parts_.courier.abandon(peer);
  neighbours_changed(context, change);
  schedule_probe(context);
}

void Replica::neighbours_changed(Context& context, const Overlay::Change& change) {
  if (!change.happened) return;
  if (change.link != no_node) say(context, change.link, Hello::Kind::link);
  if (change.unlink != no_node) say(context, change.unlink, Hello::Kind::unlink);
  parts_.recount({change.node, change.link, change.unlink});
}

void Replica::say(Context& context, NodeId to, Hello::Kind kind) {
  Hello hello;
  hello.kind = kind;
  parts_.courier.send(context, parts_.peer(to), std::move(hello));
}

void Replica::heartbeat(Context& context) {
  const std::vector<NodeId> active(parts_.overlay.active().begin(), parts_.overlay.active().end());
  for (const NodeId node : active) {
    Peer& peer = parts_.peer(node);
    if (context.now() - peer.heard < params_->heartbeat_interval) continue;
    say(context, node, Hello::Kind::probe);
    ++peer.unanswered;
    check_failure(context, peer);
  }
  context.set_timer(params_->heartbeat_interval, Timers::key(TimerPurpose::heartbeat));
}

void Replica::schedule_probe(Context& context) {
  if (parts_.overlay.failed().all().empty() || std::exchange(probe_waits_, true)) return;
  context.set_timer(params_->probe_interval, Timers::key(TimerPurpose::probe));
}

void Replica::probe(Context& context) {
  probe_waits_ = false;
  std::vector<NodeId> failed;
  for (const auto& [node, helper] : parts_.overlay.failed().all()) failed.push_back(node);
  if (failed.size() > most_probes) {
    context.random().shuffle_front(failed, most_probes);
    failed.resize(most_probes);
  }
  for (const NodeId node : failed) say(context, node, Hello::Kind::probe);
  schedule_probe(context);
}

// What only this node may hold goes to the neighbours first.
void Replica::leave(Context& context) {
  parts_.courier.begin();
  if (params_->synchronises())
    synchroniser_.hand_over(context);
  else if (params_->spread == Spread::pull)
    anti_entropy_.hand_over(context);
  else
    spreader_.hand_over(context);
  for (const NodeId node : parts_.overlay.active()) say(context, node, Hello::Kind::leave);
  ended_ = true;
}

}  // namespace hearsay::gossip
