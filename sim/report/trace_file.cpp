#include "sim/report/trace_file.hpp"

#include <cerrno>
#include <cstring>
#include <sstream>

#include "sim/core/protocol.hpp"
#include "sim/core/text.hpp"
#include "sim/report/trace.hpp"

namespace hearsay {
namespace {

constexpr std::size_t buffer_limit = 1 << 16;

std::string_view name_of(MemberState state) {
  switch (state) {
    case MemberState::alive: return "alive";
    case MemberState::suspect: return "suspect";
    case MemberState::dead: return "dead";
    case MemberState::left: return "left";
  }
  return "";
}

std::string_view name_of(ConnectionError error) {
  switch (error) {
    case ConnectionError::refused: return "refused";
    case ConnectionError::timed_out: return "timed_out";
    case ConnectionError::reset: return "reset";
    case ConnectionError::closed: return "closed";
  }
  return "";
}

}  // namespace

TraceFile::TraceFile(const std::string& file) : name_(file), file_(std::fopen(file.c_str(), "wbe")) {
  if (!file_) throw TraceError("cannot write the trace " + file + ": " + std::strerror(errno));
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // buffer_ is the buffer
}

TraceFile::~TraceFile() { flush(); }

void TraceFile::wrote() {
  if (buffer_.size() >= buffer_limit) flush();
}

void TraceFile::flush() {
  if (file_ && error_ == 0 && !buffer_.empty()) {
    errno = 0;
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
      error_ = errno != 0 ? errno : EIO;
  }
  buffer_.clear();
}

void TraceFile::finish() {
  flush();
  if (std::fclose(file_.release()) != 0 && error_ == 0) error_ = errno;
  if (error_ != 0) throw TraceError("the trace " + name_ + " is incomplete: " + std::strerror(error_));
}

void JsonWriter::key(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  key(name);
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::uint64_t value) {
  key(name);
  out_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view json) {
  key(name);
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::object(std::string_view name) {
  key(name);
  out_ += '{';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close() {
  out_ += '}';
  first_ = false;
  return *this;
}

std::string description(const Event& event) {
  if (event.message == nullptr) return "";
  std::ostringstream out;
  event.message->describe(out);
  return std::move(out).str();
}

bool uses_id(EventKind kind) {
  switch (kind) {
    case EventKind::redundant:
    case EventKind::boot:
    case EventKind::join:
    case EventKind::leave:
    case EventKind::crash:
    case EventKind::restart:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::member:
    case EventKind::digest:
    case EventKind::placed:
    case EventKind::finish: return false;
    default: return true;
  }
}

std::string_view detail_name(const Event& event) {
  switch (event.kind) {
    case EventKind::respond: return name_of(static_cast<Outcome>(event.detail));
    case EventKind::drop: return name_of(static_cast<DropReason>(event.detail));
    case EventKind::deliver: return event.detail == 0 ? "intact" : "corrupt";
    case EventKind::disconnected: return name_of(static_cast<ConnectionError>(event.detail));
    case EventKind::member: return name_of(static_cast<MemberState>(event.detail));
    case EventKind::fault_effect: return name_of(static_cast<FaultEffect>(event.detail));
    default: return "";
  }
}

std::string decimal(Time t, int digits) {
  const std::string all = std::to_string(t.time_since_epoch().count());
  const auto places = static_cast<std::size_t>(digits);
  std::string text;
  text.reserve(all.size() + places + 2);
  if (all.size() <= places)
    text += "0." + std::string(places - all.size(), '0') + all;
  else
    ((text += all.substr(0, all.size() - places)) += '.') += all.substr(all.size() - places);
  return text;
}

}  // namespace hearsay
