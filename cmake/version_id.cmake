# Writes OUT, a header with what the program was compiled from: the commit, and a hash over the content of all sources of
# the program. The hash does not depend on the folder of the
# checkout, so that equal sources give one version everywhere.
#
#   cmake -DSOURCE=ROOT -DOUT=FILE -P version_id.cmake

file(GLOB_RECURSE sources RELATIVE ${SOURCE} ${SOURCE}/sim/*.cpp ${SOURCE}/sim/*.hpp ${SOURCE}/protocols/*.cpp
     ${SOURCE}/protocols/*.hpp)
list(SORT sources)
set(all "")
foreach(source ${sources})
  file(SHA256 ${SOURCE}/${source} hash)
  string(APPEND all "${source} ${hash}\n")
endforeach()
string(SHA256 content "${all}")
string(SUBSTRING ${content} 0 8 content)

set(commit "")
find_program(git git)
if(git AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${git} -C ${SOURCE} rev-parse --short=8 HEAD OUTPUT_VARIABLE commit
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

set(text "#pragma once\n#define HEARSAY_COMMIT \"${commit}\"\n#define HEARSAY_CONTENT \"${content}\"\n")
file(WRITE ${OUT} "${text}")
