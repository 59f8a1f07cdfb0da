#include "protocols/common/raft/state.hpp"

#include <algorithm>

#include "protocols/common/increment.hpp"
#include "sim/core/compare_and_set.hpp"
#include "sim/core/random.hpp"

namespace hearsay::raft {
namespace {

constexpr std::uint32_t key_header = 8, session_header = 16, answer_size = 12;

}  // namespace

// What a node has set for itself differs by its text.
std::uint64_t State::digest_of(const std::string& key, const Value& value) {
  return combine(hash_text(key), value.write != no_write ? value.write : hash_text(value.text));
}

State::Result State::apply(const Command& command, bool sessions) {
  if (!sessions) return perform(command);
  Answers& answers = sessions_[command.session];
  if (command.settled > answers.settled) {
    answers.settled = command.settled;
    answers.results.erase(answers.results.begin(), answers.results.lower_bound(command.settled));
  }
  const auto known = answers.results.find(command.number);
  if (known != answers.results.end() || command.number < answers.settled) {
    Result result = known != answers.results.end() ? known->second : Result{};
    result.repeated = true;
    result.replaced = no_write;
    return result;
  }
  Result result = perform(command);
  answers.results.emplace(command.number, result);
  return result;
}

State::Result State::perform(const Command& command) {
  Result result;
  const auto found = values_.find(command.key);
  switch (command.method) {
    case Method::read: result.seen = read(command.key); break;
    case Method::write: put(command, command.value, result); break;
    case Method::compare_and_set: {
      const auto [expected, desired] = compare_and_set(command.value);
      const bool fits =
          found != values_.end() ? found->second.text == expected : expected.empty() && command.write == no_write;
      if (fits) {
        put(command, std::string(desired), result);
      } else {
        result.outcome = Outcome::rejected;
        if (found != values_.end() && found->second.write != no_write) result.seen = {found->second.write};
      }
      break;
    }
    case Method::increment: increment(command, result); break;
  }
  return result;
}

void State::put(const Command& command, std::string value, Result& result) {
  if (command.write != no_write) {
    if (command.write >= writes_.size()) writes_.resize(command.write + std::size_t{1});
    writes_[command.write] = true;
  }
  const auto [place, fresh] = values_.try_emplace(command.key);
  Value& held = place->second;
  if (!fresh) {
    digest_ -= digest_of(command.key, held);
    if (held.write != command.write) result.replaced = held.write;
  }
  held = {command.write, std::move(value), command.size};
  digest_ += digest_of(command.key, held);
}

// A counter begins at 0. What holds another text than a number is refused.
void State::increment(const Command& command, Result& result) {
  const auto found = values_.find(command.key);
  auto made = incremented(found == values_.end() ? nullptr : &found->second.text, command.value);
  if (found != values_.end() && found->second.write != no_write) result.seen = {found->second.write};
  if (made)
    put(command, *std::move(made), result);
  else
    result.outcome = Outcome::rejected;
}

const std::string* State::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second.text;
}

std::vector<WriteId> State::read(const std::string& key) const {
  std::vector<WriteId> seen;
  if (!key.empty()) {
    const auto found = values_.find(key);
    if (found != values_.end() && found->second.write != no_write) seen.push_back(found->second.write);
    return seen;
  }
  for (const auto& [name, value] : values_)
    if (value.write != no_write) seen.push_back(value.write);
  std::sort(seen.begin(), seen.end());
  return seen;
}

std::uint32_t State::bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : values_) bytes += key_header + key.size() + value.size;
  for (const auto& [session, answers] : sessions_) bytes += session_header + answer_size * answers.results.size();
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, 0xffffffffU));
}

void State::save(ByteWriter& out) const {
  out.number(values_.size());
  for (const auto& [key, value] : values_) out.text(key).number(value.write).number(value.size).text(value.text);
  out.number(sessions_.size());
  for (const auto& [session, answers] : sessions_) {
    out.word(session).number(answers.settled).number(answers.results.size());
    for (const auto& [number, result] : answers.results) {
      out.number(number).number(static_cast<std::uint64_t>(result.outcome)).number(result.seen.size());
      for (const WriteId write : result.seen) out.number(write);
    }
  }
  out.number(writes_.size());
  for (const bool write : writes_) out.number(write ? 1 : 0);
}

State State::load(ByteReader& in) {
  State state;
  for (std::uint64_t left = in.number(); left > 0; --left) {
    const std::string key = in.text();
    Value& value = state.values_[key];
    value.write = static_cast<WriteId>(in.number());
    value.size = static_cast<std::uint32_t>(in.number());
    value.text = in.text();
    state.digest_ += digest_of(key, value);
  }
  for (std::uint64_t left = in.number(); left > 0; --left) {
    Answers& answers = state.sessions_[in.word()];
    answers.settled = in.number();
    for (std::uint64_t results = in.number(); results > 0; --results) {
      Result& result = answers.results[in.number()];
      result.outcome = static_cast<Outcome>(in.number());
      result.seen.resize(in.number());
      for (WriteId& write : result.seen) write = static_cast<WriteId>(in.number());
    }
  }
  state.writes_.resize(in.number());
  for (std::size_t i = 0; i < state.writes_.size(); ++i) state.writes_[i] = in.number() == 1;
  return state;
}

}  // namespace hearsay::raft
