// `.jsonl`: the stream itself. A line has `t`, `kind` and those fields that its kind uses (sim/core/event.hpp).
#include <cstdio>

#include "sim/report/trace_file.hpp"
#include "sim/report/trace_formats.hpp"

namespace hearsay {
namespace {

bool is_message(EventKind kind) {
  return kind == EventKind::send || kind == EventKind::drop || kind == EventKind::deliver ||
         kind == EventKind::duplicate || kind == EventKind::retransmit;
}

void add_operation(JsonWriter& line, const Operation& operation) {
  const bool write = operation.kind == OperationKind::write;
  line.text("operation", write ? "write" : "read").number("client", operation.client).text("key", operation.key);
  if (!operation.method.empty()) line.text("method", operation.method);
  if (write) line.number("write", operation.write).text("value", operation.value);
}

void add_response(JsonWriter& line, const Response& response) {
  std::string seen = "[";
  for (const WriteId write : response.seen) (seen += seen.size() > 1 ? "," : "") += std::to_string(write);
  line.raw("seen", seen + "]");
}

std::string hexadecimal(std::uint64_t value) {
  char digits[20];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
  return digits;
}

std::string ids(const std::vector<NodeId>& nodes) {
  std::string text;
  for (const NodeId node : nodes) text += (text.empty() ? "" : ",") + std::to_string(node);
  return text;
}

class LineTrace final : public Observer {
 public:
  LineTrace(const std::string& file, std::vector<MessageKind> kinds) : out_(file), kinds_(std::move(kinds)) {}

  bool wants(EventKind) const override { return true; }
  void observe(const Event& event) override;

 private:
  TraceFile out_;
  std::vector<MessageKind> kinds_;
};

void LineTrace::observe(const Event& event) {
  JsonWriter line(out_.buffer());
  line.raw("t", decimal(event.at, 9)).text("kind", name_of(event.kind));
  if (event.node != no_node) line.number("node", event.node);
  if (event.peer != no_node) line.number("peer", event.peer);
  if (is_message(event.kind)) line.text("type", kinds_.at(event.type).name);
  if (is_message(event.kind) || event.kind == EventKind::invoke) line.number("size", event.size);
  if (uses_id(event.kind)) line.number("id", event.id);
  if (event.kind == EventKind::digest || event.kind == EventKind::placed) line.text("digest", hexadecimal(event.id));
  if (event.kind == EventKind::placed) line.text("part", hexadecimal(event.extra)).text("owners", ids(*event.owners));
  if (const std::string_view detail = detail_name(event); !detail.empty()) line.text("detail", detail);
  if (event.kind == EventKind::replaced) line.number("winner", event.extra);
  if (event.kind == EventKind::fault_begin) {
    const Time until{Duration(static_cast<std::int64_t>(event.extra))};
    line.raw("until", until == never ? "null" : decimal(until, 9)).text("text", event.firing->text());
  }
  if (event.operation != nullptr) add_operation(line, *event.operation);
  if (event.response != nullptr) add_response(line, *event.response);
  if (event.message != nullptr) line.text("message", description(event));
  line.close();
  out_.buffer() += '\n';
  out_.wrote();
  if (event.kind == EventKind::finish) out_.finish();
}

}  // namespace

std::unique_ptr<Observer> make_line_trace(const std::string& file, std::vector<MessageKind> kinds) {
  return std::make_unique<LineTrace>(file, std::move(kinds));
}

}  // namespace hearsay
