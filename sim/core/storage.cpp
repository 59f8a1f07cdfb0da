#include "sim/core/storage.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace hearsay {

std::string_view Records::operator[](std::size_t position) const {
  const std::uint32_t begin = position == 0 ? 0 : ends_[position - 1];
  return std::string_view(bytes_).substr(begin, ends_[position] - begin);
}

void Records::append(std::string_view record, std::string_view rest) {
  HEARSAY_CHECK(record.size() + rest.size() <= UINT32_MAX - bytes_.size(),
                "a log of more than 4 GiB on a simulated disk");
  bytes_.append(record).append(rest);
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

void Records::pop_back() {
  ends_.pop_back();
  bytes_.resize(ends_.empty() ? 0 : ends_.back());
}

void Storage::note(Change&& change) {
  ++position_;
  unsynced_.push_back(std::move(change));
}

void Storage::put(const std::string& name, std::string bytes) {
  auto [it, fresh] = current_.values.try_emplace(name);
  current_.bytes += bytes.size();
  if (fresh)
    current_.bytes += name.size();
  else
    current_.bytes -= it->second.size();
  Change change{Change::Kind::put, name};
  if (!fresh) change.old_value.push_back(std::move(it->second));
  note(std::move(change));
  it->second = std::move(bytes);
}

void Storage::erase(const std::string& name) {
  const auto it = current_.values.find(name);
  if (it == current_.values.end()) return;
  current_.bytes -= name.size() + it->second.size();
  Change change{Change::Kind::put, name};
  change.old_value.push_back(std::move(it->second));
  note(std::move(change));
  current_.values.erase(it);
}

// Most disks have one.
Records& Storage::log_to_append(const std::string& name) {
  const auto first = current_.logs.begin();
  return first != current_.logs.end() && first->first == name ? first->second : current_.logs[name];
}

void Storage::append(const std::string& log, std::string_view record, std::string_view rest) {
  current_.bytes += record.size() + rest.size();
  log_to_append(log).append(record, rest);
  if (unsynced_.empty() || unsynced_.back().kind != Change::Kind::append || unsynced_.back().name != log)
    return note({Change::Kind::append, log});
  ++position_;
  ++unsynced_.back().times;
}

void Storage::truncate(const std::string& log) {
  const auto it = current_.logs.find(log);
  if (it == current_.logs.end()) return;
  current_.bytes -= it->second.bytes();
  Change change{Change::Kind::truncate, log};
  change.old_records.push_back(std::move(it->second));
  note(std::move(change));
  current_.logs.erase(it);
}

void Storage::sync() {
  unsynced_.clear();
  synced_ = position_;
}

void Storage::sync_up_to(std::uint64_t position) {
  auto next = unsynced_.begin();
  for (; next != unsynced_.end() && synced_ < position; ++next) {
    const std::uint64_t covered = std::min(next->times, position - synced_);
    synced_ += covered;
    if (covered == next->times) continue;
    next->times -= covered;
    break;
  }
  unsynced_.erase(unsynced_.begin(), next);
}

std::optional<std::string> Storage::get(const std::string& name) const {
  const auto it = current_.values.find(name);
  if (it == current_.values.end()) return std::nullopt;
  return it->second;
}

const Records& Storage::records(const std::string& log) const {
  static const Records none;
  const auto it = current_.logs.find(log);
  return it == current_.logs.end() ? none : it->second;
}

void Storage::crash(DiskMode mode) {
  if (mode == DiskMode::lost) current_ = {};
  if (mode == DiskMode::unsynced_lost)
    for (auto change = unsynced_.rbegin(); change != unsynced_.rend(); ++change) undo(*change);
  sync();  // what is left is what there is
}

void Storage::undo(Change& change) {
  switch (change.kind) {
    case Change::Kind::put: {
      const auto it = current_.values.find(change.name);
      if (it != current_.values.end()) {
        current_.bytes -= change.name.size() + it->second.size();
        current_.values.erase(it);
      }
      for (std::string& old : change.old_value) {
        current_.bytes += change.name.size() + old.size();
        current_.values[change.name] = std::move(old);
      }
      break;
    }
    case Change::Kind::append: {
      Records& records = current_.logs[change.name];
      for (; change.times > 0; --change.times) {
        current_.bytes -= records[records.size() - 1].size();
        records.pop_back();
      }
      break;
    }
    case Change::Kind::truncate:
      for (Records& old : change.old_records) {
        current_.bytes += old.bytes();
        current_.logs[change.name] = std::move(old);
      }
      break;
  }
}

}  // namespace hearsay
