// What `new` and `new-protocol` have in common: templates with names filled in, and files that must not be there yet.
#pragma once

#include <string>

namespace hearsay {

// `text` with `by` in place of every `what`.
std::string replaced(std::string text, const std::string& what, const std::string& by);

// Throws UsageError if the file is there or cannot be made, std::runtime_error if it cannot be written.
void write_new(const std::string& file, const std::string& text);

// The first line of a scenario, by which editors find its schema; empty if that is not there.
std::string schema_comment();

}  // namespace hearsay
