// A node's disk as a process sees it: named values and named append-only logs. It outlives the process: a crash
// destroys the protocol object and leaves the disk as the fault's `disk` mode says (README, Scenario files, `crash`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

enum class DiskMode : std::uint8_t {
  kept,           // everything written is there after the restart
  unsynced_lost,  // what was written but not synced is gone
  lost,           // an empty disk
};

// The records of a log, in the order in which they were appended, side by side: thousands of nodes keep theirs. At most
// 4 GiB.
class Records {
 public:
  std::size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  // Requires position < size(). The bytes are valid until the next change.
  std::string_view operator[](std::size_t position) const;

  class Iterator {
   public:
    Iterator(const Records& records, std::size_t position) : records_(&records), position_(position) {}
    std::string_view operator*() const { return (*records_)[position_]; }
    Iterator& operator++() {
      ++position_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return position_ == other.position_; }

   private:
    const Records* records_;
    std::size_t position_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  std::size_t bytes() const { return bytes_.size(); }
  void append(std::string_view record, std::string_view rest);  // as one record
  void pop_back();                                              // requires that it is not empty

 private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;  // of each, in bytes_
};

class Storage {
 public:
  // Writes reach the disk's cache at once and are safe after the next sync().
  void put(const std::string& name, std::string bytes);
  void erase(const std::string& name);
  // A record in two pieces, so that nobody has to join them first.
  void append(const std::string& log, std::string_view record, std::string_view rest = {});
  void truncate(const std::string& log);  // drops every record of the log
  void sync();
  // How many changes there have been; and a sync that covers those up to such a number only.
  std::uint64_t position() const { return position_; }
  void sync_up_to(std::uint64_t position);

  std::optional<std::string> get(const std::string& name) const;
  const std::map<std::string, std::string>& values() const { return current_.values; }
  const Records& records(const std::string& log) const;  // empty for a log that is not there

  // What a crash in `mode` leaves.
  void crash(DiskMode mode);

  std::size_t bytes() const { return current_.bytes; }  // of names, values and records held now

 private:
  struct Contents {
    std::map<std::string, std::string> values;
    std::map<std::string, Records> logs;
    std::size_t bytes = 0;
  };
  // Undo record of an unsynced change, or of several records appended one after another; newest last: cheaper than a
  // second copy of a large disk.
  struct Change {
    enum class Kind : std::uint8_t { put, append, truncate } kind;
    std::string name;
    std::vector<std::string> old_value{};  // one, or none if there was none
    std::vector<Records> old_records{};    // one, of a log that was truncated
    std::uint64_t times = 1;
  };
  void note(Change&& change);
  void undo(Change& change);
  Records& log_to_append(const std::string& name);

  Contents current_;
  std::vector<Change> unsynced_;
  std::uint64_t synced_ = 0;    // changes before those
  std::uint64_t position_ = 0;  // and with those
};

}  // namespace hearsay
