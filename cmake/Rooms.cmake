# Precompiled once, because reading the standard library and Catch2 costs a file more than compiling it.
option(HEARSAY_PCH "Precompile common headers" ON)
if(HEARSAY_PCH)
  file(WRITE ${CMAKE_BINARY_DIR}/common_headers.cpp "")
  add_library(common_headers OBJECT ${CMAKE_BINARY_DIR}/common_headers.cpp)
  target_precompile_headers(common_headers PRIVATE <algorithm> <array> <chrono> <cmath> <cstdint> <functional> <map>
                            <memory> <optional> <set> <span> <sstream> <stdexcept> <string> <utility> <variant> <vector>)
  if(HEARSAY_TESTS)
    add_library(test_headers OBJECT ${CMAKE_BINARY_DIR}/common_headers.cpp)
    target_precompile_headers(test_headers PRIVATE <algorithm> <functional> <map> <optional> <string> <variant> <vector>
                              <catch2/catch.hpp>)
    target_link_libraries(test_headers PRIVATE Catch2::Catch2)
  endif()
endif()

# hearsay_room(NAME SOURCES ... NEEDS ...): a static library `hearsay_NAME`. What it may include and link is what NEEDS
# says: the walls of the house. Headers are included from the root of the repository: "sim/core/time.hpp".
function(hearsay_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;NEEDS" ${ARGN})
  add_library(hearsay_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(hearsay_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(hearsay_${name} PUBLIC ${ROOM_NEEDS})
  if(TARGET common_headers)
    target_precompile_headers(hearsay_${name} REUSE_FROM common_headers)
  endif()
endfunction()

# hearsay_test(NAME SOURCES ... NEEDS ...): a Catch2 program registered with CTest.
function(hearsay_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;NEEDS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE catch_main ${TEST_NEEDS})
  if(TARGET test_headers)
    target_precompile_headers(${name} REUSE_FROM test_headers)
  endif()
  target_compile_definitions(${name} PRIVATE HEARSAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
endfunction()
