#include "bench.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <iostream>
#include <type_traits>

#include "sim/runtime/run.hpp"

namespace hearsay::bench {
namespace {

template <int kind>
struct Data {
  std::uint64_t value = 0;
  std::uint32_t size = 0;
  std::uint32_t wire_size() const { return size; }
  void describe(std::ostream& out) const { out << value; }
  Data corrupted(std::uint64_t) const { return {~value, size}; }
};
using Any = std::variant<Data<0>, Data<1>>;  // datagram, stream

template <class Handler, class... Arguments>
void call(const Handler& handler, Context& context, std::uint64_t& memory, const Arguments&... arguments) {
  if (!handler) return;
  Node node{context, memory};
  handler(node, arguments...);
}

class Scripted final : public Protocol {
 public:
  explicit Scripted(const Script& script) : script_(script) {}
  void start(Context& c, StartReason reason) override { call(script_.start, c, memory_, reason); }
  void request(Context& c, const Operation& operation) override { call(script_.request, c, memory_, operation); }
  void message(Context& c, const Received& received) override { call(script_.message, c, memory_, received); }
  void timer(Context& c, TimerKey key) override { call(script_.timer, c, memory_, key); }
  void connected(Context& c, ConnectionId id, NodeId peer) override { call(script_.connected, c, memory_, id, peer); }
  void disconnected(Context& c, ConnectionId id, NodeId peer, ConnectionError error) override {
    call(script_.disconnected, c, memory_, id, peer, error);
  }
  void leave(Context& c) override { call(script_.leave, c, memory_); }
  bool has_left() const override { return !script_.has_left || script_.has_left(memory_); }

 private:
  const Script& script_;
  std::uint64_t memory_ = 0;
};

class Recorder final : public Observer {
 public:
  explicit Recorder(bool with_values) : with_values_(with_values) {}
  bool wants(EventKind) const override { return true; }
  void observe(const Event& event) override {
    Seen seen{event.at,   event.kind, event.detail, event.type, event.size,  event.node,
              event.peer, event.id,   event.extra,  0,          event.cause, event.cause_type};
    if (with_values_ && event.message != nullptr) seen.value = value_of(*event.message);
    events.push_back(seen);
  }
  std::vector<Seen> events;

