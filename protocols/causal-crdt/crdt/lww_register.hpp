// Last-writer-wins register (Johnson, Thomas 1975; Shapiro et al. 2011, specification 8): `assign V`. The assignment
// with the larger (time at its origin, dot) stays, in whatever order they arrive and however often.
#pragma once

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>

#include "protocols/causal-crdt/crdt/update.hpp"
#include "protocols/common/bytes.hpp"
#include "sim/core/random.hpp"

namespace hearsay::crdt {

class LwwRegister {
 public:
  struct Effect {
    std::string value;
    std::uint32_t bytes() const { return static_cast<std::uint32_t>(8 + value.size()); }  // time and value
    void describe(std::ostream& out) const { out << "assign " << value; }
    void save(ByteWriter& out) const { out.text(value); }
    static Effect load(ByteReader& in) { return {in.text()}; }
  };

  std::optional<Effect> prepare(const Request& request, const Origin&) const {
    if (request.method != "assign") return std::nullopt;
    return Effect{std::string(request.argument)};
  }

  void apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
    const bool wins = empty() || std::tie(origin.time, origin.dot) > std::tie(origin_.time, origin_.dot);
    if (!empty() && origin.dot != origin_.dot)
      replaced.emplace_back(wins ? origin_.write : origin.write, wins ? origin.write : origin_.write);
    if (!wins) return;
    value_ = effect.value;
    origin_ = origin;
  }

  const std::string& value() const { return value_; }
  std::uint64_t digest() const {
    if (empty()) return 0;
    return combine(combine(hash_text(value_), origin_.dot.stream), origin_.dot.number);
  }
  std::uint32_t bytes() const {
    return 8 + dot_bytes + std::max(origin_.size, static_cast<std::uint32_t>(value_.size()));
  }
  void save(ByteWriter& out) const {
    out.text(value_).word(origin_.dot.stream).word(origin_.dot.number);
    out.word(static_cast<std::uint64_t>(origin_.time.time_since_epoch().count()))
        .word(origin_.size)
        .word(origin_.write);
  }
  static LwwRegister load(ByteReader& in) {
    LwwRegister reg;
    reg.value_ = in.text();
    reg.origin_.dot.stream = in.word();
    reg.origin_.dot.number = in.word();
    reg.origin_.time = Time(Duration(static_cast<std::int64_t>(in.word())));
    reg.origin_.size = static_cast<std::uint32_t>(in.word());
    reg.origin_.write = static_cast<WriteId>(in.word());
    return reg;
  }
  bool operator==(const LwwRegister& other) const {
    return value_ == other.value_ && origin_.dot == other.origin_.dot && origin_.time == other.origin_.time;
  }

 private:
  bool empty() const { return origin_.dot.number == 0; }  // streams count from 1

  std::string value_;
  Origin origin_;  // of the assignment that stands
};

}  // namespace hearsay::crdt
