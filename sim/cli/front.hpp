// `hearsay` is two programs. What users call, the front, starts within milliseconds because it lacks sim/runtime, and
// so SimGrid, whose libraries the dynamic linker relocates for 30 ms. hearsay-engine, beside it or in lib/hearsay, has
// the same commands and sim/runtime. Commands that simulate go to the engine at once; `validate` goes there when it
// meets a platform that only SimGrid can check.
#pragma once

namespace hearsay {

// In the front: replaces the process by the engine, with the same arguments, if the command line asks for more than the
// front can do. In the engine: does nothing. Ends the process with 255 if the engine is not there.
void hand_over_if_needed(int argc, char** argv);

}  // namespace hearsay
