// The half of front.hpp of the programs that have sim/runtime.
#include "sim/cli/front.hpp"
#include "sim/cli/hand_over.hpp"

namespace hearsay {

void hand_over_if_needed(int /*argc*/, char** argv) { remember_arguments(argv); }

}  // namespace hearsay
