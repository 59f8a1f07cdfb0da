#include "protocols/common/raft/messages.hpp"

#include "protocols/common/raft/snapshot.hpp"

namespace hearsay::raft {
namespace {

void describe_numbers(std::ostream& out, const std::vector<std::uint64_t>& numbers) {
  const char* separator = "";
  for (const std::uint64_t number : numbers) {
    out << separator << "r" << number;
    separator = " ";
  }
}

template <class Contents>
void describe_contents(std::ostream& out, const Contents& contents) {
  const char* separator = "";
  for (const ContentPtr& content : contents) {
    out << separator;
    content->describe(out);
    separator = ", ";
  }
}

}  // namespace

void VoteRequest::describe(std::ostream& out) const {
  out << (pre ? "pre-vote " : "") << (transfer ? "transfer " : "") << "term " << term << " last " << last_index
      << " of " << last_term;
}

void VoteReply::describe(std::ostream& out) const {
  out << (pre ? "pre-vote " : "") << "term " << term << (granted ? " granted" : " refused");
}

std::uint32_t Append::wire_size() const {
  std::uint32_t size = header_size + 4 * number_size;
  for (const Entry& entry : entries) size += entry.content->wire_size;
  return size;
}

void Append::describe(std::ostream& out) const {
  out << "term " << term << " after " << prev_index << " of " << prev_term;
  if (!entries.empty()) out << " [";
  const char* separator = "";
  for (const Entry& entry : entries) {
    out << separator;
    entry.content->describe(out);
    separator = ", ";
  }
  if (!entries.empty()) out << "]";
  out << " commit " << commit;
  if (round > 0) out << " round " << round;
}

void AppendReply::describe(std::ostream& out) const {
  out << "term " << term << (ok ? " up to " : " not after ") << index;
  if (!ok) out << ", try " << hint_index << " of " << hint_term;
  if (round > 0) out << " round " << round;
}

std::uint32_t InstallSnapshot::wire_size() const { return header_size + 2 * number_size + snapshot->size; }

void InstallSnapshot::describe(std::ostream& out) const {
  out << "term " << term << " up to " << snapshot->index << " of " << snapshot->term;
}

std::uint32_t Propose::wire_size() const {
  std::uint32_t size = header_size;
  for (const ContentPtr& content : contents) size += content->wire_size;
  return size;
}

void Propose::describe(std::ostream& out) const { describe_contents(out, contents); }

void ReadRequest::describe(std::ostream& out) const { describe_numbers(out, reads); }

void ReadReply::describe(std::ostream& out) const {
  describe_numbers(out, reads);
  out << " at " << index;
}

std::vector<MessageKind> message_kinds() {
  constexpr auto stream = Transport::stream;
  return {{"vote_request", stream}, {"vote_reply", stream},     {"append", stream},  {"append_reply", stream},
          {"snapshot", stream},     {"timeout_now", stream},    {"propose", stream}, {"read_request", stream},
          {"read_reply", stream},   {"member_request", stream}, {"removed", stream}, {"marker", stream}};
}

}  // namespace hearsay::raft
