#include "sim/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "sim/cli/command.hpp"
#include "sim/metrics/field_path.hpp"
#include "sim/scenario/field_names.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::size_t width_of_stdout() {
  const unsigned long said = std::strtoul(environment("COLUMNS").c_str(), nullptr, 10);
  if (said > 0) return said;
  winsize size{};
  return isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

const Field* read_column(const std::string& name) {
  const auto found = find_path(name, names_of_protocols());
  if (const auto* mistake = std::get_if<PathMistake>(&found))
    throw UsageError("--columns " + backquoted(name) + ": " + describe_mistake(*mistake));
  const Field* field = table_field(std::get<NamedField>(found), name);
  if (field == nullptr)
    throw UsageError("--columns " + backquoted(name) + " is no number of a whole run; see `list fields`");
  return field;
}

}  // namespace

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

TableStyle style_of_stdout() {
  const bool colour = isatty(STDOUT_FILENO) != 0 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return {width_of_stdout(), colour};
}

std::vector<const Field*> read_columns(const std::string& text) {
  std::vector<const Field*> fields;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    fields.push_back(read_column(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return fields;
}

}  // namespace hearsay
