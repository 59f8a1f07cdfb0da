// A plugin for tests/cli/plugins_test.py that does what it is told to: by its parameter while it runs, by MISBEHAVE in
// the environment while it is loaded. NAME in the environment is its protocol's name.
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <variant>

#include "sim/core/plugin.hpp"

namespace hearsay {
namespace {

struct Copy {
  WriteId write = no_write;
  std::uint32_t wire_size() const { return 16; }
  void describe(std::ostream& out) const { out << write; }
};
using AnyMessage = std::variant<Copy>;

enum class Deed : std::uint8_t { none, crash, overflow, raise, raise_number, loop, sleep, exit };

struct Params {
  Deed deed = Deed::none;
  std::int64_t odd = 0;
  bool in_configure = false;
};

// Grows the stack without end.
int dig(volatile int depth) { return depth < 0 ? 0 : dig(depth + 1) + depth; }

void act(Deed deed) {
  volatile int* nowhere = nullptr;
  switch (deed) {
    case Deed::none: return;
    case Deed::crash: *nowhere = 1; return;
    case Deed::overflow: (void)dig(1); return;
    case Deed::raise: throw std::runtime_error("no more tea");
    case Deed::raise_number: throw 7;
    case Deed::loop:
      for (volatile int i = 0;; i = i + 1) {
      }
    case Deed::sleep:
      for (;;) sleep(1);
    case Deed::exit: std::_Exit(3);
  }
}

class Replica final : public Protocol {
 public:
  explicit Replica(Deed deed) : deed_(deed) {}
  void start(Context& context, StartReason) override { context.state_digest(0); }
  void request(Context& context, const Operation& operation) override {
    if (operation.kind == OperationKind::write) {
      learn(context, operation.write);
      for (const NodeId peer : context.peers()) context.send(peer, make_message<AnyMessage>(Copy{operation.write}));
    }
    context.respond(operation.id, {Outcome::ok, {}});
  }
  void message(Context& context, const Received& received) override {
    act(deed_);
    learn(context, std::get<Copy>(payload<AnyMessage>(received.message)).write);
  }
  void timer(Context&, TimerKey) override {}

 private:
  void learn(Context& context, WriteId write) {
    context.applied(write);
    context.state_digest(digest_ += scatter(write));
  }
  Deed deed_;
  std::uint64_t digest_ = 0;
};

const ParameterTable<Params>& table() {
  static const auto table = [] {
    ParameterTable<Params> made;
    made.add_choice("deed", &Params::deed,
                    {"none", "crash", "overflow", "throw", "throw-number", "loop", "sleep", "exit"},
                    "what it does when it gets a message");
    made.add("odd", ValueType::integer, &Params::odd, any_bounds, "refused if it is odd");
    made.add("in_configure", ValueType::boolean, &Params::in_configure, any_bounds, "it does that in configure()");
    return made;
  }();
  return table;
}

std::string from_environment(const char* name, const std::string& usual) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : usual;
}

ReplicaFactory configure(const ParameterValues& values) {
  const Params params = table().build(values);
  if (params.odd % 2 != 0) throw ParameterError("odd", "`odd` is odd; make it even");
  if (params.in_configure) act(params.deed);
  return [params] { return std::make_unique<Replica>(params.deed); };
}

ProtocolInfo other_info() {
  ProtocolInfo info;
  info.name = "other";
  return info;
}

// As a second HEARSAY_PLUGIN in its sources would do.
const std::unique_ptr<PluginEntry> second =
    from_environment("MISBEHAVE", "") == "two" ? std::make_unique<PluginEntry>(&other_info) : nullptr;

}  // namespace

ProtocolInfo misbehaves_info() {
  const std::string misbehave = from_environment("MISBEHAVE", "");
  if (misbehave == "crash") act(Deed::crash);
  if (misbehave == "throw") act(Deed::raise);
  if (misbehave == "loop") act(Deed::loop);
  if (misbehave == "exit") act(Deed::exit);
  ProtocolInfo info;
  info.name = from_environment("NAME", "misbehaves");
  if (misbehave != "summary") info.summary = "does as it is told";
  info.acknowledges = "at once";
  info.workloads = {"broadcast"};
  info.messages = {{"copy", Transport::datagram}};
  info.parameters = table().parameters();
  if (misbehave != "configure") info.configure = configure;
  return info;
}

}  // namespace hearsay
