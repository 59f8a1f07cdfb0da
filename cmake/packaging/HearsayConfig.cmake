# find_package(Hearsay), for protocols of one's own (docs/plugins.md):
#
#   hearsay_add_protocol(NAME SOURCES ...)     the plugin libNAME.so, from sources that define NAME_info(), with '_' for '-'
#   hearsay_add_transcripts(NAME FILE...)      tests that compare its transcripts
#   hearsay_add_run(NAME SCENARIO [OPTION...]) a test that runs a scenario with it
#   Hearsay::headers                           for #include "sim/core/time.hpp" and the like (C++20)
#   Hearsay::core, Hearsay::common             libraries of sim/core and protocols/common, built in this project
#   Hearsay::raft                              that of protocols/common/raft, for protocols that NEED it
#   Hearsay::bench                             the bench that transcripts drive (sim/transcript/bench.hpp), for other tests
#
# HEARSAY_PROGRAM is the program that the tests call. All of it works from an installed copy, and from a clone with
# -DHearsay_DIR=CLONE/cmake/packaging.
get_filename_component(Hearsay_ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(hearsay_program "${Hearsay_ROOT}/hearsay")
if(NOT EXISTS "${Hearsay_ROOT}/sim/core/plugin.hpp")  # installed: this file lies in PREFIX/share/cmake/Hearsay
  get_filename_component(hearsay_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  set(Hearsay_ROOT "${hearsay_prefix}/include/hearsay")
  set(hearsay_program "${hearsay_prefix}/bin/hearsay")
endif()
set(HEARSAY_PROGRAM "${hearsay_program}" CACHE FILEPATH "the program that tests of plugins call")

include("${CMAKE_CURRENT_LIST_DIR}/HearsayInterface.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/HearsayRelease.cmake" OPTIONAL)  # sets HEARSAY_RELEASE
if(NOT HEARSAY_RELEASE)
  file(STRINGS "${Hearsay_ROOT}/CMakeLists.txt" hearsay_project REGEX "^project\\(hearsay VERSION")
  string(REGEX REPLACE ".*VERSION ([0-9.]+).*" "\\1" HEARSAY_RELEASE "${hearsay_project}")
endif()
hearsay_interface("${Hearsay_ROOT}" "${HEARSAY_RELEASE}" Hearsay_INTERFACE)
# After an upgrade the interface is another one.
file(GLOB hearsay_sources "${Hearsay_ROOT}/sim/core/*.[ch]pp")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${hearsay_sources})

# The libraries are built here, with this project's compiler; only those that something needs.
function(hearsay_library name)
  cmake_parse_arguments(LIBRARY "" "" "FROM;NEEDS" ${ARGN})
  set(sources "")
  foreach(pattern ${LIBRARY_FROM})
    file(GLOB found "${Hearsay_ROOT}/${pattern}")
    list(APPEND sources ${found})
  endforeach()
  add_library(hearsay_${name} STATIC EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(hearsay_${name} PUBLIC Hearsay::headers ${LIBRARY_NEEDS})
  set_target_properties(hearsay_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                        UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 100)
  add_library(Hearsay::${name} ALIAS hearsay_${name})
endfunction()

if(NOT TARGET Hearsay::headers)
  add_library(Hearsay::headers INTERFACE IMPORTED GLOBAL)
  target_include_directories(Hearsay::headers INTERFACE "${Hearsay_ROOT}")
  target_compile_features(Hearsay::headers INTERFACE cxx_std_20)
  # A fused a * b + c rounds once instead of twice: with it a run would depend on the processor.
  target_compile_options(Hearsay::headers INTERFACE -ffp-contract=off)
  hearsay_library(core FROM "sim/core/*.cpp")
  hearsay_library(common FROM "protocols/common/*.cpp" "protocols/common/rpc/*.cpp" NEEDS Hearsay::core)
  hearsay_library(raft FROM "protocols/common/raft/*.cpp" NEEDS Hearsay::common)
  hearsay_library(bench FROM "sim/transcript/*.cpp" "sim/metrics/protocol_metrics.cpp" "sim/metrics/quantiles.cpp"
                  "protocols/registry.cpp" NEEDS Hearsay::core)
  target_compile_definitions(hearsay_bench PRIVATE HEARSAY_NO_BUILT_IN_PROTOCOLS)
endif()

# hearsay_add_protocol(NAME SOURCES ... [NEEDS ...]): a MODULE library libNAME.so. A function NAME_info() in namespace
# hearsay describes the protocol, as in a folder of protocols/: the same sources can be built in.
function(hearsay_add_protocol name)
  cmake_parse_arguments(PROTOCOL "" "" "SOURCES;NEEDS" ${ARGN})
  if(NOT PROTOCOL_SOURCES)
    message(FATAL_ERROR "hearsay_add_protocol(${name}): no SOURCES")
  endif()
  string(REPLACE "-" "_" function "${name}_info")
  set(entry "${CMAKE_CURRENT_BINARY_DIR}/${name}_plugin.cpp")
  file(CONFIGURE OUTPUT "${entry}" @ONLY CONTENT [[
#include "sim/core/plugin.hpp"

namespace hearsay {
ProtocolInfo @function@();
}

HEARSAY_PLUGIN(hearsay::@function@)
]])
  add_library(${name} MODULE ${PROTOCOL_SOURCES} "${entry}")
  set_source_files_properties("${entry}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON COMPILE_DEFINITIONS
                              "HEARSAY_PLUGIN_INTERFACE=\"${Hearsay_INTERFACE}\"")
  target_link_libraries(${name} PRIVATE Hearsay::common Hearsay::core ${PROTOCOL_NEEDS})
  # It shares no symbol with the program or with other plugins, and one that is missing is an error of the linker's.
  set_target_properties(${name} PROPERTIES PREFIX lib SUFFIX .so CXX_VISIBILITY_PRESET hidden
                        VISIBILITY_INLINES_HIDDEN ON)
  target_link_options(${name} PRIVATE -Wl,-z,defs -Wl,--exclude-libs,ALL)
endfunction()

# hearsay_add_transcripts(NAME FILE...): one test; `ctest` runs it. To rewrite the files: hearsay transcripts --rewrite.
function(hearsay_add_transcripts name)
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  add_test(NAME ${name}-transcripts COMMAND "${HEARSAY_PROGRAM}" transcripts ${ARGN} --plugin $<TARGET_FILE:${name}>)
endfunction()

# hearsay_add_run(NAME SCENARIO [OPTION...]): a test that fails if an expectation of the scenario does.
function(hearsay_add_run name scenario)
  add_test(NAME ${name}-run COMMAND "${HEARSAY_PROGRAM}" run "${CMAKE_CURRENT_SOURCE_DIR}/${scenario}" ${ARGN}
           --plugin $<TARGET_FILE:${name}>)
endfunction()
