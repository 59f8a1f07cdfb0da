// What the options of `run`, `check` and `compare` have in common, read by Boost.Program_options.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/command.hpp"

namespace hearsay {

// Without options, and as wide as help may be.
boost::program_options::options_description no_options(const std::string& title = "options");
// --format, of text and JSON, and --help.
boost::program_options::options_description format_options();

// The words of `command`, which takes these options and any number of other words, under the name `positional`. An
// option must be written out. Throws UsageError.
boost::program_options::variables_map read_words(const std::string& command, const std::vector<std::string>& words,
                                                 const boost::program_options::options_description& options,
                                                 const std::string& positional);

// Those of a command whose one option is --help, in their order; nothing if that was given: then `usage`, what follows
// "usage: LAUNCHER ", has been printed. Throws UsageError.
std::optional<std::vector<std::string>> read_plain_words(const std::string& command, const Arguments& arguments,
                                                         const std::string& usage);

// Throws UsageError if the command line has options of SimGrid's, which `command` does not take.
void refuse_simgrid(const Arguments& arguments, const std::string& command);

// Of an option that takes a text; nothing if it was not given.
std::optional<std::string> text_of(const boost::program_options::variables_map& given, const std::string& name);
// Of one that may be repeated.
std::vector<std::string> texts_of(const boost::program_options::variables_map& given, const std::string& name);

// The position of --format's value among the names, 0 if it was not given. Throws UsageError.
std::size_t format_of(const boost::program_options::variables_map& given, const std::vector<std::string>& names);

}  // namespace hearsay
