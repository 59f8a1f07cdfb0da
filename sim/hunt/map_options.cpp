// The options of `map`.
#include <iostream>

#include "sim/cli/options.hpp"
#include "sim/hunt/map.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::hunt {
namespace {

namespace po = boost::program_options;

po::options_description own_options() {
  auto options = no_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()  //
      ("fault", text("FAULT"),
       "a verb, or a verb with values such as {crash: {disk: lost}} (default: crash); where it strikes is filled in")  //
      ("rows", text("KIND"), "nodes (default), pairs of nodes, or links of the platform file")              //
      ("for", text("2s"), "how long each fault lasts (default: 2s)")                                        //
      ("from", text("0s"), "when the first one begins (default: 0s)")                                       //
      ("until", text("20s"), "before when the last one begins (default: half of the scenario's duration)")  //
      ("step", text("1s"), "between two of them (default: a tenth of that time)")                           //
      ("metric", text("FIELD"),
       "what the table and the picture show: a numeric field of the result (default: convergence_time_s)")  //
      ("output,o", text("DIR"), "where the map goes: .json, .png, .svg (default: map)")                     //
      ("format", text("FORMAT"), "table (default) or json")                                                 //
      ("report", text("FILE.html"), "write the page of `report` with this map in it")                       //
      ("no-pictures", "no PNG and SVG, which take python3-matplotlib")                                      //
      ("help,h", "this text");
  options.add(shared_options("as `run` has them"));
  return options;
}

void print_map_help(const std::string& launcher) {
  std::cout
      << "usage: " << launcher << " map SCENARIO [OPTIONS]\n\n"
      << "Runs the scenario with every single fault of a grid, one at a time: node (or pair, or link) x time. Prints\n"
         "what each costs, the worst of the scenario's seeds, as a heat map, and the command of the worst cell. With\n"
         "--results FILE.sqlite an interrupted map goes on where it stopped.\n\n"
      << own_options()
      << "\nexit status: 0 all ran, whatever the scenario expects; 254 the command line or the scenario is wrong; 255 "
         "a\n"
         "run crashed, or interrupted\n";
}

Duration time_of(const po::variables_map& given, const std::string& name, bool positive) {
  const std::string text = *text_of(given, name);
  try {
    const Duration time = parse_duration(text);
    if (time > Duration{} || !positive) return time;
  } catch (const UnitError&) {
  }
  throw UsageError("--" + name + " " + backquoted(text) + " is no time" + (positive ? " above 0" : "") +
                   "; write for example 500ms or 2s");
}

}  // namespace

std::optional<MapOptions> read_map_options(const Arguments& arguments) {
  const auto given = read_words("map", arguments.words, own_options(), "scenario");
  auto run = read_options_of_one_scenario(given, arguments, "map", print_map_help);
  if (!run) return std::nullopt;
  MapOptions options;
  options.run = std::move(*run);
  options.run.report = text_of(given, "report");
  options.fault = text_of(given, "fault").value_or("crash");
  static const std::vector<std::string> kinds{"nodes", "links", "pairs"};
  const std::string rows = text_of(given, "rows").value_or("nodes");
  const auto kind = std::find(kinds.begin(), kinds.end(), rows);
  if (kind == kinds.end()) throw UsageError("--rows " + backquoted(rows) + " is unknown" + hint(rows, kinds, "rows"));
  options.rows = static_cast<MapRows>(kind - kinds.begin());
  if (given.count("for") != 0) options.lasts = time_of(given, "for", true);
  if (given.count("from") != 0) options.from = time_of(given, "from", false);
  if (given.count("until") != 0) options.until = time_of(given, "until", true);
  if (given.count("step") != 0) options.step = time_of(given, "step", true);
  options.metric = text_of(given, "metric").value_or(options.metric);
  if (const Field* field = find_field(options.metric); field == nullptr || !field->numeric())
    throw UsageError("--metric " + backquoted(options.metric) +
                     " is no numeric field of the result; `list fields` shows them");
  options.output = text_of(given, "output").value_or(options.output);
  options.json = format_of(given, {"table", "json"}) == 1;
  options.pictures = given.count("no-pictures") == 0;
  return options;
}

}  // namespace hearsay::hunt
