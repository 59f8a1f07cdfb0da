#include "sim/cli/progress_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

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

}  // namespace

ProgressLine::ProgressLine(std::size_t count, bool enabled)
    : count_(count), enabled_(enabled && isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const PoolState& state) {
  if (!enabled_) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
  if (elapsed.count() < 1) return;
  std::string text;
  append(text, "%zu/%zu runs", state.done, count_);
  const Progress& oldest = state.oldest;
  if (oldest.duration_s > 0) {
    append(text, ", %.1f of %.1f s simulated", oldest.simulated_s, oldest.duration_s);
    if (state.oldest_wall_s > 0)
      append(text, ", %.0f events/s", static_cast<double>(oldest.events) / state.oldest_wall_s);
    append(text, ", %.0f%% up to date", 100 * oldest.up_to_date);
  }
  const double share = (static_cast<double>(state.done) + state.in_flight) / static_cast<double>(count_);
  if (share > 0) append(text, ", about %.0f s left", std::ceil(elapsed.count() * (1 - share) / share));
  text.resize(std::min(text.size(), terminal_width() - 1));
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
  shown_ = false;
}

}  // namespace hearsay
