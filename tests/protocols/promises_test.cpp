// PROTOCOL/promises.txt says what each protocol promises with which parameters. To rewrite them: HEARSAY_REWRITE=1.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sim/core/files.hpp"
#include "sim/transcript/script.hpp"
#include "tests/source_dir.hpp"

namespace hearsay::bench {
namespace {

std::string text_of(const Promise& promise) {
  std::string text = "  " + promise.name + ": " + promise.path + " " + promise.bound;
  if (!promise.given) return text + ", not given\n";
  if (promise.within > Duration{}) text += ", within " + to_string(Value(promise.within), ValueType::duration);
  if (promise.bridges > Duration{}) text += ", bridges " + to_string(Value(promise.bridges), ValueType::duration);
  if (promise.patience > Duration{}) text += ", patience " + to_string(Value(promise.patience), ValueType::duration);
  for (std::size_t i = 0; i < promise.except.size(); ++i)
    text += (i == 0 ? ", except " : " or ") + std::string(name_of(promise.except[i]));
  for (std::size_t i = 0; i < promise.workloads.size(); ++i)
    text += (i == 0 ? ", of " : " and ") + promise.workloads[i];
  return text + "\n";
}

// `with PARAMETER=VALUE ...`: what is promised then.
std::string promises_with(const ProtocolInfo& protocol, const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  words.erase(words.begin());
  std::string text = line + "\n";
  try {
    const ParameterValues values = parse_parameters(protocol, words);
    protocol.configure(values);  // throws if they contradict each other
    for (const Promise& promise : protocol.promises(values)) text += text_of(promise);
  } catch (const std::runtime_error& error) {
    text += "  refused: " + std::string(error.what()) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("protocols promise what is written, by their parameters") {
  for (const ProtocolInfo& protocol : protocols()) {
    DYNAMIC_SECTION(protocol.name) {
      const std::string file = source_file("tests/protocols/" + protocol.name + "/promises.txt");
      const std::string expected = read_file(file, 1'000'000);
      std::istringstream in(expected);
      std::string actual;
      for (std::string line; std::getline(in, line);)
        if (line.starts_with("with")) actual += promises_with(protocol, line);
      if (std::getenv("HEARSAY_REWRITE") != nullptr)
        std::ofstream(file) << actual;
      else
        CHECK(actual == expected);
    }
  }
}

}  // namespace hearsay::bench
