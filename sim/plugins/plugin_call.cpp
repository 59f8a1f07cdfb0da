#include "sim/plugins/plugin_call.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace hearsay {
namespace {

constexpr std::array<int, 5> crashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

PluginCall own_call;
PluginCall* current = &own_call;
bool watching = false;

void say(std::string_view text) { (void)!write(STDERR_FILENO, text.data(), text.size()); }

// Of signal handlers: calls nothing that allocates.
void say_where(const char* happened) {
  const PluginCall& call = *current;
  say("hearsay: the plugin ");
  const Plugin* plugin = call.plugin;
  say(plugin == nullptr ? "" : std::string_view(plugin->file));
  say(happened);
  say(" in `");
  say(call.what.load());
  say("`\n");
}

// A worker's parent reports how it ended; elsewhere nobody would.
void on_crash(int number) {
  if (current == &own_call && current->what != nullptr) {
    say_where(" crashed");
    _exit(255);
  }
  raise(number);  // the handler is gone by now: SA_RESETHAND
}

void on_alarm(int) {
  if (current->what == nullptr) return;
  say_where(" has not returned for too long");
  _exit(255);
}

void arm(std::chrono::milliseconds patience) {
  if (current != &own_call || !watching) return;  // a worker's parent looks at the clock
  itimerval timer{};
  const auto whole = std::chrono::floor<std::chrono::seconds>(patience);
  timer.it_value.tv_sec = whole.count();
  timer.it_value.tv_usec = std::chrono::microseconds(patience - whole).count();
  setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

std::chrono::milliseconds plugin_patience() {
  static const std::chrono::milliseconds patience = patience_of(std::getenv("HEARSAY_PLUGIN_TIMEOUT"));
  return patience;
}

std::chrono::milliseconds patience_of(const char* text) {
  const double seconds = text != nullptr ? std::strtod(text, nullptr) : 0;
  return std::chrono::milliseconds(seconds >= 0.1 && seconds <= 1e6 ? static_cast<std::int64_t>(seconds * 1000)
                                                                    : 30'000);
}

PluginCall& plugin_call() { return *current; }

std::string PluginCall::blame() const {
  if (thrown[0] != '\0') return thrown.data();
  const Plugin* whose = plugin;
  const char* handler = what;
  if (whose == nullptr || handler == nullptr) return "";
  return std::string("in `") + handler + "` of the plugin " + whose->file;
}

InPlugin::InPlugin(const Plugin& plugin, const char* what) : plugin_(plugin), what_(what) {
  PluginCall& call = *current;
  call.plugin.store(&plugin, std::memory_order_relaxed);
  call.what.store(what, std::memory_order_relaxed);
  call.count.fetch_add(1, std::memory_order_relaxed);
  arm(plugin_patience());
}

InPlugin::~InPlugin() {
  arm(std::chrono::milliseconds(0));
  current->what.store(nullptr, std::memory_order_relaxed);
  current->count.fetch_add(1, std::memory_order_relaxed);
}

std::string InPlugin::note(const char* what) {
  const std::string text = "the plugin " + plugin_.file + " threw in `" + what_ + "`: " + what;
  auto& thrown = current->thrown;
  const std::size_t size = std::min(text.size(), thrown.size() - 1);
  std::memcpy(thrown.data(), text.data(), size);
  thrown[size] = '\0';
  return text;
}

PluginWatch::PluginWatch() {
  if (!watching) return;
  void* page = mmap(nullptr, sizeof(PluginCall), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page != MAP_FAILED) call_ = new (page) PluginCall;
}

PluginWatch::~PluginWatch() {
  if (call_ != nullptr) munmap(call_, sizeof(PluginCall));
}

PluginWatch::PluginWatch(PluginWatch&& other) noexcept
    : call_(std::exchange(other.call_, nullptr)), count_(other.count_), since_(other.since_) {}

PluginWatch& PluginWatch::operator=(PluginWatch&& other) noexcept {
  std::swap(call_, other.call_);
  count_ = other.count_;
  since_ = other.since_;
  return *this;
}

void PluginWatch::adopt() const {
  if (call_ != nullptr) current = call_;
}

bool PluginWatch::overdue() {
  if (call_ == nullptr || call_->what == nullptr) {
    since_ = {};
    return false;
  }
  const auto now = std::chrono::steady_clock::now();
  const std::uint64_t count = call_->count;
  if (count != count_ || since_ == std::chrono::steady_clock::time_point{}) {
    count_ = count;
    since_ = now;
  }
  return now - since_ > plugin_patience();
}

void watch_plugins() {
  if (watching) return;
  watching = true;
  static std::array<char, 64 * 1024> stack;  // a stack overflow leaves none
  stack_t alternate{};
  alternate.ss_sp = stack.data();
  alternate.ss_size = stack.size();
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND) | SA_NODEFER;
  for (const int number : crashes) sigaction(number, &action, nullptr);
  action.sa_handler = on_alarm;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
}

}  // namespace hearsay
