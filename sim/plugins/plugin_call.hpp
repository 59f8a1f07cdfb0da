// What code of a plugin this process is in, so that whoever finds the process dead or hanging can name it. A plugin
// that crashes, throws or never returns costs its run, not the batch: a worker keeps this record in memory that it
// shares with its parent. Elsewhere a crash or a hang inside a plugin ends the process with a message and status 255.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <string>

#include "protocols/registry.hpp"

namespace hearsay {

struct PluginCall {
  std::atomic<std::uint64_t> count = 0;         // calls that have begun or ended
  std::atomic<const char*> what = nullptr;      // the handler that runs, such as "message"; null outside of plugins
  std::atomic<const Plugin*> plugin = nullptr;  // whose; loaded before the processes parted
  std::array<char, 1000> thrown{};              // what it threw, as text

  // "in `message` of the plugin /x/libmine.so", or what it threw there; empty if no plugin is to blame.
  std::string blame() const;
};

// How long a handler of a plugin may take: HEARSAY_PLUGIN_TIMEOUT in seconds, or 30.
std::chrono::milliseconds plugin_patience();
// Of the variable's text; null, what is no number and what is not within 0.1 s and 1e6 s count as 30 s.
std::chrono::milliseconds patience_of(const char* text);

// The record of this process.
PluginCall& plugin_call();

// Code of a plugin runs while this lives. Not nested.
class InPlugin {
 public:
  InPlugin(const Plugin& plugin, const char* what);
  ~InPlugin();
  InPlugin(const InPlugin&) = delete;
  InPlugin& operator=(const InPlugin&) = delete;

  // Notes what is being thrown, for the case that nobody catches it. Returns its text, which names the plugin.
  std::string note(const char* what);

 private:
  const Plugin& plugin_;
  const char* what_;
};

// A worker's record, seen by its parent.
class PluginWatch {
 public:
  PluginWatch();  // does nothing unless a plugin has been loaded
  ~PluginWatch();
  PluginWatch(PluginWatch&& other) noexcept;
  PluginWatch& operator=(PluginWatch&& other) noexcept;

  // In the worker, right after the fork: its calls are recorded here from now on.
  void adopt() const;
  // In the parent. True once a call has lasted longer than plugin_patience().
  bool overdue();
  std::string blame() const { return call_ == nullptr ? "" : call_->blame(); }

 private:
  PluginCall* call_ = nullptr;
  std::uint64_t count_ = 0;
  std::chrono::steady_clock::time_point since_{};
};

// From now on a crash or a hang in a plugin is reported; to be called before the first one is loaded.
void watch_plugins();

}  // namespace hearsay
