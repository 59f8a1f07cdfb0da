// `new` and `delete` of the programs that simulate are mimalloc's: with glibc's malloc, runs over connections spend
// half of their time in it. malloc itself stays glibc's, since SimGrid takes the stacks of its actors from there: in
// mimalloc's large pages all of them would be resident.
#include <mimalloc-new-delete.h>
#include <mimalloc.h>

namespace {

// Where the system grants large pages on request, large clusters find their memory sooner in them. mimalloc's variables
// in the environment have the last word.
[[maybe_unused]] const bool in_large_pages = (mi_option_set_enabled_default(mi_option_large_os_pages, true), true);

}  // namespace
