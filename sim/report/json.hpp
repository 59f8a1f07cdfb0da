// Results as JSON (docs/definitions.md). Numbers that are not there are null.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/metrics/result.hpp"
#include "sim/metrics/verdict.hpp"

namespace hearsay {

nlohmann::ordered_json to_json(const RunResult& result, const std::vector<MessageKind>& kinds);

// Writes `result`'s verdict, reasons and expectations into `json`, which to_json made of it before it was judged.
void put_verdict(nlohmann::ordered_json& json, const RunResult& result);

// Looks up dotted paths in a result; a path that ends in a map or list has no value.
FieldLookup lookup_in(const nlohmann::ordered_json& result);
FieldLookup lookup_in(std::shared_ptr<const nlohmann::ordered_json> result);

}  // namespace hearsay
