// `transcripts`: runs golden transcripts of protocols (CONTRIBUTING.md), those of plugins included.
#include <boost/program_options.hpp>
#include <iostream>
#include <sstream>

#include "sim/cli/command.hpp"
#include "sim/cli/options.hpp"
#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay {
namespace {

constexpr std::size_t most_transcript_bytes = 16'000'000;

// The first line in which they differ, with what it is and what it should be.
std::string difference(const std::string& file, const std::string& expected, const std::string& actual) {
  std::istringstream before(expected), now(actual);
  for (std::size_t number = 1;; ++number) {
    std::string was, is;
    const bool more_before = static_cast<bool>(std::getline(before, was));
    const bool more_now = static_cast<bool>(std::getline(now, is));
    if (more_before == more_now && was == is && more_now) continue;
    const auto shown = [](bool there, const std::string& line) { return there ? printable(line) : "nothing"; };
    return file + ":" + std::to_string(number) +
           ": what happens differs from what is written\n  written: " + shown(more_before, was) +
           "\n  happens: " + shown(more_now, is) + "\n";
  }
}

Exit run_one(const std::string& file, bool rewrite) {
  try {
    const std::string expected = read_file(file, most_transcript_bytes);
    const std::string actual = bench::run_script(expected);
    if (actual == expected) {
      std::cout << file << ": ok\n";
      return Exit::ok;
    }
    if (!rewrite) {
      std::cout << difference(file, expected, actual);
      return Exit::failed;
    }
    write_file(file, actual);
    std::cout << file << ": rewritten\n";
    return Exit::ok;
  } catch (const FileError& error) {
    std::cerr << printable(file) << ": " << error.what() << "\n";
  } catch (const bench::ScriptError& error) {
    std::cerr << printable(file) << ":" << error.line << ": " << printable(error.what()) << "\n";
  }
  return Exit::usage;
}

}  // namespace

Exit transcripts_command(const Arguments& arguments) {
  refuse_simgrid(arguments, "transcripts");
  auto options = no_options();
  options.add_options()                                                                     //
      ("rewrite", "write down what happens now instead of comparing; read the difference")  //
      ("help,h", "this text");
  const auto given = read_words("transcripts", arguments.words, options, "file");
  if (given.count("help") != 0) {
    std::cout
        << "usage: " << arguments.launcher << " transcripts FILE... [OPTIONS]\n\n"
        << "Runs transcripts: what goes into a few replicas of a protocol, and every message, timer and answer\n"
           "that comes out. There is no engine, and nothing moves unless the transcript moves it. CONTRIBUTING.md\n"
           "has its commands. --plugin FILE.so adds a protocol.\n\n"
        << options
        << "\nexit status: 0 all happens as written; 1 something differs; 254 a transcript or the command line "
           "is wrong.\n";
    return Exit::ok;
  }
  const auto files = texts_of(given, "file");
  if (files.empty()) throw UsageError("`transcripts` needs a file, such as transcripts/spreads.txt");
  Exit exit = Exit::ok;
  for (const std::string& file : files) exit = worse(exit, run_one(file, given.count("rewrite") != 0));
  return exit;
}

}  // namespace hearsay
