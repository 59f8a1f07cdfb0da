#include "protocols/common/raft/replica.hpp"

#include <algorithm>

#include "protocols/common/raft/disk.hpp"
#include "protocols/common/raft/metrics.hpp"

namespace hearsay::raft {

void Replica::start(Context& context, StartReason reason) {
  context.state_digest(0);
  clients_.start(context, reason);
  if (waits_for_backup(context, reason)) return;
  Persistent persistent = Disk::load(context, reason, params_->voters);
  if (reason == StartReason::join) {
    persistent.joiner = clients_.session();
    Disk::overwrite(context, persistent);
    // As a flag of its command line would be, that it joins is settled before the process first runs. A crash that
    // took it back would make a founder of it, of a group that nobody else is in.
    context.storage().sync();
  }
  begin(context, std::move(persistent));
}

void Replica::begin(Context& context, Persistent persistent) {
  core_.emplace(context.name(), *params_, std::move(persistent), RandomStream(context.random().next(), "raft.election"),
                context.now());
  joining_ = core_->joiner() != 0;
  proceed(context);
  if (joining_) ask_membership(context);
  if (!backups_) return;
  arm_backups(context);
  const Duration wait = params_->backup_at - context.now().time_since_epoch();
  if (wait > Duration{}) context.set_timer(wait, Timers::key(TimerPurpose::backup, 1));
}

void Replica::request(Context& context, const Operation& operation) {
  if (ended_) return;
  if (!core_) return context.respond(operation.id, {Outcome::failed});
  clients_.request(context, operation, applier_.state());
  if (clients_.has_unsent()) set(context, flush_, TimerPurpose::flush, params_->batch_delay);
}

void Replica::command(Context& context, Method method, std::string key, std::string value) {
  if (ended_ || !core_) return;
  clients_.command(context, method, std::move(key), std::move(value));
  set(context, flush_, TimerPurpose::flush, params_->batch_delay);
}

void Replica::change(Context& context, NodeId node, bool leaves) {
  if (ended_ || !leads()) return;
  core_->change(context.now(), node, leaves);
  proceed(context);
}

void Replica::message(Context& context, const Received& received) {
  if (ended_ || !core_) return;
  const AnyMessage& message = payload<AnyMessage>(received.message);
  if (const auto* marker = std::get_if<Marker>(&message)) return receive(context, received.from, *marker);
  recorder_.message(received.from, received.message);
  if (std::holds_alternative<Removed>(message)) has_left_ = leaving_;
  core_->step(context.now(), message);
  proceed(context);
}

void Replica::disconnected(Context& context, ConnectionId, NodeId peer, ConnectionError) {
  if (ended_ || !core_) return;
  core_->unreachable(peer);
  proceed(context);
}

void Replica::timer(Context& context, TimerKey key) {
  if (ended_) return;
  if (!core_ && backups_) return restore(context);
  switch (Timers::purpose(key)) {
    case TimerPurpose::flush:
      if (!rings(flush_, key)) return;
      flush(context);
      break;
    case TimerPurpose::deadline:
      if (!rings(deadline_, key)) return;
      core_->tick(context.now());
      break;
    case TimerPurpose::persisted: {
      const Sync sync = syncs_.front();
      syncs_.pop_front();
      if (sync.truncations == core_->truncations()) core_->persisted(context.now(), sync.index);
      break;
    }
    case TimerPurpose::retry: clients_.retry_timer(context, *core_); break;
    case TimerPurpose::member: ask_membership(context); break;
    case TimerPurpose::backup:
      if (Timers::number(key) == 0) arm_backups(context);
      begin_backup(context);
      break;
    case TimerPurpose::restore: break;
  }
  proceed(context);
}

// --- what the core wants

void Replica::proceed(Context& context) {
  if (core_->broken()) {
    context.count(index(Metric::panics));
    ended_ = true;
    context.exit();
    return;
  }
  note_changes(context);
  send(context, core_->take_messages());
  for (const Core::Readable& read : core_->take_reads()) clients_.readable(read);
  applier_.run(context, *core_, clients_);
  if (!core_->has_unsaved()) applier_.snapshot(context, *core_);

  const bool sendable = clients_.has_unsent() && core_->leader() != no_node && !core_->handing_over();
  if (core_->has_unsaved() || core_->wants_round() || (core_->has_answers() && !syncs_.empty()))
    set(context, flush_, TimerPurpose::flush, {});
  else
    send(context, core_->take_answers());
  if (sendable) set(context, flush_, TimerPurpose::flush, params_->batch_delay);
  arm_deadline(context);
}

void Replica::send(Context& context, const std::vector<Outgoing>& messages) {
  for (const Outgoing& outgoing : messages) context.send(outgoing.to, outgoing.message);
}

// At the end of the instant, or later: everything that has come by then is one batch. A leader sends entries before
// they are on its own disk (Ongaro 2014, section 10.2.1); a follower answers when they are on its.
void Replica::flush(Context& context) {
  clients_.send(context, *core_);
  if (core_->wants_round()) core_->begin_round(context.now());
  note_changes(context);
  send(context, core_->take_messages());
  const bool writes = core_->has_unsaved();
  if (writes) save(context);
  if (writes || (core_->has_answers() && !syncs_.empty())) {
    syncs_.push_back({core_->log().last(), core_->truncations()});
    context.sync();
    send(context, core_->take_answers());
    context.set_timer({}, Timers::key(TimerPurpose::persisted));
  } else {
    send(context, core_->take_answers());
  }
}

void Replica::save(Context& context) {
  const Log& log = core_->log();
  const Index from = std::max(core_->unsaved().from, log.base().index + 1);
  for (Index at = from; at <= log.last(); ++at)
    if (!witness_->appended(at, log.at(at).term, log.at(at).prefix))
      context.count(index(Metric::log_matching_violations));
  context.count(index(Metric::batches));
  context.count(index(Metric::batched_entries), static_cast<double>(log.last() + 1 - from));
  context.high_water(index(Metric::log_high_water), static_cast<double>(log.last() - log.base().index));
  if (core_->unsaved().snapshot) context.count(index(Metric::snapshots_installed));
  Disk::save(context, *core_);
  core_->saved();
}

// What there is to report of the core, and to do for another leader.
void Replica::note_changes(Context& context) {
  const Core::Counts& counts = core_->counts();
  const std::pair<Metric, std::uint64_t Core::Counts::*> counters[] = {
      {Metric::pre_votes, &Core::Counts::pre_votes},
      {Metric::elections, &Core::Counts::elections},
      {Metric::terms_led, &Core::Counts::terms_led},
      {Metric::deposed, &Core::Counts::deposed},
      {Metric::quorum_lost, &Core::Counts::quorum_lost},
      {Metric::hand_overs, &Core::Counts::hand_overs},
      {Metric::refused_appends, &Core::Counts::refused_appends},
      {Metric::snapshots_sent, &Core::Counts::snapshots_sent}};
  const bool elected = counts.terms_led != counted_.terms_led;
  for (const auto& [metric, member] : counters)
    if (counts.*member != counted_.*member)
      context.count(index(metric), static_cast<double>(counts.*member - counted_.*member));
  counted_ = counts;
  if (elected && core_->role() == Role::leader) {
    if (!witness_->elected(core_->term(), core_->id())) context.count(index(Metric::election_safety_violations));
    if (!witness_->complete(core_->term(), core_->log())) context.count(index(Metric::leader_completeness_violations));
  }
  if (core_->role() == Role::leader && core_->commit() > committed_)
    witness_->committed(core_->term(), core_->commit(), core_->log().prefix(core_->commit()).value_or(0));
  committed_ = core_->commit();
  note_office(context);
}

void Replica::note_office(Context& context) {
  const bool leads = core_->role() == Role::leader, votes = core_->configuration().is_voter(core_->id());
  if (std::exchange(leads_, leads) != leads) context.level(index(Metric::leaders), leads ? 1 : 0);
  if (std::exchange(votes_, votes) != votes) context.level(index(Metric::voters), votes ? 1 : 0);
  joining_ = core_->joiner() != 0;
  if (core_->term() == term_ && core_->leader() == leader_) return;
  term_ = core_->term();
  leader_ = core_->leader();
  context.high_water(index(Metric::highest_term), static_cast<double>(term_));
  if (leader_ != no_node) clients_.send_again();
}

// --- timers

void Replica::set(Context& context, Alarm& alarm, TimerPurpose purpose, Duration delay) {
  const Time due = context.now() + delay;
  if (alarm.due <= due) return;
  alarm.due = due;
  context.set_timer(delay, Timers::key(purpose, ++alarm.number));
}

bool Replica::rings(Alarm& alarm, TimerKey key) {
  if (Timers::number(key) != alarm.number) return false;
  alarm.due = never;
  return true;
}

// In steps, so that a clock that runs fast is seen to do so.
void Replica::arm_deadline(Context& context) {
  if (core_->deadline() == never) return;
  const Duration left = core_->deadline() - context.now();
  set(context, deadline_, TimerPurpose::deadline, std::clamp(left, Duration{}, params_->heartbeat_interval));
}

// --- members

void Replica::leave(Context& context) {
  leaving_ = true;
  if (!core_) {
    has_left_ = true;
    return;
  }
  leaves_until_ = context.now() + params_->request_timeout;
  ask_membership(context);
  proceed(context);
}

// Whoever leads lets a node in or out; asked again until it has.
void Replica::ask_membership(Context& context) {
  if (!joining_ && !leaving_) return;
  const auto peers = context.peers();
  if (leaving_ && (peers.empty() || context.now() >= leaves_until_)) has_left_ = true;
  if (has_left_) return;
  if (core_->role() == Role::leader) {
    core_->change(context.now(), core_->id(), leaving_);
  } else if (core_->leader() != no_node || !peers.empty()) {
    const NodeId asked = core_->leader() != no_node ? core_->leader() : peers[asked_++ % peers.size()];
    context.send(asked, made(MemberRequest{core_->id(), leaving_, false, leaving_ ? 0 : core_->joiner()}));
  }
  context.set_timer(params_->heartbeat_interval, Timers::key(TimerPurpose::member));
}

}  // namespace hearsay::raft
