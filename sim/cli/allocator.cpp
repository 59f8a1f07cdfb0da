// `new` and `delete` of the programs that simulate are mimalloc's: with glibc's malloc, runs over connections spend
// half of their time in it. malloc itself stays glibc's, since SimGrid takes the stacks of its actors from there: in
// mimalloc's large pages all of them would be resident.
#include <mimalloc-new-delete.h>
#include <mimalloc.h>

#include <cerrno>
#include <new>

namespace {

// mimalloc is a library of C: it ends the program when memory is out, without a look at the handler that `new` has.
void on_error(int error, void* /*none*/) {
  if (error != ENOMEM) return;
  if (const std::new_handler handler = std::get_new_handler()) handler();
}

// Where the system grants large pages on request, runs find their memory sooner in them, small runs too: so the first
// megabytes of a thread are not left out. mimalloc's variables in the environment have the last word.
void set_up(int /*argc*/, char** /*argv*/, char** /*environment*/) {
  mi_register_error(on_error, nullptr);
  mi_option_set_enabled_default(mi_option_large_os_pages, true);
#if MI_MALLOC_VERSION < 300
  mi_option_set_default(mi_option_eager_commit_delay, 0);
#endif
}

// Before the constructors of the libraries, of which those that SimGrid brings allocate.
[[gnu::section(".preinit_array"), gnu::used]] void (*const before_all)(int, char**, char**) = set_up;

}  // namespace
