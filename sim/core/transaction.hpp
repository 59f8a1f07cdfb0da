// How a transaction of the workloads `txn-list-append` and `txn-rw-register` is written in Operation::value, and, with
// what it has read, in Response::value: "read 3 = 1 2; append 3 5; read 4; write 4 7".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

struct TransactionStep {
  enum class Kind : std::uint8_t { read, append, write } kind = Kind::read;
  std::int64_t key = 0;
  // What is appended or written, one value; of a read what it has seen: the list, or the one value of a register.
  // Nothing: it has not been answered.
  std::optional<std::vector<std::int64_t>> values{};
  friend bool operator==(const TransactionStep&, const TransactionStep&) = default;
};
using TransactionSteps = std::vector<TransactionStep>;

std::string to_text(const TransactionSteps& transaction);
std::optional<TransactionSteps> parse_transaction(std::string_view text);  // nothing if it is none

}  // namespace hearsay
