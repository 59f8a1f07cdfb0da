// A broken invariant is a bug of ours and aborts with a message, in release builds too.
#pragma once

#include <cstdio>
#include <cstdlib>

#define HEARSAY_CHECK(condition, message)                                                                         \
  do {                                                                                                            \
    if (!(condition)) {                                                                                           \
      std::fprintf(stderr, "hearsay: internal error: %s (%s:%d: %s)\n", message, __FILE__, __LINE__, #condition); \
      std::abort();                                                                                               \
    }                                                                                                             \
  } while (false)
