// JSON Schema (draft 2020-12) of scenario files, generated from the declarations that the reader uses.
#pragma once

#include <string>

namespace hearsay {

std::string scenario_schema();  // pretty-printed JSON

}  // namespace hearsay
