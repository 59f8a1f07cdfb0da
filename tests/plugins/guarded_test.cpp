// A plugin's protocol behind its guard: every call arrives, is on record while it runs, and what it throws names it.
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/plugins/guarded_protocol.hpp"
#include "sim/plugins/plugin_call.hpp"

namespace hearsay {
namespace {

const Plugin mine{.file = "/x/libmine.so", .content = "", .everywhere = false};

struct Deeds {
  std::vector<std::string> calls;  // as they arrive, with what is on record then
  std::string what;                // to throw; "7": a number; "odd": a ParameterError
};

void act(Deeds& deeds, const std::string& call) {
  deeds.calls.push_back(call + " in " + plugin_call().what.load());
  if (deeds.what == "7") throw 7;
  if (deeds.what == "odd") throw ParameterError("odd", "make it even");
  if (!deeds.what.empty()) throw std::runtime_error(deeds.what);
}

class Inner : public Protocol {
 public:
  explicit Inner(Deeds& deeds) : deeds_(deeds) {}
  ~Inner() override { deeds_.calls.push_back(std::string("end in ") + plugin_call().what.load()); }
  void start(Context&, StartReason reason) override {
    act(deeds_, reason == StartReason::join ? "join" : "another start");
  }
  void request(Context&, const Operation& operation) override { act(deeds_, operation.key); }
  void message(Context&, const Received& received) override { act(deeds_, std::to_string(received.from)); }
  void timer(Context&, TimerKey key) override { act(deeds_, std::to_string(key)); }
  void connected(Context&, ConnectionId id, NodeId peer) override {
    act(deeds_, std::to_string(id) + " to " + std::to_string(peer));
  }
  void disconnected(Context&, ConnectionId id, NodeId peer, ConnectionError error) override {
    act(deeds_, std::to_string(id) + " from " + std::to_string(peer) +
                    (error == ConnectionError::reset ? " reset" : " otherwise"));
  }
  void leave(Context&) override { act(deeds_, "bye"); }
  bool has_left() const override {
    act(deeds_, "left?");
    return deeds_.calls.size() % 2 == 0;
  }

 private:
  Deeds& deeds_;
};

class Silence : public Message {
 public:
  Silence() : Message(0, 1) {}
  void describe(std::ostream&) const override {}
  const Message* corrupted(std::uint64_t) const override { return nullptr; }
};

ProtocolInfo declared(Deeds& deeds) {
  ProtocolInfo info;
  info.name = "mine";
  info.configure = [&deeds](const ParameterValues&) {
    act(deeds, "configure");
    return [&deeds]() -> std::unique_ptr<Protocol> {
      act(deeds, "make");
      return std::make_unique<Inner>(deeds);
    };
  };
  return info;
}

// No handler of Inner looks at its context.
Context& nobody() {
  static const std::unique_ptr<int> nothing = std::make_unique<int>(0);
  return *reinterpret_cast<Context*>(nothing.get());
}

using Calls = std::vector<std::string>;

}  // namespace

TEST_CASE("every handler of a plugin is called with what it is given, and on record as itself") {
  Deeds deeds;
  const ProtocolInfo info = guarded(declared(deeds), mine);
  CHECK(info.name == "mine");
  auto replica = info.configure({})();
  const Silence silence;
  Operation operation;
  operation.key = "k";
  replica->start(nobody(), StartReason::join);
  replica->request(nobody(), operation);
  replica->message(nobody(), {.from = 4, .connection = no_connection, .message = silence});
  replica->timer(nobody(), 9);
  replica->connected(nobody(), 2, 3);
  replica->disconnected(nobody(), 5, 6, ConnectionError::reset);
  replica->leave(nobody());
  CHECK(replica->has_left());
  CHECK_FALSE(replica->has_left());
  replica.reset();
  CHECK(deeds.calls == Calls{"configure in configure", "make in the factory of its replicas", "join in start",
                             "k in request", "4 in message", "9 in timer", "2 to 3 in connected",
                             "5 from 6 reset in disconnected", "bye in leave", "left? in has_left", "left? in has_left",
                             "end in its destructor"});
  CHECK(plugin_call().what == nullptr);
}

TEST_CASE("what a handler throws names the plugin and the handler; what it says of a parameter passes as it is") {
  Deeds deeds;
  auto replica = guarded(declared(deeds), mine).configure({})();
  deeds.what = "no more tea";
  CHECK_THROWS_WITH(replica->timer(nobody(), 1), "the plugin /x/libmine.so threw in `timer`: no more tea");
  CHECK_THROWS_WITH(replica->leave(nobody()), "the plugin /x/libmine.so threw in `leave`: no more tea");
  deeds.what = "7";
  CHECK_THROWS_WITH(replica->timer(nobody(), 1),
                    "the plugin /x/libmine.so threw in `timer`: something that is no std::exception");
  deeds.what = "odd";
  CHECK_THROWS_AS(replica->timer(nobody(), 1), ParameterError);
  CHECK(plugin_call().what == nullptr);
  deeds.what.clear();
}

TEST_CASE("configure() blames a parameter, or the plugin where it throws something else") {
  Deeds deeds;
  const ProtocolInfo info = guarded(declared(deeds), mine);
  const auto blamed = [&](const std::string& what) -> std::pair<std::string, std::string> {
    deeds.what = what;
    try {
      info.configure({});
    } catch (const ParameterError& error) {
      return {error.parameter, error.what()};
    }
    return {};
  };
  CHECK(blamed("odd") == std::pair<std::string, std::string>("odd", "make it even"));
  CHECK(blamed("no more tea") ==
        std::pair<std::string, std::string>("", "the plugin /x/libmine.so threw in `configure`: no more tea"));
  CHECK(blamed("7").second == "the plugin /x/libmine.so threw in `configure`: something that is no std::exception");
}

TEST_CASE("a factory that makes nothing is named") {
  ProtocolInfo info;
  info.configure = [](const ParameterValues&) { return [] { return std::unique_ptr<Protocol>(); }; };
  const auto make = guarded(std::move(info), mine).configure({});
  CHECK_THROWS_WITH(make(), "the plugin /x/libmine.so threw in `the factory of its replicas`: it made no replica");
}

TEST_CASE("other functions of a declaration stay absent, or are guarded") {
  Deeds deeds;
  CHECK_FALSE(guarded(declared(deeds), mine).promises);
  CHECK_FALSE(guarded(declared(deeds), mine).processor_time);
  ProtocolInfo info = declared(deeds);
  info.promises = [&](const ParameterValues&) {
    act(deeds, "promises");
    return std::vector<Promise>(2);
  };
  info.processor_time = [&](const ParameterValues&) {
    act(deeds, "time");
    return std::vector<std::string>{"work"};
  };
  const ProtocolInfo made = guarded(std::move(info), mine);
  CHECK(made.promises({}).size() == 2);
  CHECK(made.processor_time({}) == std::vector<std::string>{"work"});
  CHECK(deeds.calls == Calls{"promises in promises", "time in processor_time"});
  deeds.what = "no more tea";
  CHECK_THROWS_AS(made.promises({}), ParameterError);
  CHECK_THROWS_WITH(made.processor_time({}), "the plugin /x/libmine.so threw in `processor_time`: no more tea");
}

}  // namespace hearsay
