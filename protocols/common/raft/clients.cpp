#include "protocols/common/raft/clients.hpp"

#include <algorithm>

#include "protocols/common/open_stream.hpp"
#include "protocols/common/raft/metrics.hpp"
#include "protocols/common/raft/timers.hpp"

namespace hearsay::raft {
namespace {

Method method_of(std::string_view asked) {
  if (asked == "cas") return Method::compare_and_set;
  return asked == "increment" ? Method::increment : Method::write;
}

}  // namespace

// Numbers begin behind those of other incarnations: an answer to one of these is not taken for this one's.
void Clients::start(Context& context, StartReason reason) {
  session_ = open_stream(context, reason);
  last_ = session_ >> 32 << 32;
}

void Clients::request(Context& context, const Operation& operation, const State& state) {
  const bool reads = operation.kind == OperationKind::read;
  if (reads && params_.reads == Reads::local) {
    context.respond(operation.id, {Outcome::ok, state.read(operation.key)});
    return;
  }
  const std::uint64_t number = ++last_;
  Pending& pending = pending_[number];
  pending.operation = operation.id;
  pending.since = context.now();
  pending.key = operation.key;
  if (!reads || params_.reads == Reads::log) {
    Command command;
    command.method = reads ? Method::read : method_of(operation.method);
    command.write = operation.write;
    command.key = operation.key;
    command.value = operation.value;
    command.size = operation.size;
    pending.content = numbered(number, std::move(command));
  }
  unsent_.push_back(number);
  arm(context);
}

void Clients::command(Context& context, Method method, std::string key, std::string value) {
  const std::uint64_t number = ++last_;
  Pending& pending = pending_[number];
  pending.since = context.now();
  Command command;
  command.method = method;
  command.size = static_cast<std::uint32_t>(key.size() + value.size());
  command.key = std::move(key);
  command.value = std::move(value);
  pending.content = numbered(number, std::move(command));
  unsent_.push_back(number);
  arm(context);
}

ContentPtr Clients::numbered(std::uint64_t number, Command command) const {
  command.session = session_;
  command.number = number;
  command.settled = pending_.begin()->first;
  return content_of(std::move(command));
}

void Clients::send(Context& context, Core& core) {
  if (unsent_.empty() || core.leader() == no_node) return;
  std::vector<ContentPtr> contents;
  std::vector<std::uint64_t> reads, kept;
  for (const std::uint64_t number : unsent_) {
    const auto pending = pending_.find(number);
    if (pending == pending_.end()) continue;
    pending->second.sent = context.now();
    if (pending->second.content)
      contents.push_back(pending->second.content);
    else
      reads.push_back(number);
  }
  const bool leads = core.leader() == core.id();
  if (!contents.empty() && !leads) context.send(core.leader(), made(Propose{contents}));
  // One that hands over takes nothing: its successor will.
  const bool takes = !contents.empty() && leads && core.propose(context.now(), contents);
  for (const ContentPtr& content : contents) {
    const std::uint64_t number = content->command.number;
    if (takes) pending_[number].appended = core.term();
    if (leads && !takes) kept.push_back(number);
  }
  if (!reads.empty() && leads) core.read(context.now(), core.id(), reads);
  if (!reads.empty() && !leads) context.send(core.leader(), made(ReadRequest{core.id(), std::move(reads)}));
  unsent_ = std::move(kept);
}

void Clients::send_again() {
  unsent_.clear();
  for (const auto& [number, pending] : pending_)
    if (!pending.readable) unsent_.push_back(number);
}

void Clients::applied(Context& context, std::uint64_t number, const State::Result& result) {
  const auto pending = pending_.find(number);
  if (pending == pending_.end()) return;
  if (pending->second.operation != no_op) context.respond(pending->second.operation, {result.outcome, result.seen});
  pending_.erase(pending);
}

void Clients::readable(const Core::Readable& read) {
  const auto pending = pending_.find(read.read);
  if (pending == pending_.end() || pending->second.content || pending->second.readable) return;
  pending->second.readable = true;
  reads_.emplace(read.index, read.read);
}

void Clients::serve(Context& context, Index applied, const State& state) {
  for (; !reads_.empty() && reads_.begin()->first <= applied; reads_.erase(reads_.begin())) {
    const auto pending = pending_.find(reads_.begin()->second);
    if (pending == pending_.end()) continue;
    context.respond(pending->second.operation, {Outcome::ok, state.read(pending->second.key)});
    pending_.erase(pending);
  }
}

void Clients::arm(Context& context) {
  if (armed_ || pending_.empty()) return;
  armed_ = true;
  context.set_timer(params_.retry_interval, Timers::key(TimerPurpose::retry));
}

void Clients::retry_timer(Context& context, const Core& core) {
  armed_ = false;
  const Time now = context.now();
  for (auto it = pending_.begin(); it != pending_.end();) {
    auto& [number, pending] = *it;
    if (pending.since + params_.request_timeout <= now) {
      if (pending.operation != no_op) context.respond(pending.operation, {Outcome::timed_out});
      it = pending_.erase(it);
      continue;
    }
    const auto place = std::lower_bound(unsent_.begin(), unsent_.end(), number);
    const bool waits = place != unsent_.end() && *place == number;
    const bool in_log = core.role() == Role::leader && pending.appended == core.term();
    if (!waits && !in_log && !pending.readable && pending.sent + params_.retry_interval <= now) {
      context.count(index(Metric::retries));
      unsent_.insert(place, number);
    }
    ++it;
  }
  arm(context);
}

}  // namespace hearsay::raft
