// Operation-based PN counter (Shapiro, Preguica, Baquero, Zawirski 2011, specification 5): an effect is an amount, and
// amounts commute. Not idempotent: each effect must be applied exactly once.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string_view>

#include "protocols/causal-crdt/crdt/update.hpp"
#include "protocols/common/bytes.hpp"
#include "sim/core/random.hpp"

namespace hearsay::crdt {

// The signed amount of `increment N` or `decrement N`; nothing if the request is neither or N is no number from 0 up to
// 2^31.
inline std::optional<std::int64_t> counted_amount(const Request& request) {
  const std::string_view text = request.argument;
  std::int64_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc() || end != text.data() + text.size() || amount < 0 || amount > (std::int64_t{1} << 31))
    return std::nullopt;
  if (request.method == "increment") return amount;
  if (request.method == "decrement") return -amount;
  return std::nullopt;
}

class PnCounter {
 public:
  struct Effect {
    std::int64_t amount = 0;
    std::uint32_t bytes() const { return 8; }
    void describe(std::ostream& out) const { out << (amount < 0 ? "" : "+") << amount; }
    void save(ByteWriter& out) const { out.word(static_cast<std::uint64_t>(amount)); }
    static Effect load(ByteReader& in) { return {static_cast<std::int64_t>(in.word())}; }
  };

  std::optional<Effect> prepare(const Request& request, const Origin&) const {
    const auto amount = counted_amount(request);
    if (!amount) return std::nullopt;
    return Effect{*amount};
  }
  void apply(const Effect& effect, const Origin&, Replacements&) { value_ += effect.amount; }

  std::int64_t value() const { return value_; }
  std::uint64_t digest() const { return value_ == 0 ? 0 : scatter(static_cast<std::uint64_t>(value_)); }
  std::uint32_t bytes() const { return 8; }
  void save(ByteWriter& out) const { out.word(static_cast<std::uint64_t>(value_)); }
  static PnCounter load(ByteReader& in) {
    PnCounter counter;
    counter.value_ = static_cast<std::int64_t>(in.word());
    return counter;
  }
  bool operator==(const PnCounter&) const = default;

 private:
  std::int64_t value_ = 0;
};

}  // namespace hearsay::crdt
