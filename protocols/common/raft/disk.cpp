#include "protocols/common/raft/disk.hpp"

#include <algorithm>
#include <string>

namespace hearsay::raft {
namespace {

const std::string log_name = "log", state_name = "state", snapshot_name = "snapshot", boot_name = "configuration";

void append_record(Context& context, const Log& log, Index index) {
  ByteWriter out;
  out.number(index).number(log.at(index).term);
  encode(out, *log.at(index).content);
  context.storage().append(log_name, out.take());
}

void put_snapshot(Context& context, const Snapshot& snapshot) {
  ByteWriter out;
  out.number(snapshot.index).number(snapshot.term).word(snapshot.prefix).number(snapshot.size);
  encode(out, snapshot.configuration);
  snapshot.state.save(out);
  context.storage().put(snapshot_name, out.take());
}

SnapshotPtr get_snapshot(Context& context) {
  const auto record = context.storage().get(snapshot_name);
  if (!record) return nullptr;
  ByteReader in(*record);
  Snapshot snapshot;
  snapshot.index = in.number();
  snapshot.term = in.number();
  snapshot.prefix = in.word();
  snapshot.size = static_cast<std::uint32_t>(in.number());
  snapshot.configuration = decode_configuration(in);
  snapshot.state = State::load(in);
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

Configuration boot_configuration(Context& context, StartReason reason, std::size_t voters) {
  Configuration configuration;
  if (const auto record = context.storage().get(boot_name)) {
    ByteReader in(*record);
    return decode_configuration(in);
  }
  if (reason != StartReason::join) {
    NodeRanges all{context.name()};
    for (const NodeId peer : context.peers()) all.insert(peer);
    for (const NodeId node : all)
      (voters == 0 || configuration.voters.size() < voters ? configuration.voters : configuration.learners)
          .insert(node);
  }
  ByteWriter out;
  encode(out, configuration);
  context.storage().put(boot_name, out.take());
  context.storage().sync();
  return configuration;
}

}  // namespace

Persistent Disk::load(Context& context, StartReason reason, std::size_t voters) {
  Persistent persistent;
  const Configuration boot = boot_configuration(context, reason, voters);
  persistent.snapshot = get_snapshot(context);
  persistent.log = Log(persistent.snapshot ? persistent.snapshot->base() : Log::Base{0, 0, 0, boot});
  for (const std::string_view record : context.storage().records(log_name)) {
    ByteReader in(record);
    const Index index = in.number();
    const Term term = in.number();
    if (index <= persistent.log.base().index) continue;
    persistent.log.truncate_after(index - 1);  // a later record takes the place of an earlier one
    persistent.log.append(term, decode_content(in));
  }
  if (const auto record = context.storage().get(state_name)) {
    ByteReader in(*record);
    persistent.term = in.number();
    persistent.vote = static_cast<NodeId>(in.number());
    persistent.commit = in.number();
    persistent.joiner = in.word();
  }
  return persistent;
}

bool Disk::is_empty(Context& context) { return !context.storage().get(boot_name); }

void Disk::overwrite(Context& context, const Persistent& persistent) {
  ByteWriter boot;
  encode(boot, persistent.log.configuration_at(persistent.log.base().index));
  context.storage().put(boot_name, boot.take());
  if (persistent.snapshot) put_snapshot(context, *persistent.snapshot);
  context.storage().truncate(log_name);
  for (Index index = persistent.log.base().index + 1; index <= persistent.log.last(); ++index)
    append_record(context, persistent.log, index);
  context.storage().put(state_name, ByteWriter()
                                        .number(persistent.term)
                                        .number(persistent.vote)
                                        .number(persistent.commit)
                                        .word(persistent.joiner)
                                        .take());
}

void Disk::save(Context& context, const Core& core) {
  const Core::Unsaved& unsaved = core.unsaved();
  if (unsaved.snapshot) {
    put_snapshot(context, *core.snapshot());
    context.storage().truncate(log_name);
  }
  for (Index index = std::max(unsaved.from, core.log().base().index + 1); index <= core.log().last(); ++index)
    append_record(context, core.log(), index);
  context.storage().put(
      state_name,
      ByteWriter().number(core.term()).number(core.vote()).number(core.commit()).word(core.joiner()).take());
}

void Disk::compact(Context& context, const Core& core) {
  put_snapshot(context, *core.snapshot());
  context.storage().truncate(log_name);
  const Index saved = core.has_unsaved() ? core.unsaved().from - 1 : core.log().last();
  for (Index index = core.snapshot()->index + 1; index <= std::min(saved, core.log().last()); ++index)
    append_record(context, core.log(), index);
}

}  // namespace hearsay::raft
