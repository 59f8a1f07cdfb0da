#include "protocols/common/raft/entry.hpp"

#include "sim/core/random.hpp"

namespace hearsay::raft {
namespace {

constexpr std::uint32_t entry_header = 16;    // term, kind and length
constexpr std::uint32_t command_header = 25;  // session, number, settled, method
constexpr std::uint32_t node_size = 8;

const char* separator(Method method) {
  return method == Method::compare_and_set ? " " : method == Method::increment ? "+=" : "=";
}

void encode_nodes(ByteWriter& out, const NodeRanges& nodes) {
  out.number(nodes.ranges().size());
  for (const auto& [first, last] : nodes.ranges()) out.number(first).number(last);
}

NodeRanges decode_nodes(ByteReader& in) {
  NodeRanges nodes;
  for (std::uint64_t ranges = in.number(); ranges > 0; --ranges) {
    const std::uint64_t first = in.number(), last = in.number();
    for (std::uint64_t node = first; node <= last; ++node) nodes.insert(static_cast<NodeId>(node));
  }
  return nodes;
}

}  // namespace

void Content::describe(std::ostream& out) const {
  switch (kind) {
    case Kind::noop: out << "noop"; break;
    case Kind::configuration: configuration.describe(out); break;
    case Kind::command:
      if (command.write != no_write) out << "w" << command.write << " ";
      out << command.key << separator(command.method) << command.value;
      break;
  }
}

ContentPtr noop() {
  static const ContentPtr only = [] {
    Content content;
    content.hash = 1;
    content.wire_size = entry_header;
    return std::make_shared<const Content>(std::move(content));
  }();
  return only;
}

ContentPtr content_of(Command command) {
  Content content;
  content.kind = Content::Kind::command;
  content.hash = combine(combine(command.session, command.number), combine(command.write, hash_text(command.key)));
  content.wire_size = entry_header + command_header + command.size;
  content.command = std::move(command);
  return std::make_shared<const Content>(std::move(content));
}

ContentPtr content_of(Configuration configuration) {
  Content content;
  content.kind = Content::Kind::configuration;
  content.hash = configuration.hash();
  content.wire_size = entry_header + node_size * static_cast<std::uint32_t>(configuration.voters.size() +
                                                                            configuration.learners.size());
  content.configuration = std::move(configuration);
  return std::make_shared<const Content>(std::move(content));
}

void encode(ByteWriter& out, const Configuration& configuration) {
  encode_nodes(out, configuration.voters);
  encode_nodes(out, configuration.learners);
}

Configuration decode_configuration(ByteReader& in) {
  Configuration configuration;
  configuration.voters = decode_nodes(in);
  configuration.learners = decode_nodes(in);
  return configuration;
}

void encode(ByteWriter& out, const Content& content) {
  out.number(static_cast<std::uint64_t>(content.kind));
  if (content.kind == Content::Kind::configuration) encode(out, content.configuration);
  if (content.kind != Content::Kind::command) return;
  const Command& command = content.command;
  out.word(command.session).number(command.number).number(command.settled).number(command.write);
  out.number(static_cast<std::uint64_t>(command.method)).number(command.size).text(command.key).text(command.value);
}

ContentPtr decode_content(ByteReader& in) {
  const auto kind = static_cast<Content::Kind>(in.number());
  if (kind == Content::Kind::noop) return noop();
  if (kind == Content::Kind::configuration) return content_of(decode_configuration(in));
  Command command;
  command.session = in.word();
  command.number = in.number();
  command.settled = in.number();
  command.write = static_cast<WriteId>(in.number());
  command.method = static_cast<Method>(in.number());
  command.size = static_cast<std::uint32_t>(in.number());
  command.key = in.text();
  command.value = in.text();
  return content_of(std::move(command));
}

}  // namespace hearsay::raft
