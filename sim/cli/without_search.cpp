// Of the front and the engine, instead of sim/hunt and sim/sweep: their commands hand over to hearsay-search.
#include "sim/cli/command.hpp"
#include "sim/cli/hand_over.hpp"

namespace hearsay {

Exit hunt_command(const Arguments& /*arguments*/) { hand_over("hearsay-search"); }
Exit map_command(const Arguments& /*arguments*/) { hand_over("hearsay-search"); }
Exit sweep_command(const Arguments& /*arguments*/) { hand_over("hearsay-search"); }
Exit tune_command(const Arguments& /*arguments*/) { hand_over("hearsay-search"); }

}  // namespace hearsay
