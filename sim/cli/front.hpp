// `hearsay` is three programs. What users call, the front, starts within milliseconds because it lacks sim/runtime, and
// so SimGrid, whose libraries the dynamic linker relocates for 30 ms. hearsay-engine, beside it or in lib/hearsay, has
// the same commands and sim/runtime. Commands that simulate go to the engine at once; `validate` goes there when it
// meets a platform that only SimGrid can check. hearsay-search has sim/hunt and sim/sweep besides, a seventh of the
// code: `hunt`, `map`, `sweep` and `tune` go there.
#pragma once

namespace hearsay {

// Called first of all. In the front: replaces the process by the engine, with the same arguments, if the command line
// asks for more than the front can do; ends the process with 255 if the engine is not there.
void hand_over_if_needed(int argc, char** argv);

}  // namespace hearsay
