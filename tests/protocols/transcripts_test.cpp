// Every PROTOCOL/transcripts/*.txt says what happens. To rewrite them: HEARSAY_REWRITE=1.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "sim/core/files.hpp"
#include "sim/transcript/script.hpp"
#include "tests/source_dir.hpp"

namespace fs = std::filesystem;

namespace hearsay::bench {
namespace {

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

fs::path transcripts_of(const std::string& protocol) {
  return fs::path(source_file("tests/protocols")) / protocol / "transcripts";
}

// The protocols whose tests have a folder of transcripts.
std::vector<std::string> tested_protocols() {
  std::vector<std::string> names;
  for (const auto& folder : sorted(source_file("tests/protocols")))
    if (fs::is_directory(folder / "transcripts")) names.push_back(folder.filename().string());
  return names;
}

}  // namespace

TEST_CASE("replicas do what their transcripts say") {
  for (const auto& protocol : tested_protocols()) {
    for (const auto& file : sorted(transcripts_of(protocol))) {
      DYNAMIC_SECTION(protocol << "/" << file.stem().string()) {
        const std::string expected = hearsay::read_file(file.string(), 16'000'000);
        const std::string actual = run_script(expected);
        if (std::getenv("HEARSAY_REWRITE") != nullptr)
          std::ofstream(file) << actual;
        else
          CHECK(actual == expected);
      }
    }
  }
}

TEST_CASE("every protocol has transcripts, and every folder of transcripts a protocol") {
  for (const auto& protocol : protocols()) {
    if (protocol.name == "maelstrom") continue;  // its replicas are programs: tests/cli/nodes_test.py
    INFO(protocol.name);
    CHECK(fs::is_directory(transcripts_of(protocol.name)));
  }
  for (const auto& name : tested_protocols()) {
    INFO(name);
    CHECK(find_protocol(name) != nullptr);
    CHECK_FALSE(fs::is_empty(transcripts_of(name)));
  }
}

TEST_CASE("every protocol says what it is, sends, counts and can be set to") {
  for (const auto& protocol : protocols()) {
    INFO(protocol.name);
    CHECK_FALSE(protocol.summary.empty());
    CHECK_FALSE(protocol.acknowledges.empty());
    CHECK_FALSE(protocol.workloads.empty());
    CHECK_FALSE(protocol.messages.empty());
    CHECK(protocol.configure);
    for (const auto& message : protocol.messages) CHECK_FALSE(message.name.empty());
    for (const auto& metric : protocol.metrics) {
      INFO(metric.name);
      CHECK_FALSE(metric.name.empty());
      CHECK_FALSE(metric.meaning.empty());
    }
    for (const auto& parameter : protocol.parameters) {
      INFO(parameter.name);
      CHECK_FALSE(parameter.name.empty());
      CHECK_FALSE(parameter.meaning.empty());
    }
  }
}

}  // namespace hearsay::bench
