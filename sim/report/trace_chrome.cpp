// `.json`: Chrome Trace Event Format ("Trace Event Format", Google 2016), for Perfetto and chrome://tracing. It
// has three processes:
//   cluster  one track per node: one slice per delivery and one for the sends of one kind at one instant, joined by
//            flow arrows; drops, applied writes and node events as instants; above them two counters, the (acknowledged
//            write, live node) pairs that are missing and the distinct states of live nodes, as in the result's series
//   faults   spans of the firings, and of the time in which a node was down or paused
//   clients  one span per operation
#include <map>
#include <optional>
#include <set>

#include "sim/core/check.hpp"
#include "sim/metrics/agreement.hpp"
#include "sim/metrics/coverage.hpp"
#include "sim/report/trace_file.hpp"
#include "sim/report/trace_formats.hpp"

namespace hearsay {
namespace {

enum Process : std::uint64_t { cluster = 1, faults = 2, clients = 3 };

// Events of no duration need a slice that an arrow can end on; longer ones would hide what follows.
constexpr Duration slice{1'000};

class ChromeTrace final : public Observer {
 public:
  ChromeTrace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds);

  bool wants(EventKind kind) const override;
  void observe(const Event& event) override;

 private:
  // A span between two events, as an async event: spans of one process may overlap.
  struct Span {
    Process process;
    std::string category, name;
  };

  JsonWriter begin(std::string_view phase, std::string_view category, std::string_view name, Time at, Process process,
                   std::uint64_t track);
  void end(JsonWriter& event);
  void name_track(std::string_view what, Process process, std::uint64_t track, const std::string& name);

  void message_event(const Event& event);
  void slice_event(const Event& event, std::string_view verb);
  void flow(const Event& event, bool starts);
  void instant(const Event& event);
  void open_span(const std::string& id, Span span, Time at);
  void close_span(const std::string& id, Time at, std::string_view outcome);
  void node_event(const Event& event);
  void count(const Event& event);
  void counter(std::string_view name, std::uint64_t value, std::optional<std::uint64_t>& before);
  void finish(Time at);

  struct Track {
    Time at{}, end{};        // of the latest slice
    std::string_view sends;  // verb of the latest slice if it collects sends
    KindIndex type = 0;      // what it sends
  };

  TraceFile out_;
  std::vector<MessageKind> kinds_;
  std::vector<Track> tracks_;          // by node
  std::set<SendId> arrows_;            // begun, not ended: in flight
  std::map<std::string, Span> spans_;  // open, by id
  Coverage coverage_;
  Agreement agreement_;
  Time counted_{};                                 // the instant whose events are being counted
  std::optional<std::uint64_t> lacking_, states_;  // written last
  bool first_ = true;
};

ChromeTrace::ChromeTrace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds)
    : out_(file), kinds_(std::move(kinds)), tracks_(nodes), coverage_(nodes), agreement_(nodes) {
  out_.buffer() += "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
  name_track("process_name", cluster, 0, "cluster");
  name_track("process_name", faults, 0, "faults");
  name_track("process_name", clients, 0, "clients");
  for (std::uint64_t node = 0; node < nodes; ++node)
    name_track("thread_name", cluster, node + 1, "node " + std::to_string(node));
}

bool ChromeTrace::wants(EventKind kind) const { return kind != EventKind::fault_effect; }

void ChromeTrace::observe(const Event& event) {
  HEARSAY_CHECK(event.node == no_node || event.node < tracks_.size(),
                "an event of a node that the trace was not told of");
  count(event);
  switch (event.kind) {
    case EventKind::invoke: {
      const bool read = event.operation != nullptr && event.operation->kind == OperationKind::read;
      const std::string name = std::string(read ? "read" : "write") + " at node " + std::to_string(event.node);
      return open_span("operation " + std::to_string(event.id), {clients, "operation", name}, event.at);
    }
    case EventKind::respond: return close_span("operation " + std::to_string(event.id), event.at, detail_name(event));
    case EventKind::fault_begin:
      return open_span("fault " + std::to_string(event.id), {faults, "fault", event.firing->text()}, event.at);
    case EventKind::fault_end: return close_span("fault " + std::to_string(event.id), event.at, "ended");
    case EventKind::send:
    case EventKind::duplicate:
    case EventKind::deliver:
    case EventKind::drop: return message_event(event);
    case EventKind::finish: return finish(event.at);
    case EventKind::boot:
    case EventKind::digest:
    case EventKind::placed: return;  // only the counters speak of them
    default: return node_event(event);
  }
}

// --- single trace events

JsonWriter ChromeTrace::begin(std::string_view phase, std::string_view category, std::string_view name, Time at,
                              Process process, std::uint64_t track) {
  if (!first_) out_.buffer() += ",\n";
  first_ = false;
  JsonWriter event(out_.buffer());
  event.text("ph", phase).text("cat", category).text("name", name).raw("ts", decimal(at, 3));
  event.number("pid", process).number("tid", track);
  return event;
}

void ChromeTrace::end(JsonWriter& event) {
  event.close();
  out_.wrote();
}

void ChromeTrace::name_track(std::string_view what, Process process, std::uint64_t track, const std::string& name) {
  JsonWriter event = begin("M", "__metadata", what, Time{}, process, track);
  event.object("args").text("name", name).close();
  end(event);
  const bool is_thread = what == "thread_name";
  JsonWriter order =
      begin("M", "__metadata", is_thread ? "thread_sort_index" : "process_sort_index", Time{}, process, track);
  order.object("args").number("sort_index", is_thread ? track : process).close();
  end(order);
}

// --- messages

void ChromeTrace::message_event(const Event& event) {
  if (event.kind == EventKind::drop) {
    arrows_.erase(event.id);
    return instant(event);
  }
  if (event.kind == EventKind::deliver) {
    slice_event(event, "deliver ");
    if (arrows_.erase(event.id) > 0) flow(event, false);
    return;
  }
  slice_event(event, event.kind == EventKind::send ? "send " : "duplicate ");
  if (arrows_.insert(event.id).second) flow(event, true);
}

// Slices of one track must nest: one that begins inside the latest ends with it. A fan-out at one instant is one slice
// with many arrows, or a thousand peers would be a thousand levels.
void ChromeTrace::slice_event(const Event& event, std::string_view verb) {
  Track& track = tracks_[event.node];
  const bool sends = event.kind != EventKind::deliver;
  if (sends && track.at == event.at && track.sends == verb && track.type == event.type) return;
  if (track.end <= event.at) track.end = event.at + slice;
  track.at = event.at;
  track.sends = sends ? verb : std::string_view();
  track.type = event.type;
  JsonWriter out = begin("X", "message", std::string(verb) + std::string(kinds_.at(event.type).name), event.at, cluster,
                         event.node + 1);
  out.raw("dur", decimal(Time(track.end - event.at), 3));
  out.object("args").number("size", event.size);
  if (!sends) out.number("from", event.peer).number("id", event.id);
  if (const std::string_view detail = detail_name(event); !detail.empty()) out.text("state", detail);
  if (event.message != nullptr) out.text("message", description(event));
  out.close();
  end(out);
}

void ChromeTrace::flow(const Event& event, bool starts) {
  JsonWriter out = begin(starts ? "s" : "f", "message", kinds_.at(event.type).name, event.at, cluster, event.node + 1);
  out.number("id", event.id);
  if (!starts) out.text("bp", "e");
  end(out);
}

void ChromeTrace::instant(const Event& event) {
  const bool of_message = event.kind == EventKind::drop || event.kind == EventKind::retransmit;
  std::string name(name_of(event.kind));
  if (of_message) (name += ' ') += kinds_.at(event.type).name;
  const std::string_view detail = detail_name(event);
  if (!detail.empty()) (name += ": ") += detail;
  JsonWriter out = begin("i", of_message ? "message" : "node", name, event.at, cluster, event.node + 1);
  out.text("s", "t").object("args");
  if (uses_id(event.kind)) out.number("id", event.id);
  if (event.peer != no_node) out.number("peer", event.peer);
  if (event.kind == EventKind::replaced) out.number("winner", event.extra);
  if (event.message != nullptr) out.text("message", description(event));
  out.close();
  end(out);
}

// --- counters

// Their values are what stands after all events of an instant.
void ChromeTrace::count(const Event& event) {
  if (event.at != counted_) {
    counter("pairs missing", coverage_.lacking(), lacking_);
    counter("distinct states", agreement_.distinct(), states_);
    counted_ = event.at;
  }
  if (coverage_.wants(event.kind)) coverage_.observe(event);
  if (agreement_.wants(event.kind)) agreement_.observe(event);
}

void ChromeTrace::counter(std::string_view name, std::uint64_t value, std::optional<std::uint64_t>& before) {
  if (before == value) return;
  before = value;
  JsonWriter out = begin("C", "counter", name, counted_, cluster, 0);
  out.object("args").number("value", value).close();
  end(out);
}

// --- spans

void ChromeTrace::open_span(const std::string& id, Span span, Time at) {
  close_span(id, at, "again");
  JsonWriter out = begin("b", span.category, span.name, at, span.process, 0);
  out.text("id", id);
  end(out);
  spans_.emplace(id, std::move(span));
}

void ChromeTrace::close_span(const std::string& id, Time at, std::string_view outcome) {
  const auto it = spans_.find(id);
  if (it == spans_.end()) return;
  JsonWriter out = begin("e", it->second.category, it->second.name, at, it->second.process, 0);
  out.text("id", id).object("args").text("outcome", outcome).close();
  end(out);
  spans_.erase(it);
}

void ChromeTrace::node_event(const Event& event) {
  const std::string node = std::to_string(event.node);
  switch (event.kind) {
    case EventKind::crash:
      close_span("pause " + node, event.at, "crashed");
      open_span("down " + node, {faults, "outage", "node " + node + " down"}, event.at);
      break;
    case EventKind::pause: open_span("pause " + node, {faults, "outage", "node " + node + " paused"}, event.at); break;
    case EventKind::restart: close_span("down " + node, event.at, "restarted"); break;
    case EventKind::resume: close_span("pause " + node, event.at, "resumed"); break;
    default: break;
  }
  instant(event);
}

void ChromeTrace::finish(Time at) {
  counter("pairs missing", coverage_.lacking(), lacking_);
  counter("distinct states", agreement_.distinct(), states_);
  while (!spans_.empty()) close_span(std::string(spans_.begin()->first), at, "open at the end of the run");
  out_.buffer() += "\n]}\n";
  out_.finish();
}

}  // namespace

std::unique_ptr<Observer> make_chrome_trace(const std::string& file, std::uint32_t nodes,
                                            std::vector<MessageKind> kinds) {
  return std::make_unique<ChromeTrace>(file, nodes, std::move(kinds));
}

}  // namespace hearsay
