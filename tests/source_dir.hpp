// Where the repository lies, for tests that read its files.
#pragma once

#include <string>

namespace hearsay {

// `path` is relative to the root of the repository.
std::string source_file(const std::string& path);

}  // namespace hearsay
