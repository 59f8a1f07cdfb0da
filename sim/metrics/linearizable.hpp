// Whether the history of one register is linearizable: whether each operation can be given an instant between its
// invocation and its answer, so that the register, read and written at these instants one operation after the other,
// gives the answers that were given (Herlihy and Wing 1990).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

struct RegisterOperation {
  enum class Kind : std::uint8_t {
    read,             // saw `write`
    read_value,       // saw `value`, of whichever write
    write,            // wrote `value`, as `write`
    compare_and_set,  // found `expected`, and wrote `value`, as `write`
    refused,          // a compare-and-set that found `write`, whose value is not `expected`
    increment,        // found `found`, and wrote what that makes, as `write`
  } kind = Kind::read;
  WriteId write = no_write;  // of a read: no_write for nothing
  std::string expected{}, value{};
  WriteId found = no_write;  // of an increment: no_write for nothing
  Time invoked{};
  Time answered = never;  // never: it may have happened at any time from its invocation on, or not at all
  OpId id = no_op;
};
using RegisterHistory = std::vector<RegisterOperation>;

enum class Linearizable : std::uint8_t { yes, no, unknown };

// An increment reads and writes in one step; nobody knows the value that it makes, so a history with both increments
// and compare-and-sets, or reads of values, is unknown. Wing and Gong's search (1993), with Lowe's memory of what has
// been tried (2017), as in porcupine; unknown if it has not come to an end after `most_steps`. Operations that meet in
// one instant overlap. A register begins without a value. An operation without an answer whose effect somebody saw has
// happened by then; one that nobody saw counts only if a compare-and-set or a read could have found its value.
Linearizable check_register(const RegisterHistory& history, std::size_t most_steps);

// Of a history that is not: what had happened when that became certain, the shortest part of it up to an answer. An
// operation that was under way then has no answer in it.
RegisterHistory shortest_violation(const RegisterHistory& history, std::size_t most_steps);

}  // namespace hearsay
