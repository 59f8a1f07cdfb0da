#include "sim/cli/progress_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "sim/cli/terminal.hpp"

namespace hearsay {
namespace {

// A line that wraps could not be taken back.
std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

template <class... Values>
void append(std::string& text, const char* format, Values... values) {
  char buffer[128];
  std::snprintf(buffer, sizeof buffer, format, values...);
  text += buffer;
}

constexpr std::chrono::milliseconds terminal_step{200};
constexpr std::chrono::seconds log_step{5};

}  // namespace

std::string rough_time(double seconds) {
  std::string text;
  if (seconds < 100)
    append(text, "%.0f s", std::ceil(seconds));
  else if (seconds < 6000)
    append(text, "%.0f min", seconds / 60);
  else
    append(text, "%.1f h", seconds / 3600);
  return text;
}

std::string rough_count(double count) {
  std::string text;
  if (count < 9999.5)
    append(text, "%.0f", count);
  else if (count < 999.5e3)
    append(text, "%.0f k", count / 1e3);
  else
    append(text, count < 99.5e6 ? "%.1f M" : "%.0f M", count / 1e6);
  return text;
}

std::string congestion_note(std::uint64_t transfers) {
  // From here on SimGrid's solver, not the protocol, decides the speed (docs/definitions.md, Network models).
  constexpr std::uint64_t congested = 500;
  if (transfers < congested) return "";
  return ", " + rough_count(static_cast<double>(transfers)) + " transfers share links, which slows SimGrid";
}

std::string progress_text(const PoolState& state, std::size_t count, double elapsed_s) {
  std::string text;
  append(text, "%zu/%zu runs", state.done, count);
  const double share = (static_cast<double>(state.done) + state.in_flight) / static_cast<double>(count);
  if (share > 0) text += ", " + rough_time(std::max(0.0, elapsed_s * (1 - share) / share)) + " left";
  const Progress& oldest = state.oldest;
  if (oldest.duration_s > 0 && state.oldest_wall_s > 1) {
    append(text, ", %.4g of %.4g s simulated, ", oldest.simulated_s, oldest.duration_s);
    text += rough_count(static_cast<double>(oldest.events) / state.oldest_wall_s) + " events/s";
    append(text, ", %.4g%% of writes present, ", std::floor(1e3 * oldest.present) / 10);
    append(text, oldest.distinct_states == 1 ? "1 state" : "%.0f states", static_cast<double>(oldest.distinct_states));
    text += congestion_note(oldest.transfers);
  } else if (state.done > 0) {
    append(text, ", %.3g runs/s", static_cast<double>(state.done) / elapsed_s);
  }
  return text;
}

ProgressLine::ProgressLine(std::size_t count, Show show) : count_(count), terminal_(stderr_is_terminal()) {
  enabled_ = show == Show::everywhere || (show == Show::on_terminal && terminal_);
}

void ProgressLine::show(const PoolState& state) {
  const auto now = Clock::now();
  if (!enabled_ || now < next_) return;
  next_ = now + (terminal_ ? Clock::duration(terminal_step) : Clock::duration(log_step));
  std::string text = progress_text(state, count_, std::chrono::duration<double>(now - started_).count());
  if (terminal_) {
    text.resize(std::min(text.size(), terminal_width() - 1));
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    shown_ = true;
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  std::fflush(stderr);
}

void ProgressLine::clear() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
  shown_ = false;
}

}  // namespace hearsay
