#include "sim/cli/options.hpp"

#include <algorithm>
#include <iostream>

#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

[[noreturn]] void refuse_unknown(const std::string& name, const po::options_description& options) {
  if (name == "--cfg" || name == "--log")
    throw UsageError("SimGrid's options contain no space; write " + name + "=KEY:VALUE");
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  throw UsageError("unknown option " + backquoted(name) + hint(name, names, "options"));
}

}  // namespace

po::options_description no_options(const std::string& title) { return {title, 110}; }

po::options_description format_options() {
  auto options = no_options();
  options.add_options()                                                                     //
      ("format", po::value<std::string>()->value_name("FORMAT"), "text (default) or json")  //
      ("help,h", "this text");
  return options;
}

po::variables_map read_words(const std::string& command, const std::vector<std::string>& words,
                             const po::options_description& options, const std::string& positional) {
  po::options_description all;
  all.add(options).add_options()(positional.c_str(), po::value<std::vector<std::string>>());
  po::positional_options_description positions;
  positions.add(positional.c_str(), -1);
  po::variables_map given;
  try {
    using namespace po::command_line_style;
    po::store(
        po::command_line_parser(words).options(all).positional(positions).style(unix_style & ~allow_guessing).run(),
        given);
  } catch (const po::unknown_option& error) {
    refuse_unknown(error.get_option_name(), options);
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; `" + command + " --help` lists the options");
  }
  return given;
}

std::optional<std::vector<std::string>> read_plain_words(const std::string& command, const Arguments& arguments,
                                                         const std::string& usage) {
  refuse_simgrid(arguments, command);
  auto options = no_options();
  options.add_options()("help,h", "this text");
  const auto given = read_words(command, arguments.words, options, "word");
  if (given.count("help") == 0) return texts_of(given, "word");
  std::cout << "usage: " << arguments.launcher << " " << usage << "\n" << options;
  return std::nullopt;
}

void refuse_simgrid(const Arguments& arguments, const std::string& command) {
  if (!arguments.simgrid.empty())
    throw UsageError("`" + command + "` takes no option of SimGrid's; leave " + backquoted(arguments.simgrid.front()) +
                     " out");
}

std::optional<std::string> text_of(const po::variables_map& given, const std::string& name) {
  return given.count(name) != 0 ? std::optional(given[name].as<std::string>()) : std::nullopt;
}

std::vector<std::string> texts_of(const po::variables_map& given, const std::string& name) {
  return given.count(name) != 0 ? given[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

std::size_t format_of(const po::variables_map& given, const std::vector<std::string>& names) {
  const std::string name = text_of(given, "format").value_or(names.front());
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end())
    throw UsageError("--format " + backquoted(name) + " is unknown" + hint(name, names, "formats"));
  return static_cast<std::size_t>(it - names.begin());
}

}  // namespace hearsay
