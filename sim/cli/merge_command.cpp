// `merge`: several stores in one.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "sim/cli/options.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/core/text.hpp"
#include "sim/report/merge.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

po::options_description merge_options() {
  auto options = no_options();
  options.add_options()                                                                          //
      ("mixed-versions", "also if the runs are of several versions of the program or a plugin")  //
      ("quiet,q", "print nothing unless something is wrong")                                     //
      ("help,h", "this text");
  return options;
}

// The files behind the first word; of a folder those that end in .sqlite, by name.
std::vector<std::string> sources(const std::vector<std::string>& words) {
  std::vector<std::string> files;
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    std::error_code ignored;
    if (!fs::is_directory(*word, ignored)) {
      files.push_back(*word);
      continue;
    }
    std::vector<std::string> of_folder;
    for (const auto& entry : fs::directory_iterator(*word))
      if (entry.path().extension() == ".sqlite") of_folder.push_back(entry.path().string());
    if (of_folder.empty()) throw UsageError("the folder " + *word + " holds no .sqlite file");
    std::sort(of_folder.begin(), of_folder.end());
    files.insert(files.end(), of_folder.begin(), of_folder.end());
  }
  return files;
}

// Everything that can be wrong with the files is found before the first is merged.
void check_sources(const std::string& out, const std::vector<std::string>& files) {
  try {
    for (const std::string& file : files) {
      std::error_code ignored;
      if (fs::equivalent(file, out, ignored)) throw UsageError(out + " would be merged into itself; leave it out");
      open_store(file);
    }
    StoreMerge{out};
  } catch (const StoreError& error) {
    throw UsageError(error.what());
  }
}

void merge(const std::string& out, const std::vector<std::string>& files, bool mixed_versions, bool quiet) {
  const bool progress = !quiet && stderr_is_terminal();
  StoreMerge into(out);
  MergeCount sum;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (progress)
      std::cerr << "\r\x1b[K" << i << "/" << files.size() << " stores, " << sum.added << " runs" << std::flush;
    const MergeCount count = into.add(files[i], mixed_versions);
    sum.added += count.added;
    sum.present += count.present;
  }
  if (progress) std::cerr << "\r\x1b[K";
  if (!quiet)
    std::cout << out << ": " << sum.added << (sum.added == 1 ? " run" : " runs") << " added from " << files.size()
              << (files.size() == 1 ? " store, " : " stores, ") << sum.present << " already there, " << into.runs()
              << " in all\n";
}

}  // namespace

Exit merge_command(const Arguments& arguments) {
  refuse_simgrid(arguments, "merge");
  const auto given = read_words("merge", arguments.words, merge_options(), "store");
  if (given.count("help") != 0) {
    std::cout
        << "usage: " << arguments.launcher << " merge OUT.sqlite IN.sqlite... [OPTIONS]\n\n"
        << "Adds the runs of other stores to OUT.sqlite, which is made if it is not there. Of a folder all .sqlite "
           "files\n"
        << "are taken. Runs that are there already are compared by their run_hash. Each store is added whole or "
           "not at all,\n"
        << "and a repetition adds what is missing.\n\n"
        << merge_options() << "\nexit status: 0 merged; 254 a file is no store, or of another version; 255 two "
        << "stores have different results of\none run, or a disk is full.\n";
    return Exit::ok;
  }
  const std::vector<std::string> words = texts_of(given, "store");
  if (words.size() < 2)
    throw UsageError("`merge` needs the store to write and at least one to read: merge OUT.sqlite IN.sqlite...");
  const std::vector<std::string> files = sources(words);
  check_sources(words.front(), files);
  try {
    merge(words.front(), files, given.count("mixed-versions") != 0, given.count("quiet") != 0);
  } catch (const StoreMismatch& error) {
    throw UsageError(error.what());
  }
  return Exit::ok;
}

}  // namespace hearsay
