// Messages between replicas: immutable values, shared by reference count, so that sending one to a thousand peers
// allocates it once. A protocol declares one std::variant of plain structs and wraps it with `Payload`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "sim/core/pool.hpp"

namespace hearsay {

// What loss means for a kind of message (README, Scenario files, `loss`): a datagram is lost, on a stream the data
// arrives later (sim/runtime/streams.hpp).
enum class Transport : std::uint8_t { datagram, stream };

// Index of a message kind in its protocol's table of MessageKind.
using KindIndex = std::uint16_t;

struct MessageKind {
  std::string_view name;  // as in `messages.by_type`
  Transport transport = Transport::datagram;
};

// Intrusive and not atomic: a run is one thread.
class Message {
 public:
  virtual ~Message() = default;
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  KindIndex kind() const { return kind_; }
  std::uint32_t wire_size() const { return wire_size_; }  // bytes on the wire, headers of the protocol included

  virtual void describe(std::ostream& out) const = 0;  // one line for the trace, without the kind's name

  // What a receiver without a checksum sees when `bits` flipped on the way; null where nothing it would act on changes.
  virtual const Message* corrupted(std::uint64_t bits) const = 0;

 protected:
  Message(KindIndex kind, std::uint32_t wire_size) : wire_size_(wire_size), kind_(kind) {}
  void set_wire_size(std::uint32_t bytes) { wire_size_ = bytes; }  // before anybody has asked

 private:
  friend class MessagePtr;
  mutable std::uint32_t references_ = 0;
  std::uint32_t wire_size_;
  KindIndex kind_;
};

class MessagePtr {
 public:
  MessagePtr() = default;
  explicit MessagePtr(const Message* message) : message_(message) { retain(); }
  MessagePtr(const MessagePtr& other) : message_(other.message_) { retain(); }
  MessagePtr(MessagePtr&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
  MessagePtr& operator=(MessagePtr other) noexcept {
    std::swap(message_, other.message_);
    return *this;
  }
  ~MessagePtr() {
    if (message_ != nullptr && --message_->references_ == 0) delete message_;
  }  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it does not follow MessagePtr's counter

  // Gives the reference away as a plain pointer, and takes one back: for records that are moved as bytes. What was
  // released and is not adopted stays.
  const Message* release() { return std::exchange(message_, nullptr); }
  static MessagePtr adopt(const Message* released) {
    MessagePtr message;
    message.message_ = released;
    return message;
  }

  const Message& operator*() const { return *message_; }
  const Message* operator->() const { return message_; }
  const Message* get() const { return message_; }
  explicit operator bool() const { return message_ != nullptr; }

 private:
  void retain() const {
    if (message_ != nullptr) ++message_->references_;  // NOLINT(clang-analyzer-cplusplus.NewDelete): as above
  }
  const Message* message_ = nullptr;
};

// A message that holds one alternative of `Variant`. The kind is the alternative's index. Each alternative has
//   std::uint32_t wire_size() const;
//   void describe(std::ostream&) const;
// and, if garbage in it would be believed, `Alternative corrupted(std::uint64_t bits) const`.
template <class Variant>
class Payload final : public Message {
 public:
  template <class Alternative>
  explicit Payload(Alternative alternative)
      : Message(kind_of<Alternative>(static_cast<const Variant*>(nullptr)), alternative.wire_size()),
        value_(std::move(alternative)) {}
  // What `make()` gives, made where it stays.
  template <class Alternative, class Make>
  Payload(std::in_place_type_t<Alternative> type, Make& make)
      : Message(kind_of<Alternative>(static_cast<const Variant*>(nullptr)), 0), value_(type, Made<Make>{make}) {
    set_wire_size(std::get<Alternative>(value_).wire_size());
  }

  const Variant& value() const { return value_; }

  static void* operator new(std::size_t) { return MemoryPool<Payload>::take(); }
  static void operator delete(void* memory) { MemoryPool<Payload>::give(memory); }

  void describe(std::ostream& out) const override {
    std::visit([&out](const auto& m) { m.describe(out); }, value_);
  }

  const Message* corrupted(std::uint64_t bits) const override {
    return std::visit(
        [bits](const auto& m) -> const Message* {
          if constexpr (requires { m.corrupted(bits); })
            return new Payload(m.corrupted(bits));
          else
            return nullptr;
        },
        value_);
  }

 private:
  // Becomes what is made, in the place of a constructor's argument: nothing is moved.
  template <class Make>
  struct Made {
    Make& make;
    operator decltype(make())() const { return make(); }  // NOLINT(google-explicit-constructor)
  };

  template <class Alternative, class... All>
  static constexpr KindIndex kind_of(const std::variant<All...>*) {
    KindIndex kind = 0;
    static_cast<void>(((std::is_same_v<Alternative, All> || (++kind, false)) || ...));
    return kind;
  }

  Variant value_;
};

template <class Variant, class Alternative>
MessagePtr make_message(Alternative&& alternative) {
  return MessagePtr(new Payload<Variant>(std::forward<Alternative>(alternative)));
}

// The variant inside a message that this protocol sent. Requires that `message` was made with the same Variant.
template <class Variant>
const Variant& payload(const Message& message) {
  return static_cast<const Payload<Variant>&>(message).value();
}

}  // namespace hearsay
