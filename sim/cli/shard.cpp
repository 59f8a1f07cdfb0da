#include "sim/cli/shard.hpp"

#include <charconv>

#include "sim/cli/command.hpp"
#include "sim/core/random.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

// The whole text as a number in [1, most]; 0 if it is none.
std::uint32_t number_in(std::string_view text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number <= most ? number : 0;
}

}  // namespace

bool Shard::holds(const RunKey& key) const { return scatter(hash_text(identity(key))) % count == number - 1; }

Shard read_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  Shard shard;
  if (slash != std::string::npos) {
    shard.count = number_in(std::string_view(text).substr(slash + 1), most_shards);
    shard.number = number_in(std::string_view(text).substr(0, slash), shard.count);
  }
  if (slash == std::string::npos || shard.number == 0)
    throw UsageError("--shard " + backquoted(text) + " is no share of the runs; write i/n with 1 <= i <= n <= " +
                     std::to_string(most_shards) + ", such as 3/40");
  return shard;
}

}  // namespace hearsay
