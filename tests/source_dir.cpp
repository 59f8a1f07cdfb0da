#include "tests/source_dir.hpp"

namespace hearsay {

std::string source_file(const std::string& path) { return HEARSAY_SOURCE_DIR "/" + path; }

}  // namespace hearsay
