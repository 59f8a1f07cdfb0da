#include "sim/hunt/state.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/core/files.hpp"

namespace hearsay::hunt {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_bytes = 64'000'000;

std::string file_in(const std::string& folder) { return (std::filesystem::path(folder) / "hunt.json").string(); }

Json to_json(const Size& size) { return {size.faults, size.operations, size.nodes}; }
Size size_from(const Json& json) { return {json.at(0), json.at(1), json.at(2)}; }

Json to_json(const Caught& c) {
  return {{"key", c.key},
          {"name", c.name},
          {"target", c.target},
          {"oracle", c.oracle},
          {"detail", c.detail},
          {"first_trial", c.first_trial},
          {"times", c.times},
          {"before", to_json(c.before)},
          {"after", to_json(c.after)},
          {"shrink_runs", c.shrink_runs},
          {"other_seeds", c.other_seeds}};
}

Caught catch_from(const Json& json) {
  Caught c;
  c.key = json.at("key");
  c.name = json.at("name");
  c.target = json.at("target");
  c.oracle = json.at("oracle");
  c.detail = json.at("detail");
  c.first_trial = json.at("first_trial");
  c.times = json.at("times");
  c.before = size_from(json.at("before"));
  c.after = size_from(json.at("after"));
  c.shrink_runs = json.at("shrink_runs");
  c.other_seeds = json.at("other_seeds");
  return c;
}

}  // namespace

HuntState load_state(const std::string& folder, const std::string& identity) {
  HuntState fresh;
  fresh.identity = identity;
  if (!std::filesystem::exists(file_in(folder))) return fresh;
  try {
    const Json json = Json::parse(read_file(file_in(folder), most_bytes));
    if (json.at("identity") != identity) return fresh;
    HuntState state = fresh;
    state.next_trial = json.at("next_trial");
    state.invalid = json.at("invalid");
    state.wall_s = json.at("wall_s");
    state.shrink_runs = json.at("shrink_runs");
    for (const Json& c : json.at("caught")) state.caught.push_back(catch_from(c));
    state.failing = json.at("failing").get<std::map<std::string, std::uint64_t>>();
    state.shrunk = json.at("shrunk").get<std::map<std::string, std::uint64_t>>();
    return state;
  } catch (const Json::exception&) {
    return fresh;  // not ours, or of another version
  }
}

void save_state(const std::string& folder, const HuntState& state) {
  Json caught = Json::array();
  for (const Caught& c : state.caught) caught.push_back(to_json(c));
  const Json json{{"identity", state.identity},       {"next_trial", state.next_trial},
                  {"invalid", state.invalid},         {"wall_s", state.wall_s},
                  {"shrink_runs", state.shrink_runs}, {"caught", caught},
                  {"failing", state.failing},         {"shrunk", state.shrunk}};
  std::filesystem::create_directories(folder);
  write_file(file_in(folder), json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace hearsay::hunt
