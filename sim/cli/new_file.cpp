#include "sim/cli/new_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/cli/command.hpp"
#include "sim/scenario/shipped.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

void write_new(const std::string& file, const std::string& text) {
  std::FILE* out = std::fopen(file.c_str(), "wx");
  if (out == nullptr && errno == EEXIST) throw UsageError(backquoted(file) + " exists; choose another name");
  if (out == nullptr)
    throw UsageError("cannot write " + backquoted(file) + ": " + std::strerror(errno) + "; choose another folder");
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (std::fclose(out) != 0 || !written) throw std::runtime_error("cannot write " + file + ": " + std::strerror(errno));
}

std::string schema_comment() {
  const std::string schema = shipped_path("docs/scenario.schema.json");
  return schema.empty() ? "" : "# yaml-language-server: $schema=" + schema + "\n";
}

}  // namespace hearsay
