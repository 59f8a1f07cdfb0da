# hearsay_interface(ROOT VERSION OUT): the version of the interface between the program and a plugin, such as
# "0.1.0 (interface 1a2b3c4d)": the release, and a hash over the sources of ROOT/sim/core, of which both have a copy.
# As a script it writes a header for the program:
#
#   cmake -DSOURCE=ROOT -DVERSION=0.1.0 -DOUT=FILE -P HearsayInterface.cmake
function(hearsay_interface root version out)
  hearsay_content(${root} content sim/core)
  set(${out} "${version} (interface ${content})" PARENT_SCOPE)
endfunction()

# Eight digits of a hash over the names and contents of the C++ sources in these folders of ROOT. It does not depend on
# where ROOT lies, so that equal sources give one version everywhere.
function(hearsay_content root out)
  set(patterns "")
  foreach(folder ${ARGN})
    list(APPEND patterns ${root}/${folder}/*.cpp ${root}/${folder}/*.hpp)
  endforeach()
  file(GLOB_RECURSE sources RELATIVE ${root} ${patterns})
  list(SORT sources)
  set(all "")
  foreach(source ${sources})
    file(SHA256 ${root}/${source} hash)
    string(APPEND all "${source} ${hash}\n")
  endforeach()
  string(SHA256 content "${all}")
  string(SUBSTRING ${content} 0 8 content)
  set(${out} ${content} PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  hearsay_interface(${SOURCE} ${VERSION} interface)
  file(WRITE ${OUT} "#pragma once\n#define HEARSAY_PLUGIN_INTERFACE \"${interface}\"\n")
endif()
