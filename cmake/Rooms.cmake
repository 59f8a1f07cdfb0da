# Reading headers costs a source file more than compiling what it says. So the standard library and Catch2 are
# precompiled, and the sources of a room, or of a test program, are compiled several at a time, as one file: names in
# their unnamed namespaces must differ.
option(HEARSAY_PCH "Precompile common headers" ON)
option(HEARSAY_UNITY "Compile several sources at a time" ON)
set(HEARSAY_COLD $<$<CONFIG:Release>:-Og>)
if(HEARSAY_PCH)
  if(NOT EXISTS ${CMAKE_BINARY_DIR}/common_headers.cpp)  # or configuring again would compile everything again
    file(WRITE ${CMAKE_BINARY_DIR}/common_headers.cpp "")
  endif()
  # Once per level of optimisation: GCC 14 refuses headers that were precompiled at another one.
  foreach(headers common_headers cold_headers)
    add_library(${headers} OBJECT ${CMAKE_BINARY_DIR}/common_headers.cpp)
    target_precompile_headers(${headers} PRIVATE <algorithm> <array> <chrono> <cmath> <cstdint> <functional> <map>
                              <memory> <optional> <set> <span> <sstream> <stdexcept> <string> <utility> <variant> <vector>)
  endforeach()
  target_compile_options(cold_headers PRIVATE ${HEARSAY_COLD})
  if(HEARSAY_TESTS)
    add_library(test_headers OBJECT ${CMAKE_BINARY_DIR}/common_headers.cpp)
    target_precompile_headers(test_headers PRIVATE <algorithm> <functional> <map> <optional> <string> <variant> <vector>
                              <catch2/catch.hpp>)
    target_link_libraries(test_headers PRIVATE Catch2::Catch2)
    target_compile_options(test_headers PRIVATE ${HEARSAY_COLD})
  endif()
endif()

# hearsay_room(NAME [COLD] SOURCES ... NEEDS ...): a static library `hearsay_NAME`. What it may link is what NEEDS
# says; what it may include is checked by check_style.py. Headers are included from the root: "sim/core/time.hpp".
# COLD: not worth the compiler's time, because it runs once per batch, not once per event.
# WHOLE: compiled as one file, because each of its sources reads the same large headers.
function(hearsay_room name)
  cmake_parse_arguments(ROOM "COLD;WHOLE" "" "SOURCES;NEEDS" ${ARGN})
  add_library(hearsay_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(hearsay_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(hearsay_${name} PUBLIC ${ROOM_NEEDS})
  set(batch 16)
  if(ROOM_WHOLE)
    set(batch 0)  # all
  endif()
  set_target_properties(hearsay_${name} PROPERTIES UNITY_BUILD ${HEARSAY_UNITY} UNITY_BUILD_BATCH_SIZE ${batch})
  set(headers common_headers)
  if(ROOM_COLD)
    target_compile_options(hearsay_${name} PRIVATE ${HEARSAY_COLD})
    set(headers cold_headers)
  endif()
  if(TARGET ${headers})
    target_precompile_headers(hearsay_${name} REUSE_FROM ${headers})
  endif()
endfunction()

# hearsay_test(NAME SOURCES ... [APART ...] NEEDS ...): a Catch2 program registered with CTest.
# APART: sources compiled by themselves, because they name their helpers as others do.
function(hearsay_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;APART;NEEDS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES} ${TEST_APART})
  set_source_files_properties(${TEST_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${name} PRIVATE catch_main ${TEST_NEEDS})
  target_compile_options(${name} PRIVATE ${HEARSAY_COLD})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${HEARSAY_UNITY} UNITY_BUILD_BATCH_SIZE 16)
  if(TARGET test_headers)
    target_precompile_headers(${name} REUSE_FROM test_headers)
  endif()
  # [long]: a test that repeats what others do thousands of times, for a figure; sanitizers learn nothing new from it.
  add_test(NAME ${name} COMMAND ${name} $<$<BOOL:${HEARSAY_SANITIZE}>:~[long]> COMMAND_EXPAND_LISTS)
  # REQUIRED_FILES: what ./hearsay test -R builds.
  set_tests_properties(${name} PROPERTIES REQUIRED_FILES $<TARGET_FILE:${name}> LABELS "${HEARSAY_TEST_LABELS}")
  set_property(GLOBAL APPEND PROPERTY HEARSAY_TEST_PROGRAMS ${name})
endfunction()

# add_every_folder([EXCEPT ...]): those of the current folder that have a CMakeLists.txt. A new one is seen because the
# folder or the protocols' registry has changed; a glob with CONFIGURE_DEPENDS would run CMake at every ./hearsay.
function(add_every_folder)
  cmake_parse_arguments(FOLDERS "" "" "EXCEPT" ${ARGN})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}
               ${CMAKE_SOURCE_DIR}/protocols/registry.cpp)
  file(GLOB files ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(file ${files})
    cmake_path(GET file PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    if(NOT name IN_LIST FOLDERS_EXCEPT)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
