// What can be known of a SimGrid platform file without SimGrid, which would end the process, hang, write files or take
// a value for another one: a list of mistakes with their lines, and the settings of its <config>.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

// The platform does not load, or the scenario asks it for something that it does not have.
class PlatformError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline constexpr std::uint64_t most_platform_hosts = 200'000;  // SimGrid takes about three seconds and 600 MB for them

struct PlatformFile {
  std::uint64_t hosts = 0;                                  // that SimGrid would build
  std::vector<std::pair<std::string, std::string>> config;  // keys and values, in the order of the file
  std::vector<Mistake> mistakes;                            // wrong, or not supported; at most 100
};

// Of a file that is not well-formed XML, what stands before the place where it is not: SimGrid says what is wrong with
// it. Throws PlatformError if the file cannot be read.
PlatformFile read_platform_file(const std::string& file);

// The same of a text; `file` names it.
PlatformFile read_platform_text(const std::string& text, const std::string& file);

// What the <config> of the platform says, as arguments of SimGrid's engine. None of a generated platform.
std::vector<std::string> config_arguments(const Platform& platform);

}  // namespace hearsay
