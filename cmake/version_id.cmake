# Writes OUT, a header with what the program was compiled from: the commit, and a hash over the content of all sources of
# the program.
#
#   cmake -DSOURCE=ROOT -DOUT=FILE -P version_id.cmake

include(${CMAKE_CURRENT_LIST_DIR}/packaging/HearsayInterface.cmake)
hearsay_content(${SOURCE} content sim protocols)

set(commit "")
find_program(git git)
if(git AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${git} -C ${SOURCE} rev-parse --short=8 HEAD OUTPUT_VARIABLE commit
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

set(text "#pragma once\n#define HEARSAY_COMMIT \"${commit}\"\n#define HEARSAY_CONTENT \"${content}\"\n")
file(WRITE ${OUT} "${text}")
