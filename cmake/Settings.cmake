# Language level, warnings, optimisation, ccache and sanitizers, for every target.
option(HEARSAY_TESTS "Build the test programs" ON)
option(HEARSAY_WERROR "Treat warnings as errors" OFF)
option(HEARSAY_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(HEARSAY_RUNTIME "Build what needs SimGrid: the runtime and the program" ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")  # without NDEBUG: an assertion costs little and a wrong figure much
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# A fused a * b + c rounds once instead of twice: with it a run would depend on the processor (docs/design.md, Determinism).
add_compile_options(-ffp-contract=off)
# Collecting garbage, by default from 128 MB on, takes GCC a tenth of its time; without, no file of ours needs 1.1 GB. And GCC
# inlines less in large files; many small ones that are compiled as one (Rooms.cmake) should not count as one.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(--param=ggc-min-heapsize=600000 --param=large-unit-insns=1000000)
endif()
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
# GCC 12 raises these falsely in std::string and std::optional (bugs 105329, 105651, 105562).
add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
add_compile_options(-Wno-subobject-linkage)  # raised of classes in a .cpp that a unity build includes
if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 16)  # GCC 16 this one, for the copy of a vector
  add_compile_options(-Wno-alloc-size-larger-than)
endif()
if(HEARSAY_WERROR)
  add_compile_options(-Werror)
endif()
if(HEARSAY_SANITIZE)
  # A null pointer ends the program anyway, and this processor reads what is not aligned: these two checks are a quarter
  # of the compiler's work.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # The sloppiness that ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options(-fpch-preprocess)
endif()
