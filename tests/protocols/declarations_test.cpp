// PROTOCOL/parameters.txt, where there is one, has the parameters of a protocol: type, default, bounds. To rewrite
// them: HEARSAY_REWRITE=1.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/files.hpp"
#include "sim/transcript/script.hpp"
#include "tests/source_dir.hpp"

namespace hearsay::bench {
namespace {

// A line; bounds that every value of the type has are left out.
std::string declaration(const Parameter& parameter) {
  std::ostringstream out;
  out << parameter.name << ": " << name_of(parameter.type) << " " << to_string(parameter.default_value, parameter.type);
  Parameter any;
  any.type = parameter.type;
  limit_to_type(any);
  if (parameter.minimum > any.minimum) out << ", at least " << parameter.minimum;
  if (parameter.maximum < any.maximum) out << ", at most " << parameter.maximum;
  if (parameter.least_above_zero > 0) out << ", 0 or at least " << parameter.least_above_zero;
  for (std::size_t i = 0; i < parameter.choices.size(); ++i) out << (i == 0 ? ": " : " | ") << parameter.choices[i];
  out << "\n";
  return out.str();
}

}  // namespace

TEST_CASE("parameters have the types, defaults and bounds that are written") {
  for (const ProtocolInfo& protocol : protocols()) {
    const std::string file = source_file("tests/protocols/" + protocol.name + "/parameters.txt");
    if (!std::filesystem::exists(file)) continue;
    DYNAMIC_SECTION(protocol.name) {
      std::string declared;
      for (const Parameter& parameter : protocol.parameters) declared += declaration(parameter);
      if (std::getenv("HEARSAY_REWRITE") != nullptr)
        std::ofstream(file) << declared;
      else
        CHECK(declared == read_file(file, 1'000'000));
    }
  }
}

TEST_CASE("a protocol says what it is, where it comes from, and when it answers a client") {
  for (const ProtocolInfo& protocol : protocols()) {
    INFO(protocol.name);
    for (const std::string* text : {&protocol.summary, &protocol.source, &protocol.acknowledges})
      CHECK(text->size() > 10);
    CHECK_FALSE(protocol.workloads.empty());
    CHECK_FALSE(protocol.messages.empty());
    for (const Parameter& parameter : protocol.parameters) CHECK(parameter.meaning.size() > 5);
  }
}

}  // namespace hearsay::bench