 private:
  bool with_values_;
};

ProtocolInfo protocol_of(const Script& script) {
  ProtocolInfo info;
  info.name = "bench";
  info.workloads = {"broadcast"};
  info.messages = {{"datagram", Transport::datagram}, {"stream", Transport::stream}};
  info.configure = [&script](const ParameterValues&) -> ReplicaFactory {
    return [&script] { return std::make_unique<Scripted>(script); };
  };
  return info;
}

// --- over the pipe

void put(std::string& out, const void* data, std::size_t size) { out.append(static_cast<const char*>(data), size); }
template <class T>
void put(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  put(out, &value, sizeof value);
}
void put_text(std::string& out, const std::string& text) {
  put(out, text.size());
  out += text;
}

struct Reader {
  const std::string& data;
  std::size_t at = 0;
  template <class T>
  T take() {
    T value{};
    std::memcpy(&value, data.data() + at, sizeof value);
    at += sizeof value;
    return value;
  }
  std::string text() {
    const auto size = take<std::size_t>();
    at += size;
    return data.substr(at - size, size);
  }
};

std::string pack(const History& h) {
  std::string out;
  put_text(out, h.error);
  put_text(out, h.run_hash);
  put(out, h.simulated_s);
  put(out, h.sent);
  put(out, h.redundant);
  put(out, h.client_latency_s);
  put(out, h.converged);
  put(out, h.events.size());
  for (const Seen& seen : h.events) put(out, seen);
  return out;
}

History unpack(const std::string& data) {
  Reader reader{data};
  History h;
  h.error = reader.text();
  h.run_hash = reader.text();
  h.simulated_s = reader.take<double>();
  h.sent = reader.take<std::uint64_t>();
  h.redundant = reader.take<std::uint64_t>();
  h.client_latency_s = reader.take<double>();
  h.converged = reader.take<bool>();
  h.events.resize(reader.take<std::size_t>());
  for (Seen& seen : h.events) seen = reader.take<Seen>();
  return h;
}

History run_here(const Case& which, const ProtocolInfo& protocol, bool with_values) {
  History h;
  Recorder recorder(with_values);
  try {
    RunOptions options;
    options.observers = {&recorder};
    const RunResult result = run_case(which, protocol, options);
    h.run_hash = result.run_hash;
    h.simulated_s = result.simulated_s;
    h.sent = result.messages.sent;
    h.redundant = result.messages.redundant;
    h.client_latency_s = result.client_latency_s.max.value_or(-1);
    h.converged = result.converged;
  } catch (const std::exception& error) {
    h.error = error.what();
  }
  h.events = std::move(recorder.events);
  return h;
}

History run_forked(const Case& which, const ProtocolInfo& protocol, bool with_values) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  std::cout.flush();  // or the child prints it again
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    std::signal(SIGABRT, SIG_DFL);  // Catch2's handlers belong to the parent
    std::signal(SIGSEGV, SIG_DFL);
    const std::string packed = pack(run_here(which, protocol, with_values));
    for (std::size_t done = 0; done < packed.size();) {
      const ssize_t wrote = write(ends[1], packed.data() + done, packed.size() - done);
      if (wrote <= 0) _exit(1);
      done += static_cast<std::size_t>(wrote);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string data;
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;)
    data.append(buffer.data(), static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return unpack(data);
  History dead;
  dead.error = "the run died with status " + std::to_string(status);
  return dead;
}

}  // namespace

SendId Node::datagram(NodeId to, std::uint64_t value, std::uint32_t size) const {
  return context.send(to, make_message<Any>(Data<0>{value, size}));
}
SendId Node::stream(NodeId to, std::uint64_t value, std::uint32_t size) const {
  return context.send(to, make_message<Any>(Data<1>{value, size}));
}
SendId Node::stream_on(ConnectionId connection, std::uint64_t value, std::uint32_t size) const {
  return context.send_on(connection, make_message<Any>(Data<1>{value, size}));
}

std::uint64_t value_of(const Message& message) {
  return std::visit([](const auto& data) { return data.value; }, payload<Any>(message));
}

std::vector<Seen> History::of(EventKind kind, NodeId node) const {
  std::vector<Seen> found;
  for (const Seen& seen : events)
    if (seen.kind == kind && (node == no_node || seen.node == node)) found.push_back(seen);
  return found;
}

std::vector<std::uint64_t> History::values(EventKind kind, NodeId node) const {
  std::vector<std::uint64_t> found;
  for (const Seen& seen : of(kind, node)) found.push_back(seen.value);
  return found;
}

std::vector<std::uint64_t> History::notes(NodeId node) const {
  std::vector<std::uint64_t> found;
  for (const Seen& seen : of(EventKind::digest, node)) found.push_back(seen.id);
  return found;
}

std::vector<Time> History::note_times(std::uint64_t value) const {
  std::vector<Time> found;
  for (const Seen& seen : of(EventKind::digest))
    if (seen.id == value) found.push_back(seen.at);
  return found;
}

std::size_t History::dropped(DropReason reason) const {
  std::size_t count = 0;
  for (const Seen& seen : of(EventKind::drop)) count += seen.detail == static_cast<std::uint8_t>(reason) ? 1 : 0;
  return count;
}

Scenario quiet_scenario(std::uint32_t nodes) {
  Scenario scenario;
  scenario.name = "bench";
  scenario.nodes = nodes;
  scenario.duration = std::chrono::seconds(10);
  scenario.protocols.push_back({"bench", "bench", {}, {}, {}});
  return scenario;
}

void add_fault(Scenario& scenario, const std::string& verb, Duration at, std::optional<Duration> lasts,
               ParameterValues values) {
  FaultEntry entry;
  entry.verb = verb;
  entry.values = std::move(values);
  entry.at = Time(at);
  entry.lasts = lasts;
  scenario.faults.push_back(std::move(entry));
}

void set_background(Scenario& scenario, const std::string& verb, ParameterValues values) {
  scenario.network.background.emplace_back(verb, std::move(values));
}

ParameterValues one_way(NodeId from, NodeId to) { return {{"from", Selector::of({from})}, {"to", Selector::of({to})}}; }

ParameterValues halves(std::vector<NodeId> a, std::vector<NodeId> b, const std::string& behavior) {
  return {{"groups", std::vector<Selector>{Selector::of(std::move(a)), Selector::of(std::move(b))}},
          {"behavior", behavior}};
}

ParameterValues nodes(std::vector<NodeId> ids) { return {{"nodes", Selector::of(std::move(ids))}}; }

History run(Scenario scenario, const Script& script, std::uint64_t seed) {
  if (scenario.workloads.front().values.empty())  // one operation, at the last moment
    scenario.workloads.front().values = {{"operations", std::int64_t{1}}, {"start", scenario.duration - Duration(1)}};
  return run_forked({std::make_shared<const Scenario>(std::move(scenario)), 0, seed}, protocol_of(script), true);
}

History run_registered(Scenario scenario, const std::string& protocol, const ParameterValues& params) {
  const ProtocolInfo* info = find_protocol(protocol);
  ProtocolEntry entry{protocol, protocol, {}, {}, {}};
  for (const auto& parameter : info->parameters)
    if (!std::holds_alternative<std::monostate>(parameter.default_value))
      entry.params[parameter.name] = parameter.default_value;
  for (const auto& [name, value] : params) entry.params[name] = value;
  scenario.protocols = {entry};
  return run_forked({std::make_shared<const Scenario>(std::move(scenario)), 0, 1}, *info, false);
}

}  // namespace hearsay::bench
