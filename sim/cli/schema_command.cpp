// `schema`.
#include <iostream>

#include "sim/cli/command.hpp"
#include "sim/scenario/schema.hpp"

namespace hearsay {

Exit schema_command(const Arguments& arguments) {
  if (only_help(arguments, "schema", "Prints the JSON Schema (draft 2020-12) of scenario files.\n")) return Exit::ok;
  if (!arguments.words.empty()) throw UsageError("`schema` takes no arguments");
  std::cout << scenario_schema() << "\n";
  return Exit::ok;
}

}  // namespace hearsay
