// Runs a stored run again, from the scenario that the store keeps, with observers that keep more than the metrics do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/report/store.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {

// A temporary folder, removed with the object.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& purpose);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Returns the path of a new file.
  std::string write(const std::string& name, const std::string& text) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class StoredRerun {
 public:
  // Throws StoreError if the store has no such run, ScenarioError if this program does not read its scenario.
  StoredRerun(const std::string& store, std::int64_t id);

  const StoredRunText& text() const { return text_; }
  const Case& which() const { return which_; }

  // At most once per process (sim/runtime/run.hpp). Throws UsageError if the result is another run than the stored one.
  RunResult run(std::vector<Observer*> observers) const;

 private:
  std::int64_t id_;
  StoredRunText text_;
  TemporaryFolder folder_;
  Case which_;
};

}  // namespace hearsay
