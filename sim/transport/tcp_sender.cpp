#include "sim/transport/tcp_sender.hpp"

#include <algorithm>

namespace hearsay {
namespace {

constexpr std::uint64_t no_order = ~std::uint64_t{0};

}  // namespace

TcpSender::TcpSender(const Settings& settings, Duration round_trip)
    : settings_(settings),
      window_(settings.congestion),
      smoothed_(round_trip),
      variation_(round_trip / 2),
      shortest_(round_trip) {}

// --- round trips

Duration TcpSender::rto() const {
  Duration rto = smoothed_ + std::max(4 * variation_, settings_.min_rto);
  for (int i = 0; i < backoff_ && rto < settings_.max_rto; ++i) rto *= 2;
  return std::min(rto, settings_.max_rto);
}

void TcpSender::measure(Duration sample) {
  const Duration off = sample > smoothed_ ? sample - smoothed_ : smoothed_ - sample;
  variation_ += (off - variation_) / 4;
  smoothed_ += (sample - smoothed_) / 8;
  shortest_ = std::min(shortest_, sample);
}

// --- sending

void TcpSender::send(Time now, std::vector<Segment>& segments) {
  const std::size_t before = segments.size();
  shrink_if_idle(now);
  if (probe_) {
    if (*probe_ >= first_ && of(*probe_).state == State::flying) {
      --flying_;
      send_again(*probe_, now, segments);
      probe_order_ = orders_;
    }
    probe_.reset();
  }
  send_lost(now, segments);
  send_new(now, segments);
  limited_ = limited_ || held_back() || !room();
  most_flying_ = std::max(most_flying_, flying_);
  if (segments.size() > before) last_sent_ = last_event_ = now;
}

void TcpSender::shrink_if_idle(Time now) {
  if (sent_begin_ != sent_.size() || cut_ == written_ || first_ == 0 || now - last_sent_ <= rto()) return;
  window_.idle(static_cast<int>(std::min<std::int64_t>((now - last_sent_) / rto(), 30)));
}

bool TcpSender::room() const { return static_cast<double>(flying_ + 1) <= std::max(1.0, window_.segments()); }

void TcpSender::send_again(std::uint64_t segment, Time now, std::vector<Segment>& segments) {
  Sent& sent = of(segment);
  sent.state = State::flying;
  sent.order = ++orders_;
  sent.at = now;
  sent.again = true;
  ++flying_;
  segments.push_back({segment, sent.begin, sent.end, true});
}

void TcpSender::send_lost(Time now, std::vector<Segment>& segments) {
  for (std::uint64_t i = first_; lost_ > 0 && i < next() && room(); ++i)
    if (of(i).state == State::lost) {
      --lost_;
      send_again(i, now, segments);
    }
}

void TcpSender::send_new(Time now, std::vector<Segment>& segments) {
  while (cut_ < written_ && room()) {
    const std::uint64_t end = std::min(written_, cut_ + settings_.mss);
    segments.push_back({next(), cut_, end, false});
    sent_.push_back({cut_, end, ++orders_, now, State::flying, false, false});
    cut_ = end;
    ++flying_;
  }
}

// --- acknowledgements

void TcpSender::acknowledged(std::span<const Segment> segments, Time sent_at, Time now, Duration spread,
                             std::span<const Segment> earlier) {
  Gain gain;
  for (const Segment& segment : earlier) take_earlier(segment.number, gain);
  for (const Segment& segment : segments) take(segment.number, sent_at, now, gain);
  if (gain.orders.empty()) return;
  forget_acknowledged();
  if (gain.measured) measure(now - sent_at);
  probed_ = false;
  backoff_ = 0;
  last_event_ = now;
  if (recovering_ && (first_ >= recovery_end_ || suspects_ == 0)) {
    if (suspects_ == 0) window_.undo();
    recovering_ = timed_out_ = false;
  }
  const bool slow_growth = window_.slow_start() && window_.segments() < 2 * static_cast<double>(most_flying_);
  const std::uint64_t loss = find_losses(now);
  if ((!recovering_ || timed_out_) && (limited_ || slow_growth)) {  // what is behind a loss does not open the window
    const auto before =
        std::count_if(gain.orders.begin(), gain.orders.end(), [loss](std::uint64_t order) { return order < loss; });
    if (before > 0) grow(static_cast<double>(before), now, now - sent_at, spread);
  }
  limited_ = false;
  most_flying_ = flying_;
  if (loss != no_order)
    mark_losses(now);
  else if (gain.probe && !recovering_)
    window_.loss();  // the probe has filled the only hole: RFC 8985, 7.4.2
}

void TcpSender::take(std::uint64_t segment, Time sent_at, Time now, Gain& gain) {
  if (segment < first_ || segment >= next()) return;
  Sent& sent = of(segment);
  const bool late = sent.at != sent_at;  // it was sent again since
  if (sent.state == State::done) return;
  if (sent.state == State::lost)
    --lost_;
  else
    --flying_;
  if (sent.state == State::lost || late) {
    was_late(sent);
  } else {
    if (!sent.again) gain.measured = true;
    if (sent.order == probe_order_) gain.probe = true;
    if (sent.order > rack_order_) {
      rack_order_ = sent.order;
      rack_trip_ = now - sent_at;
    }
  }
  gain.orders.push_back(sent.order);
  sent.state = State::done;
}

void TcpSender::take_earlier(std::uint64_t segment, Gain& gain) {
  if (segment < first_ || segment >= next()) return;
  Sent& sent = of(segment);
  if (sent.state == State::done) return;
  if (sent.state == State::lost)
    --lost_;
  else
    --flying_;
  if (sent.suspect && suspects_ > 0) --suspects_;
  gain.orders.push_back(sent.order);
  sent.state = State::done;
}

// It was marked as lost and had only been overtaken: RFC 8985, 6.2, step 4, for the patience; Linux undoes the
// reduction if that was all there was.
void TcpSender::was_late(Sent& sent) {
  if (sent.again) patience_ = std::min(patience_ + 1, 16);
  reordering_ = true;
  if (sent.suspect && suspects_ > 0) --suspects_;
  sent.suspect = false;
}

void TcpSender::forget_acknowledged() {
  while (sent_begin_ < sent_.size() && sent_[sent_begin_].state == State::done) {
    ++sent_begin_;
    ++first_;
  }
  if (sent_begin_ == sent_.size()) {
    if (sent_.capacity() > 64)
      sent_ = {};
    else
      sent_.clear();
    sent_begin_ = 0;
  } else if (sent_begin_ >= 64 && sent_begin_ * 2 >= sent_.size()) {
    sent_.erase(sent_.begin(), sent_.begin() + static_cast<std::ptrdiff_t>(sent_begin_));
    sent_begin_ = 0;
  }
}

// --- the window

void TcpSender::grow(double segments, Time now, Duration sample, Duration spread) {
  const double share = window_.detects_queues() ? until_queue(now, sample, spread) : 1;
  window_.acknowledged(share * segments, now, smoothed_);
  if (share == 1) return;
  window_.leave_slow_start();
  window_.acknowledged((1 - share) * segments, now, smoothed_);
}

// HyStart as in Linux (tcp_cubic.c): slow start ends when acknowledgements, close upon each other, take longer than
// half the shortest round trip, or when a round trip is an eighth longer. The share of these acknowledgements before
// that.
double TcpSender::until_queue(Time now, Duration sample, Duration spread) {
  using std::chrono::milliseconds;
  if (first_ >= round_end_) {
    round_end_ = next();
    round_began_ = train_end_ = now;
  }
  if (sample > shortest_ + std::clamp<Duration>(shortest_ / 8, milliseconds(4), milliseconds(16))) return 0;
  if (now - train_end_ > milliseconds(2)) return 1;
  train_end_ = now + spread;
  const Time longest = round_began_ + shortest_ / 2;
  if (train_end_ <= longest) return 1;
  return spread > Duration{} ? std::clamp(seconds(longest - now) / seconds(spread), 0.0, 0.999999) : 0;
}

// --- losses

// RFC 8985, 6.2, step 4: nothing once three segments have overtaken, unless reordering was seen.
Duration TcpSender::reordering_window() const {
  if (!reordering_ && (recovering_ || sacked() >= 3)) return {};
  return std::min(shortest_ / 4 * patience_, smoothed_);
}

// RACK: what was sent before something that has arrived, and has not arrived itself a reordering window later, is lost.
// The first loss in order of sending; no_order if there is none yet.
std::uint64_t TcpSender::find_losses(Time now) {
  reordering_due_ = never;
  std::uint64_t first = no_order;
  if (sent_begin_ == sent_.size() || (!recovering_ && head().order > rack_order_)) return first;
  const Duration patience = rack_trip_ + reordering_window();
  for (std::size_t i = sent_begin_; i < sent_.size(); ++i) {
    const Sent& sent = sent_[i];
    if (sent.state != State::flying || sent.order >= rack_order_) continue;
    if (sent.at + patience <= now)
      first = std::min(first, sent.order);
    else
      reordering_due_ = std::min(reordering_due_, sent.at + patience);
  }
  return first;
}

void TcpSender::mark_losses(Time now) {
  const Duration patience = rack_trip_ + reordering_window();
  if (!recovering_) recover();
  for (std::size_t i = sent_begin_; i < sent_.size(); ++i) {
    Sent& sent = sent_[i];
    if (sent.state != State::flying || sent.order >= rack_order_ || sent.at + patience > now) continue;
    sent.state = State::lost;
    sent.suspect = true;
    ++suspects_;
    --flying_;
    ++lost_;
  }
  find_losses(now);  // in recovery there is less patience
}

void TcpSender::recover() {
  window_.loss();
  recovering_ = true;
  timed_out_ = false;
  suspects_ = 0;
  recovery_end_ = next();
}

// --- timers

Time TcpSender::rto_due() const { return (recovering_ ? std::max(last_event_, head().at) : head().at) + rto(); }

std::optional<Time> TcpSender::timer() const {
  if (flying_ == 0) return std::nullopt;
  if (reordering_due_ != never) return std::min(reordering_due_, rto_due());
  if (!may_probe()) return rto_due();
  const Duration alone = flying_ == 1 ? settings_.min_rto : Duration{};  // the receiver may delay its acknowledgement
  return std::min(last_event_ + 2 * smoothed_ + alone, rto_due());
}

void TcpSender::timeout(Time now) {
  if (reordering_due_ <= now) {
    if (find_losses(now) != no_order) mark_losses(now);
    return;
  }
  if (may_probe()) {
    probed_ = true;
    for (std::uint64_t i = next(); i-- > first_ && !probe_;)
      if (of(i).state == State::flying) probe_ = i;
    return;
  }
  if (timed_out_)
    window_.timeout_again();
  else
    window_.timeout();
  if (!recovering_) suspects_ = 0;
  for (std::size_t i = sent_begin_; i < sent_.size(); ++i)
    if (sent_[i].state == State::flying) {
      sent_[i].state = State::lost;
      sent_[i].suspect = true;
      ++suspects_;
      --flying_;
      ++lost_;
    }
  recovering_ = timed_out_ = true;
  recovery_end_ = next();
  last_event_ = now;
  ++backoff_;
}

}  // namespace hearsay
