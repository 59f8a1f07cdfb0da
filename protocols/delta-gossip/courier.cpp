#include "protocols/delta-gossip/courier.hpp"

#include <algorithm>
#include <iterator>

#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/timers.hpp"

namespace hearsay::gossip {
namespace {

// Sender, incarnation and kind.
constexpr std::uint32_t id_bytes = 4 + 4 + 1;
constexpr std::uint32_t checksum_bytes = 4;
constexpr std::uint32_t number_window = 4096;

}  // namespace

Duration compression_work(const Params& params, std::size_t body) {
  return from_seconds(seconds(params.compression_cpu) * static_cast<double>(body) / 1024);
}

Courier::Courier(const Params& params, Peers& peers, const Store& store)
    : params_(params),
      peers_(peers),
      store_(store),
      backoff_{params.retry_delay, params.retry_backoff, params.retry_max_delay},
      fixed_bytes_(id_bytes + (params.checksum ? checksum_bytes : 0) + (params.sign ? params.signature_size : 0)),
      takes_work_(params.sign || params.compresses()) {}

void Courier::start(Context& context, StartReason reason) {
  if (reason != StartReason::boot) incarnation_ = static_cast<std::uint32_t>(context.random().next() >> 33) + 2;
}

void Courier::post(Context& context, NodeId to, MessagePtr message) {
  if (params_.transport != Carrier::stream_per_message) [[likely]] {
    context.send(to, std::move(message));
    return;
  }
  const ConnectionId connection = context.dial(to);
  dials_.insert(connection);
  context.send_on(connection, message);  // closed once it stands, see Replica::connected
}

// Bytes of a body that fit a message beside its header and the acknowledgements that go along.
std::size_t Courier::room(const Peer& peer) const {
  const std::size_t most = params_.most_message_bytes();
  if (most == SIZE_MAX) return most;
  std::size_t taken = fixed_bytes_;
  if (fresh_debt_.peer == peer.id) taken += bytes_of(fresh_debt_.acknowledgements);
  if (const auto debt = debts_.empty() ? debts_.end() : debts_.find(peer.id); debt != debts_.end())
    taken += bytes_of(debt->second.acknowledgements);
  if (taken >= most) return 0;
  const double share = params_.compresses() ? params_.compression : 1;
  return static_cast<std::size_t>(static_cast<double>(most - taken) / share);
}

std::size_t Courier::fitting(const Peer& peer, const std::vector<Index>& values, std::size_t begin,
                             std::size_t limit) const {
  const std::size_t most = room(peer), end = std::min(values.size(), begin + limit);
  std::size_t bytes = Gossip::fixed_size, at = begin;
  if (bytes + (end - begin) * store_.largest() <= most) return end - begin;
  for (; at < end; ++at) {
    bytes += store_.live(values[at]) ? bytes_of(store_.at(values[at])) : 0;
    if (bytes > most && at > begin) break;
  }
  return at - begin;
}

void Courier::compress(Context& context, Header& header, std::size_t body) const {
  header.body_share = params_.compression;
  header.compressed_from = static_cast<std::uint32_t>(body);
  context.compute(compression_work(params_, body));
}

// What does not fit into one message goes in several, each acknowledged by itself; one question is enough.
void Courier::send_values(Context& context, Peer& peer, Batch&& batch) {
  std::size_t begin = 0;
  do {
    const std::size_t count = fitting(peer, batch.values, begin, batch.values.size());
    if (count == batch.values.size()) return send_message(context, peer, std::move(batch));
    const auto first = batch.values.begin() + static_cast<std::ptrdiff_t>(begin);
    begin += count;
    send_message(context, peer,
                 {{first, first + static_cast<std::ptrdiff_t>(count)},
                  batch.asks && begin == batch.values.size(),
                  batch.by_pull});
  } while (begin < batch.values.size());
}

void Courier::send_message(Context& context, Peer& peer, Batch&& batch) {
  context.count(index(Metric::elements_sent), static_cast<double>(batch.values.size()));
  const bool numbered = params_.acknowledgements && !batch.values.empty();
  // Numbers go up from a point of the incarnation's own: a late acknowledgement of an earlier one's message fits none.
  if (peer.last_sent == 0 && incarnation_ > 1) peer.last_sent = incarnation_ & 0x3fffffff;
  if (numbered) ++peer.last_sent;
  MessagePtr sealed = envelope(params_, [&] {
    Gossip message;
    message.asks = batch.asks;
    message.number = numbered ? peer.last_sent : 0;
    message.elements.reserve(batch.values.size());
    for (const Index index : batch.values)
      message.elements.emplace_back(store_.element(index), store_.hops(index) + 1);  // as Store::carried()
    complete(context, peer, message);
    return message;
  });
  post(context, peer.id, sealed);
  if (!numbered) return;
  if (peer.breaker()) peer.breaker()->admit();
  if (!peer.side) peer.side = std::make_unique<Peer::Side>();
  const std::uint32_t turn = await_answer(context, peer.id, peer.last_sent);
  peer.side->put(peer.last_sent, {std::move(sealed), std::move(batch.values), context.now(), turn, 1, batch.by_pull});
}

// Where a message takes processor time, the next one leaves later: each has a timer of its own.
std::uint32_t Courier::await_answer(Context& context, NodeId peer, MessageNumber number) {
  if (takes_work_) {
    context.set_timer(params_.retry_delay, Timers::key_about(TimerPurpose::retry, peer, number));
    return 0;
  }
  const bool first = !std::exchange(timer_is_set_, true);
  under_timers_.push_back({peer, number & 0x7fffffff, first});
  if (first) context.set_timer(params_.retry_delay, Timers::key(TimerPurpose::retries));
  return first_turn_ + static_cast<std::uint32_t>(under_timers_.size() - 1);
}

void Courier::send_repair(Context& context, Peer& peer, const Store::Missing& missing) {
  const std::size_t limit = peers_.batch_limit(peer);
  std::size_t at = 0, gone = 0;
  while (at < missing.values.size() || gone < missing.gone.size()) {
    if (!peers_.admit(context, peer)) return;
    Repair message;
    const std::size_t end = at + fitting(peer, missing.values, at, limit);
    context.count(index(Metric::elements_sent), static_cast<double>(end - at));
    for (; at < end; ++at) message.elements.push_back(store_.carried(missing.values[at]));
    const std::size_t most = room(peer), taken = message.body_size();
    std::size_t dots = most > taken ? (most - taken) / dot_bytes : 0;
    if (message.elements.empty()) dots = std::max<std::size_t>(dots, 1);
    for (dots = std::min(dots, missing.gone.size() - gone); dots > 0; --dots)
      message.gone.push_back(missing.gone[gone++]);
    send(context, peer, std::move(message));
  }
}

bool Courier::accept(Context& context, Peer& peer, MessageNumber number) {
  if (!params_.dedup) return true;
  if (number > number_window) peer.received.trim(number - number_window);
  const bool late = number < peer.received.floor();  // too late to know; its values have ids, too
  if (late || peer.received.insert(number)) return true;
  context.count(index(Metric::duplicates_suppressed));
  owe(peer, {number, true, {}});
  return false;
}

void Courier::pay(Peer& peer, Header& header) {
  if (!debts_.empty()) pay_earlier(peer, header);
  if (fresh_debt_.peer == peer.id) header.acknowledgements.take_from(fresh_debt_.acknowledgements);
}

void Courier::pay_earlier(const Peer& peer, Header& header) {
  const auto debt = debts_.find(peer.id);
  if (debt == debts_.end()) return;
  header.acknowledgements.take_from(debt->second.acknowledgements);
  debt->second.since.reset();
  if (!debt->second.timer) debts_.erase(debt);
}

void Courier::flush(Context& context, Peer& peer) {
  if (fresh_debt_.acknowledgements.empty()) return;
  if (params_.ack_delay == Duration{}) return send_ack(context, peer);
  Debt& debt = debts_[peer.id];
  debt.acknowledgements.take_from(fresh_debt_.acknowledgements);
  if (!debt.since) debt.since = context.now();
  if (std::exchange(debt.timer, true)) return;
  context.set_timer(params_.ack_delay, Timers::key_about(TimerPurpose::acknowledge, peer.id));
}

void Courier::send_ack(Context& context, Peer& peer) {
  post(context, peer.id, envelope(params_, [&] {
         Ack message;
         complete(context, peer, message);
         return message;
       }));
}

void Courier::acknowledge_timer(Context& context, Peer& peer) {
  const auto found = debts_.find(peer.id);
  if (found == debts_.end()) return;
  Debt& debt = found->second;
  debt.timer = false;
  if (!debt.since) {
    debts_.erase(found);
    return;
  }
  // What the timer was set for may have gone with a message since, and what is owed now came later. More than the whole
  // delay is left only if the clock was set back.
  const Duration rest = *debt.since + params_.ack_delay - context.now();
  if (rest <= Duration{} || rest > params_.ack_delay) return send_ack(context, peer);
  debt.timer = true;
  context.set_timer(rest, Timers::key_about(TimerPurpose::acknowledge, peer.id));
}

// Its fate is known.
void Courier::finish(Peer& peer, MessageNumber number, const Outstanding& sent) {
  if (const std::uint32_t place = sent.turn - first_turn_; sent.attempts == 1 && place < under_timers_.size())
    under_timers_[place].number = 0;  // nothing is left to do when its timer fires
  if (peer.side->sent.has_one()) return nothing_outstanding(peer);
  peer.side->take(number);
}

void Courier::nothing_outstanding(Peer& peer) {
  if (peer.extras() == nullptr) return peer.side.reset();
  peer.side->sent = {};
  peer.side->awaited.clear();
  peer.side->knows_awaited = false;
}

const Outstanding* Courier::answered(Context& context, Peer& peer, MessageNumber number) {
  const Outstanding* const sent = peer.side ? peer.side->sent.find(number) : nullptr;
  if (sent == nullptr) return nullptr;
  const Duration delay = peer.heard - sent->first_sent;  // now
  if (sent->attempts == 1 && delay >= Duration{}) context.sample(index(Metric::ack_delay), delay);
  peers_.answered(peer, delay);
  return sent;
}

const Outstanding* Courier::unanswered(Context& context, Peer& peer, MessageNumber number) {
  Outstanding& sent = *peer.side->sent.find(number);
  peers_.unanswered(context, peer);
  if (sent.attempts < params_.max_attempts) {
    context.count(index(Metric::retries));
    context.count(index(Metric::elements_sent), static_cast<double>(sent.values.size()));
    post(context, peer.id, sent.message);
    context.set_timer(backoff_.draw(++sent.attempts, context.random()),
                      Timers::key_about(TimerPurpose::retry, peer.id, number));
    return nullptr;
  }
  context.count(index(Metric::given_up), static_cast<double>(sent.values.size()));
  return &sent;
}

void Courier::abandon(Peer& peer) {
  if (peer.breaker()) peer.breaker()->ended();
  if (peer.side) nothing_outstanding(peer);
}

}  // namespace hearsay::gossip
