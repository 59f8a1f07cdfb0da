# hearsay_room(NAME SOURCES ... NEEDS ...): a static library `hearsay_NAME`. What it may include and link is what NEEDS
# says: the walls of the house. Headers are included from the root of the repository: "sim/core/time.hpp".
function(hearsay_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;NEEDS" ${ARGN})
  add_library(hearsay_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(hearsay_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(hearsay_${name} PUBLIC ${ROOM_NEEDS})
endfunction()

# hearsay_test(NAME SOURCES ... NEEDS ...): a Catch2 program registered with CTest.
function(hearsay_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;NEEDS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE catch_main ${TEST_NEEDS})
  target_compile_definitions(${name} PRIVATE HEARSAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
endfunction()
