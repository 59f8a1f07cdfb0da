// Results as JSON (docs/definitions.md). Numbers that are not there are null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sim/metrics/field.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/result_value.hpp"

namespace hearsay {

nlohmann::ordered_json to_json(const RunResult& result);

// Looks up dotted paths in a result, which must outlive it; a path that ends in a map or list has no value.
FieldLookup lookup_in(const nlohmann::ordered_json& result);

// `json` with the values of these fields at their paths, as far as the run has them.
nlohmann::ordered_json with_fields(nlohmann::ordered_json json, const FieldLookup& run,
                                   const std::vector<const Field*>& fields);

}  // namespace hearsay
