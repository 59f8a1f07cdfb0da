// Last-writer-wins register: `assign V`. The state is a map of one key (protocols/common/crdt/last_writer.hpp), an
// effect an entry of it.
#pragma once

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "protocols/causal-crdt/crdt/update.hpp"
#include "protocols/common/bytes.hpp"
#include "protocols/common/crdt/last_writer.hpp"

namespace hearsay::crdt {

class LwwRegister {
 public:
  struct Effect {
    std::string value;
    std::uint32_t bytes() const { return static_cast<std::uint32_t>(8 + value.size()); }  // time and value
    void describe(std::ostream& out) const { out << "assign " << value; }
    void save(ByteWriter& out) const { out.text(value); }
    static Effect load(ByteReader& in) { return {in.text()}; }
    // As an entry that any state can join.
    Value delta(const Origin& origin) const {
      Value written{assigned({}, origin.time, origin.dot), value, origin.size, origin.dot};
      written.write = origin.write;
      return written;
    }
  };

  std::optional<Effect> prepare(const Request& request, const Origin&) const {
    if (request.method != "assign") return std::nullopt;
    return Effect{std::string(request.argument)};
  }

  void apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
    join(effect.delta(origin), replaced);
  }

  std::string_view value() const { return held() == nullptr ? std::string_view() : held()->text; }
  std::uint64_t digest() const { return state_.digest(); }
  std::uint32_t bytes() const {
    const std::uint32_t size = held() == nullptr ? 0 : held()->size;
    return 8 + dot_bytes + std::max(size, static_cast<std::uint32_t>(value().size()));
  }
  void save(ByteWriter& out) const {
    const Value none, &value = held() == nullptr ? none : *held();
    out.text(value.text).word(value.name.stream).word(value.name.number);
    out.word(static_cast<std::uint64_t>(value.rank.level)).word(value.size).word(value.write);
  }
  static LwwRegister load(ByteReader& in) {
    const std::string text = in.text();
    Origin origin;
    origin.dot.stream = in.word();
    origin.dot.number = in.word();
    origin.time = Time(Duration(static_cast<std::int64_t>(in.word())));
    origin.size = static_cast<std::uint32_t>(in.word());
    origin.write = static_cast<WriteId>(in.word());
    LwwRegister reg;
    Replacements none;
    if (origin.dot.number != 0) reg.join(Effect{text}.delta(origin), none);  // streams count from 1
    return reg;
  }
  bool operator==(const LwwRegister&) const = default;

 private:
  const Value* held() const { return state_.find({}); }

  void join(Value value, Replacements& replaced) {
    const WriteId write = value.write;
    if (state_.covers(value)) {
      if (held()->name != value.name) replaced.emplace_back(write, held()->write);
    } else if (const auto former = state_.raise(std::move(value))) {
      replaced.emplace_back(former->write, write);
    }
  }

  JoinMapOf<Value> state_;
};

}  // namespace hearsay::crdt
