#include "sim/cli/version.hpp"

#include "version_id.hpp"  // made by cmake/version_id.cmake

namespace hearsay {

std::string source_version() { return HEARSAY_VERSION "+" HEARSAY_CONTENT; }

std::string version() {
  const std::string commit = HEARSAY_COMMIT;
  return source_version() + (commit.empty() ? "" : " (commit " + commit + ")");
}

}  // namespace hearsay
