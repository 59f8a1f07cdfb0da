// The record of the plugin's code that a process is in, and what it is good for: whoever crashes or hangs is named.
#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "sim/plugins/plugin_call.hpp"
#include "tests/plugins/child.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

const bool impatient = setenv("HEARSAY_PLUGIN_TIMEOUT", "0.2", 1) == 0;
const Plugin mine{.file = "/x/libmine.so", .content = "", .everywhere = false};

}  // namespace

TEST_CASE("a call into a plugin is on record while it lasts, and counts when it begins and when it ends") {
  const auto before = plugin_call().count.load();
  {
    const InPlugin in(mine, "message");
    CHECK(std::string(plugin_call().what) == "message");
    CHECK(plugin_call().plugin == &mine);
    CHECK(plugin_call().count == before + 1);
    CHECK(plugin_call().blame() == "in `message` of the plugin /x/libmine.so");
  }
  CHECK(plugin_call().what == nullptr);
  CHECK(plugin_call().count == before + 2);
  CHECK(plugin_call().blame().empty());
}

TEST_CASE("what a plugin throws is on record, cut to the room there") {
  CHECK(in_child([] {
          InPlugin in(mine, "timer");
          const std::string text = in.note("no more tea");
          if (text != "the plugin /x/libmine.so threw in `timer`: no more tea") _exit(1);
          if (plugin_call().blame() != text) _exit(2);
          const std::string long_text = in.note(std::string(5000, 'x').c_str());
          if (long_text.size() < 5000) _exit(3);
          if (plugin_call().blame() != long_text.substr(0, plugin_call().thrown.size() - 1)) _exit(4);
        }).status == 0);
}

TEST_CASE("nothing is recorded between processes unless a plugin was loaded") {
  CHECK(in_child([] {
          PluginWatch watch;
          watch.adopt();
          const InPlugin in(mine, "message");
          if (!watch.blame().empty() || watch.overdue()) _exit(1);
          if (plugin_call().blame().empty()) _exit(2);
        }).status == 0);
}

TEST_CASE("a crash inside a plugin names it and ends the process with 255; one outside is a crash as ever") {
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    const Ended inside = in_child([number] {
      watch_plugins();
      const InPlugin in(mine, "start");
      raise(number);
    });
    CHECK(inside.status == 255);
    CHECK(inside.said == "hearsay: the plugin /x/libmine.so crashed in `start`\n");
    const Ended outside = in_child([number] {
      watch_plugins();
      { const InPlugin in(mine, "start"); }
      raise(number);
    });
    CHECK(outside.status == 1000 + number);
    CHECK(outside.said.empty());
  }
}

TEST_CASE("a call that does not return within the patience ends the process, one that does leaves nothing behind") {
  CHECK(plugin_patience() == 200ms);
  const Ended hung = in_child([] {
    watch_plugins();
    const InPlugin in(mine, "request");
    std::this_thread::sleep_for(10s);
  });
  CHECK(hung.status == 255);
  CHECK(hung.said == "hearsay: the plugin /x/libmine.so has not returned for too long in `request`\n");
  CHECK(in_child([] {
          watch_plugins();
          { const InPlugin in(mine, "request"); }
          std::this_thread::sleep_for(400ms);
        }).status == 0);
}

TEST_CASE("the patience is what the variable says in seconds, or 30 s") {
  CHECK(patience_of(nullptr) == 30s);
  CHECK(patience_of("") == 30s);
  CHECK(patience_of("soon") == 30s);
  CHECK(patience_of("0.09") == 30s);
  CHECK(patience_of("0.1") == 100ms);
  CHECK(patience_of("1") == 1s);
  CHECK(patience_of("2.5") == 2500ms);
  CHECK(patience_of("1e6") == 1'000'000s);
  CHECK(patience_of("1000001") == 30s);
}

TEST_CASE("a parent sees the calls of the worker that adopted its record, and who hangs or crashed in it") {
  CHECK(in_child([] {
          watch_plugins();
          PluginWatch made;
          PluginWatch watch(std::move(made));  // as they lie in a vector of workers
          PluginWatch other;
          other = std::move(watch);
          if (other.overdue() || !other.blame().empty()) _exit(1);
          const pid_t worker = fork();
          if (worker == 0) {
            other.adopt();
            const InPlugin in(mine, "leave");
            std::this_thread::sleep_for(10s);
            _exit(0);
          }
          for (int i = 0; i < 500 && other.blame().empty(); ++i) std::this_thread::sleep_for(10ms);
          if (other.blame() != "in `leave` of the plugin /x/libmine.so") _exit(2);
          if (other.overdue()) _exit(3);  // just seen
          int waited = 0;
          for (; waited < 500 && !other.overdue(); ++waited) std::this_thread::sleep_for(10ms);
          kill(worker, SIGKILL);
          waitpid(worker, nullptr, 0);
          if (waited < 15 || waited == 500) _exit(4);
        }).status == 0);
}

TEST_CASE("a worker that goes on making calls is not overdue, nor one that is in none") {
  CHECK(in_child([] {
          watch_plugins();
          PluginWatch watch;
          watch.adopt();
          for (int i = 0; i < 30; ++i) {
            const InPlugin in(mine, "timer");
            if (watch.overdue()) _exit(1);
            std::this_thread::sleep_for(10ms);
          }
          for (int i = 0; i < 30; ++i) {
            if (watch.overdue()) _exit(2);
            std::this_thread::sleep_for(10ms);
          }
          const InPlugin in(mine, "timer");
          if (watch.overdue()) _exit(3);
        }).status == 0);
}

}  // namespace hearsay
