// A node's disk, against a naive model that keeps a whole second copy.
#include "sim/core/storage.hpp"

#include <catch2/catch.hpp>

#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

std::vector<std::string> texts(const Records& records) {
  std::vector<std::string> all;
  for (const std::string_view record : records) all.emplace_back(record);
  return all;
}

}  // namespace

TEST_CASE("a sync up to a position makes safe what was written before it, and that alone") {
  Storage disk;
  disk.put("a", "1");
  disk.append("log", "x");
  const auto position = disk.position();
  disk.put("a", "2");
  disk.append("log", "y");
  disk.sync_up_to(position);
  disk.sync_up_to(position);
  disk.crash(DiskMode::unsynced_lost);
  CHECK(disk.get("a") == "1");
  CHECK(texts(disk.records("log")) == std::vector<std::string>{"x"});
}

TEST_CASE("a sync up to a position, after one of everything, makes safe no more than what lies between") {
  Storage disk;
  disk.append("log", "a");
  disk.append("log", "b");
  disk.sync();
  disk.append("log", "c");
  const auto position = disk.position();
  disk.append("log", "d");
  disk.append("log", "e");
  disk.sync_up_to(position);
  disk.crash(DiskMode::unsynced_lost);
  CHECK(texts(disk.records("log")) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("of records appended one after another, a sync makes safe those before its position; the rest can follow") {
  for (const std::size_t safe : {0, 1, 2, 5}) {
    Storage disk;
    for (const char* record : {"a", "b", "c", "d"}) disk.append("log", record);
    CHECK(disk.position() == 4);
    disk.sync_up_to(safe);
    disk.append("log", "e");
    CHECK(disk.position() == 5);
    Storage later = disk;
    later.sync_up_to(3);
    disk.crash(DiskMode::unsynced_lost);
    later.crash(DiskMode::unsynced_lost);
    CHECK(disk.records("log").size() == std::min<std::size_t>(safe, 4));
    CHECK(later.records("log").size() == std::max<std::size_t>(3, std::min<std::size_t>(safe, 4)));
  }
}

TEST_CASE("records of two logs appended in turns are undone each in its own log") {
  Storage disk;
  for (const char* log : {"a", "b", "b", "a"}) disk.append(log, log);
  disk.sync_up_to(2);
  disk.crash(DiskMode::unsynced_lost);
  CHECK(texts(disk.records("a")) == std::vector<std::string>{"a"});
  CHECK(texts(disk.records("b")) == std::vector<std::string>{"b"});
}

namespace {

// What Storage promises, without its undo log.
struct NaiveDisk {
  std::map<std::string, std::string> values, safe_values;
  std::map<std::string, std::vector<std::string>> logs, safe_logs;

  void sync() {
    safe_values = values;
    safe_logs = logs;
  }
  void crash(DiskMode mode) {
    if (mode == DiskMode::lost) {
      values.clear();
      logs.clear();
    }
    if (mode == DiskMode::unsynced_lost) {
      values = safe_values;
      logs = safe_logs;
    }
    sync();
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [name, value] : values) sum += name.size() + value.size();
    for (const auto& [name, records] : logs)
      for (const auto& record : records) sum += record.size();
    return sum;
  }
};

void change_both(Storage& disk, NaiveDisk& model, RandomStream& random) {
  const std::string name = "n" + std::to_string(random.below(4));
  const std::string text(random.below(6), 'x');
  switch (random.below(6)) {
    case 0:
    case 1:
      disk.put(name, text);
      model.values[name] = text;
      break;
    case 2:
      if (random.chance(0.5)) {
        disk.append(name, text);
        model.logs[name].push_back(text);
      } else {
        disk.append(name, text, "yz");
        model.logs[name].push_back(text + "yz");
      }
      break;
    case 3:
      disk.erase(name);
      model.values.erase(name);
      break;
    case 4:
      disk.truncate(name);
      model.logs.erase(name);
      break;
    default: disk.sync(); model.sync();
  }
}

bool equal(const Storage& disk, const NaiveDisk& model) {
  if (disk.values() != model.values || disk.bytes() != model.bytes()) return false;
  for (int i = 0; i < 4; ++i) {
    const std::string log = "n" + std::to_string(i);
    const auto it = model.logs.find(log);
    if (texts(disk.records(log)) != (it == model.logs.end() ? std::vector<std::string>{} : it->second)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("values and logs read back what was written, and nothing for names that are not there") {
  Storage disk;
  disk.put("term", "1");
  disk.put("term", "22");
  disk.append("log", "a");
  disk.append("log", "b");
  CHECK(disk.get("term") == "22");
  CHECK(disk.get("vote") == std::nullopt);
  CHECK(texts(disk.records("log")) == std::vector<std::string>{"a", "b"});
  CHECK(disk.records("other").empty());
  CHECK(disk.bytes() == 4 + 2 + 1 + 1);
  disk.truncate("log");
  disk.erase("term");
  CHECK(disk.bytes() == 0);
}

TEST_CASE("a crash leaves what the disk mode says") {
  Storage disk;
  disk.put("a", "synced");
  disk.append("log", "first");
  disk.sync();
  disk.put("a", "not synced");
  disk.put("b", "new");
  disk.append("log", "second");

  SECTION("kept: everything written") {
    disk.crash(DiskMode::kept);
    CHECK(disk.get("a") == "not synced");
    CHECK(disk.get("b") == "new");
    CHECK(disk.records("log").size() == 2);
  }
  SECTION("unsynced-lost: what was synced") {
    disk.crash(DiskMode::unsynced_lost);
    CHECK(disk.get("a") == "synced");
    CHECK(disk.get("b") == std::nullopt);
    CHECK(texts(disk.records("log")) == std::vector<std::string>{"first"});
  }
  SECTION("lost: nothing") {
    disk.crash(DiskMode::lost);
    CHECK(disk.values().empty());
    CHECK(disk.records("log").empty());
    CHECK(disk.bytes() == 0);
  }
}

TEST_CASE("a truncation and an erasure that were not synced are undone") {
  Storage disk;
  disk.append("log", "a");
  disk.put("k", "v");
  disk.sync();
  disk.truncate("log");
  disk.append("log", "b");
  disk.erase("k");
  disk.crash(DiskMode::unsynced_lost);
  CHECK(texts(disk.records("log")) == std::vector<std::string>{"a"});
  CHECK(disk.get("k") == "v");
}

TEST_CASE("random histories of writes, syncs and crashes agree with a model that copies the disk") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RandomStream random(seed, "test.storage");
    Storage disk;
    NaiveDisk model;
    for (int step = 0; step < 60; ++step) {
      if (random.chance(0.08)) {
        const auto mode = static_cast<DiskMode>(random.below(3));
        disk.crash(mode);
        model.crash(mode);
      } else {
        change_both(disk, model, random);
      }
      INFO("seed " << seed << ", step " << step);
      REQUIRE(equal(disk, model));
    }
  }
}
