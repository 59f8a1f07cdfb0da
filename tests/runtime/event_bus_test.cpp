// How events reach observers: at once, in blocks, and as a reason to look at the others.
#include "sim/runtime/event_bus.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

struct Text final : Message {
  Text() : Message(3, 70) {}
  void describe(std::ostream&) const override {}
  const Message* corrupted(std::uint64_t) const override { return nullptr; }
};

class Folder final : public Observer {
 public:
  bool wants(EventKind) const override { return false; }  // it gets them all the same
  void observe(const Event&) override { FAIL("a folder is never given single events"); }
  bool folds() const override { return true; }
  void fold(std::span<const EventRecord> records, std::uint64_t kinds) override {
    all.insert(all.end(), records.begin(), records.end());
    if (!records.empty()) unusual.push_back(kinds);
  }
  std::vector<EventRecord> all;
  std::vector<std::uint64_t> unusual;  // by block
};

// Looks at a folder every 10 ms.
class Sampler final : public Observer {
 public:
  explicit Sampler(const Folder& folder) : folder_(folder) {}
  bool wants(EventKind) const override { return true; }
  void observe(const Event&) override { FAIL("a sampler is never given single events"); }
  bool samples() const override { return true; }
  Time sample(Time at) override {
    while (next_ < at) {
      seen.push_back(folder_.all.size());
      next_ += 10ms;
    }
    return next_;
  }
  std::vector<std::size_t> seen;

 private:
  const Folder& folder_;
  Time next_{};
};

class Watcher final : public Observer {
 public:
  bool wants(EventKind kind) const override { return kind == EventKind::deliver; }
  void observe(const Event& event) override {
    REQUIRE(event.message != nullptr);
    seen.push_back(event.id);
    details.push_back(event.detail);
  }
  std::vector<std::uint64_t> seen;
  std::vector<int> details;
};

}  // namespace

TEST_CASE("Folders get every event in order, more than a block of them, once the run has finished") {
  EventBus bus;
  Folder folder;
  bus.attach(&folder);
  const MessagePtr message(new Text);
  for (SendId id = 1; id <= 1000; ++id) {
    bus.emit_message(Time(1ms), EventKind::send, 4, 5, *message, id);
    if (id % 100 == 0) bus.emit(Event::of_node(Time(1ms), EventKind::crash, 7));
  }
  REQUIRE(bus.count() == 1010);
  bus.emit(Event::finish(Time(2ms)));
  REQUIRE(folder.all.size() == 1011);
  REQUIRE(folder.all[99].id == 100);
  REQUIRE(folder.all[100].kind == EventKind::crash);
  REQUIRE(folder.all[101].id == 101);
  REQUIRE(folder.all[0].size == 70);
  REQUIRE(folder.all[0].type == 3);
  REQUIRE(folder.all.back().kind == EventKind::finish);
}

TEST_CASE("A block says which kinds other than sends and sound deliveries are in it, but not of the block before") {
  EventBus bus;
  Folder folder;
  bus.attach(&folder);
  const MessagePtr message(new Text);
  const auto deliver = [&](std::uint8_t detail) {
    bus.emit_message(Time(1ms), EventKind::send, 0, 1, *message, 1);
    bus.emit_message(Time(1ms), EventKind::deliver, 1, 0, *message, 1, detail);
  };
  deliver(0);
  bus.look();
  deliver(1);
  bus.emit(Event::of_node(Time(1ms), EventKind::crash, 7));
  bus.look();
  deliver(0);
  bus.emit(Event::finish(Time(2ms)));
  REQUIRE(folder.unusual == std::vector<std::uint64_t>{0, bit_of(EventKind::deliver) | bit_of(EventKind::crash),
                                                       bit_of(EventKind::finish)});
}

TEST_CASE("A sample is taken after everything of its instant has been folded and before anything later is") {
  EventBus bus;
  Folder folder;
  Sampler sampler(folder);
  bus.attach(&sampler);
  bus.attach(&folder);
  const MessagePtr message(new Text);
  for (const auto at : {0ms, 0ms, 3ms, 10ms, 10ms, 11ms, 20ms}) {
    bus.emit_message(Time(at), EventKind::send, 0, 1, *message, 1);
  }
  bus.emit(Event::finish(Time(30ms)));
  REQUIRE(sampler.seen == std::vector<std::size_t>{2, 5, 7, 8});
}

TEST_CASE("An observer that wants deliveries gets them at once, with their message, whether others fold or not") {
  EventBus bus;
  Folder folder;
  Watcher watcher;
  bus.attach(&folder);
  bus.attach(&watcher);
  const MessagePtr message(new Text);
  bus.emit_message(Time(1ms), EventKind::send, 0, 1, *message, 8);
  bus.emit_message(Time(2ms), EventKind::deliver, 1, 0, *message, 8, 1);
  REQUIRE(watcher.seen == std::vector<std::uint64_t>{8});
  REQUIRE(watcher.details == std::vector<int>{1});
}

TEST_CASE("The pulse comes every 8192 events, and out of turn where it is asked for") {
  EventBus bus;
  int pulses = 0;
  bus.set_pulse([&pulses] { ++pulses; });
  const MessagePtr message(new Text);
  for (int i = 0; i < 8192 * 3 + 300; ++i) bus.emit_message(Time(1ms), EventKind::send, 0, 1, *message, 1);
  REQUIRE(pulses == 3);
  bus.look();
  REQUIRE(pulses == 4);
}
