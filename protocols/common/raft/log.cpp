#include "protocols/common/raft/log.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

namespace hearsay::raft {

std::optional<Term> Log::term(Index index) const {
  if (index == base_.index) return base_.term;
  if (index < base_.index || index > last()) return std::nullopt;
  return at(index).term;
}

std::optional<std::uint64_t> Log::prefix(Index index) const {
  if (index == base_.index) return base_.prefix;
  if (index < base_.index || index > last()) return std::nullopt;
  return at(index).prefix;
}

void Log::append(Term term, ContentPtr content) {
  const std::uint64_t prefix = combine(last_prefix(), combine(term, content->hash));
  if (content->kind == Content::Kind::configuration) configurations_.emplace_back(last() + 1, content->configuration);
  entries_.push_back({term, prefix, std::move(content)});
}

void Log::truncate_after(Index index) {
  while (last() > index) entries_.pop_back();
  while (configurations_.size() > 1 && configurations_.back().first > index) configurations_.pop_back();
}

void Log::compact(Index index) {
  if (index <= base_.index || index > last()) return;
  const auto dropped = static_cast<std::ptrdiff_t>(index - base_.index);
  Base base{index, at(index).term, at(index).prefix, configuration_at(index)};
  while (configurations_.size() > 1 && configurations_[1].first <= index)
    configurations_.erase(configurations_.begin());
  configurations_.front() = {index, base.configuration};
  base_ = std::move(base);
  entries_.erase(entries_.begin(), entries_.begin() + dropped);
}

Entries Log::slice(Index from, std::uint32_t bytes) const {
  Entries taken;
  std::uint64_t size = 0;
  for (Index index = from; index <= last(); ++index) {
    const Entry& entry = at(index);
    size += entry.content->wire_size;
    if (!taken.empty() && size > bytes) break;
    taken.push_back(entry);
  }
  return taken;
}

Index Log::find_conflict(Index index, Term term) const {
  Index found = std::min(index, last());
  while (found > base_.index && at(found).term > term) --found;
  return std::max(found, base_.index);
}

const Configuration& Log::configuration_at(Index index) const {
  auto found = configurations_.begin();
  while (std::next(found) != configurations_.end() && std::next(found)->first <= index) ++found;
  return found->second;
}

}  // namespace hearsay::raft
