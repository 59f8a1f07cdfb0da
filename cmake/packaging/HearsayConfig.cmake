# find_package(Hearsay): the target Hearsay::headers, for #include "sim/core/time.hpp" and the like (C++20).
if(NOT TARGET Hearsay::headers)
  add_library(Hearsay::headers INTERFACE IMPORTED)
  # This file lies in PREFIX/share/cmake/Hearsay.
  get_filename_component(hearsay_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  target_include_directories(Hearsay::headers INTERFACE "${hearsay_prefix}/include/hearsay")
  target_compile_features(Hearsay::headers INTERFACE cxx_std_20)
  unset(hearsay_prefix)
endif()
