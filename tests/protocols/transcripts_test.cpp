// Every transcripts/PROTOCOL/*.txt says what happens. To write down anew: HEARSAY_REWRITE=1.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/protocols/script.hpp"

namespace fs = std::filesystem;

namespace hearsay::bench {
namespace {

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

const fs::path transcripts = fs::path(HEARSAY_SOURCE_DIR) / "tests/protocols/transcripts";

}  // namespace

TEST_CASE("replicas do what their transcripts say") {
  for (const auto& folder : sorted(transcripts)) {
    for (const auto& file : sorted(folder)) {
      DYNAMIC_SECTION(folder.filename().string() << "/" << file.stem().string()) {
        const std::string expected = read_file(file);
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
    INFO(protocol.name);
    CHECK(fs::is_directory(transcripts / protocol.name));
  }
  for (const auto& folder : sorted(transcripts)) {
    INFO(folder);
    CHECK(find_protocol(folder.filename().string()) != nullptr);
    CHECK_FALSE(fs::is_empty(folder));
  }
}

}  // namespace hearsay::bench
