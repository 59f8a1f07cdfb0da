// XXH3 once more, compiled for processors that have AVX2: with the instructions that every x86-64 has it takes twice as
// long. It includes nothing of ours, so that nothing else is compiled for them.
#ifdef __AVX2__
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hearsay {

void update_with_avx2(void* state, const void* data, std::size_t size) {
  XXH3_64bits_update(static_cast<XXH3_state_t*>(state), data, size);
}

}  // namespace hearsay
#endif
