// Promises that several protocols make, in the same words (sim/core/promise.hpp).
#pragma once

#include <string>
#include <utility>

#include "sim/core/promise.hpp"

namespace hearsay {

// No message with flipped bits is believed. `given`: something finds them; `needs` says what.
inline Promise recognises_garbage(bool given, std::string needs) {
  return {.name = "recognises garbage",
          .path = "violations.accepted_corrupt",
          .bound = "0",
          .meaning = "a message with flipped bits is not believed",
          .given = given,
          .needs = std::move(needs)};
}

// A write that was acknowledged is there at the end; `meaning` says where. Void once a disk is lost or nodes come and
// go, and after restarts unless what a node holds `outlasts_restarts`.
inline Promise keeps_acknowledged_writes(std::string meaning, bool outlasts_restarts) {
  Promise made{.name = "keeps acknowledged writes",
               .path = "lost_writes",
               .bound = "0",
               .meaning = std::move(meaning),
               .except = {Hazard::disk_loss, Hazard::departure}};
  if (!outlasts_restarts) made.except.push_back(Hazard::restart);
  return made;
}

}  // namespace hearsay
