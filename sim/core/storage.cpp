#include "sim/core/storage.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace hearsay {

std::string_view Records::operator[](std::size_t position) const {
  const std::uint32_t begin = position == 0 ? 0 : ends_[position - 1];
  return std::string_view(bytes_).substr(begin, ends_[position] - begin);
}

void Records::append(std::string_view record) {
  HEARSAY_CHECK(record.size() <= UINT32_MAX - bytes_.size(), "a log of more than 4 GiB on a simulated disk");
  bytes_.append(record);
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

void Records::pop_back() {
  ends_.pop_back();
  bytes_.resize(ends_.empty() ? 0 : ends_.back());
}

void Storage::note(Change change) {
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
  note({Change::Kind::put, name, fresh ? std::nullopt : std::optional<std::string>(std::move(it->second)), {}});
  it->second = std::move(bytes);
}

void Storage::erase(const std::string& name) {
  const auto it = current_.values.find(name);
  if (it == current_.values.end()) return;
  current_.bytes -= name.size() + it->second.size();
  note({Change::Kind::put, name, std::move(it->second), {}});
  current_.values.erase(it);
}

void Storage::append(const std::string& log, std::string_view record) {
  current_.bytes += record.size();
  current_.logs[log].append(record);
  if (unsynced_.empty() || unsynced_.back().kind != Change::Kind::append || unsynced_.back().name != log)
    return note({Change::Kind::append, log, std::nullopt, {}});
  ++position_;
  ++unsynced_.back().times;
}

void Storage::truncate(const std::string& log) {
  const auto it = current_.logs.find(log);
  if (it == current_.logs.end()) return;
  current_.bytes -= it->second.bytes();
  note({Change::Kind::truncate, log, std::nullopt, std::move(it->second)});
  current_.logs.erase(it);
}

void Storage::sync() { sync_up_to(position()); }

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
      if (change.old_value) {
        current_.bytes += change.name.size() + change.old_value->size();
        current_.values[change.name] = std::move(*change.old_value);
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
      current_.bytes += change.old_records.bytes();
      current_.logs[change.name] = std::move(change.old_records);
      break;
  }
}

}  // namespace hearsay
