// What the commands share: exit statuses, the table of commands, and how mistakes are reported.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace hearsay {

// README, Exit status; the numbers are Jepsen's.
enum class Exit : int { ok = 0, failed = 1, inconclusive = 2, usage = 254, internal = 255 };

// The worse of two: 255, 254, 2, 1, 0.
Exit worse(Exit a, Exit b);

// A mistake on the command line.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What the user typed, split up.
struct Arguments {
  std::vector<std::string> words;    // behind the command
  std::vector<std::string> simgrid;  // --cfg=..., --log=...
  std::vector<std::string> plugins;  // of --plugin, which every command takes
  std::string launcher;              // how the program was called, for commands to repeat
};

struct Command {
  std::string name;
  std::string synopsis;
  std::string summary;
  Exit (*run)(const Arguments& arguments);
};

// For commands without options of their own. True if --help was among the words; the text has then been printed. Throws
// UsageError for any other option, those of SimGrid included: nothing is silently ignored.
bool only_help(const Arguments& arguments, const std::string& usage, const std::string& text);

Exit run_command(const Arguments& arguments);
Exit check_command(const Arguments& arguments);
Exit compare_command(const Arguments& arguments);
Exit merge_command(const Arguments& arguments);
Exit explain_command(const Arguments& arguments);
Exit report_command(const Arguments& arguments);
Exit plot_command(const Arguments& arguments);
Exit new_command(const Arguments& arguments);
Exit list_command(const Arguments& arguments);
Exit describe_command(const Arguments& arguments);
Exit validate_command(const Arguments& arguments);
Exit schema_command(const Arguments& arguments);
Exit new_protocol_command(const Arguments& arguments);
Exit transcripts_command(const Arguments& arguments);
Exit bench_command(const Arguments& arguments);
Exit hunt_command(const Arguments& arguments);   // sim/hunt
Exit map_command(const Arguments& arguments);    // sim/hunt
Exit sweep_command(const Arguments& arguments);  // sim/sweep
Exit tune_command(const Arguments& arguments);   // sim/sweep

}  // namespace hearsay
