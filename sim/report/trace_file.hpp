// What the trace formats share: a buffered file that reports write errors, JSON objects written piece by piece, and the
// names of an event's detail. What writes events down does so while the run goes on: 10^7 of them must not sit in
// memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "sim/core/event.hpp"

namespace hearsay {

class TraceFile {
 public:
  explicit TraceFile(const std::string& file);  // throws TraceError if it cannot be written
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  // Append here, then call `wrote`, which empties it into the file now and then.
  std::string& buffer() { return buffer_; }
  void wrote();

  // Everything is in the file, or throws TraceError: the first write that failed (disk full).
  void finish();

 private:
  void flush();
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string buffer_;
  int error_ = 0;  // errno of the first failed write
};

// One JSON object appended to `out`; `close` ends it.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) { out_ += '{'; }
  JsonWriter& text(std::string_view key, std::string_view value);
  JsonWriter& number(std::string_view key, std::uint64_t value);
  JsonWriter& raw(std::string_view key, std::string_view json);
  JsonWriter& object(std::string_view key);  // opens an object inside
  JsonWriter& close();

 private:
  void key(std::string_view name);
  std::string& out_;
  bool first_ = true;
};

// The message's own line, or nothing if the event carries none.
std::string description(const Event& event);

// Whether Event::id is an identifier. (A digest is none: it is written in hexadecimal, for many readers of JSON round
// numbers past 2^53.)
bool uses_id(EventKind kind);

// The name of Event::detail for the kinds that use it, else empty.
std::string_view detail_name(const Event& event);

// Exact decimal notation of a time not before 0: the nanoseconds with the point `digits` places from the right. 9 for
// seconds (1 500 ns: "0.000001500"), 3 for microseconds ("1.500").
std::string decimal(Time t, int digits);

}  // namespace hearsay
