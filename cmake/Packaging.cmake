# What is installed, and CPack's Debian packages of it: `hearsay`, and `hearsay-dev` with the headers of the pure rooms.
# cmake/packaging/build makes both in build/packages.
if(NOT HEARSAY_RUNTIME)
  return()
endif()

set(HEARSAY_DATA ${CMAKE_INSTALL_DATADIR}/hearsay)
set(HEARSAY_DOC ${CMAKE_INSTALL_DATADIR}/doc/hearsay)
set(here ${CMAKE_CURRENT_LIST_DIR}/packaging)
set(made ${CMAKE_BINARY_DIR}/packaging)  # by the target package_files

# --- the program, what it reads, and the pages that README links to
install(TARGETS hearsay-bin RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(TARGETS hearsay-engine hearsay-search hearsay-bench hearsay-bench-node RUNTIME DESTINATION lib/hearsay COMPONENT program)
if(TARGET hearsay-nodes)
  install(TARGETS hearsay-nodes RUNTIME DESTINATION lib/hearsay COMPONENT program)
endif()
install(DIRECTORY scenarios platforms DESTINATION ${HEARSAY_DATA} COMPONENT program USE_SOURCE_PERMISSIONS)
# Where the first line of the scenarios looks for it.
install(FILES docs/scenario.schema.json DESTINATION ${HEARSAY_DATA}/docs COMPONENT program)
# With prefix /usr, where Debian's Python looks for modules.
install(DIRECTORY notebooks/hearsay DESTINATION lib/python3/dist-packages COMPONENT program PATTERN __pycache__ EXCLUDE)
install(FILES README.md CONTRIBUTING.md DESTINATION ${HEARSAY_DOC} COMPONENT program)
install(DIRECTORY docs DESTINATION ${HEARSAY_DOC} COMPONENT program)
install(DIRECTORY protocols DESTINATION ${HEARSAY_DOC} COMPONENT program FILES_MATCHING PATTERN *.md PATTERN *.png)
install(CODE "file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${HEARSAY_DOC}\")
  foreach(folder scenarios platforms)
    file(CREATE_LINK ../../hearsay/\${folder} \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${HEARSAY_DOC}/\${folder}\" SYMBOLIC)
  endforeach()" COMPONENT program)

# --- what a shell and `man` want
install(FILES ${here}/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME hearsay
        COMPONENT program)
install(FILES ${here}/completion.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _hearsay
        COMPONENT program)
install(FILES ${made}/hearsay.1.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/man/man1 COMPONENT program OPTIONAL)
install(FILES ${made}/changelog.gz DESTINATION ${HEARSAY_DOC} COMPONENT program OPTIONAL)
install(FILES ${here}/copyright DESTINATION ${HEARSAY_DOC} COMPONENT program)
add_custom_target(package_files COMMAND python3 ${here}/package_files.py ${CMAKE_SOURCE_DIR} ${made} ${PROJECT_VERSION})

# --- for find_package(Hearsay): what protocols of one's own are built from. Sources, not libraries: a plugin is compiled
# as a whole by its author's compiler, and the package fits every architecture.
foreach(room sim/core sim/transcript protocols/common)
  install(DIRECTORY ${room}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hearsay/${room} COMPONENT dev
          FILES_MATCHING PATTERN *.hpp PATTERN *.cpp)
endforeach()
install(DIRECTORY sim/metrics/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hearsay/sim/metrics COMPONENT dev
        FILES_MATCHING PATTERN *.hpp)
install(FILES sim/metrics/protocol_metrics.cpp sim/metrics/quantiles.cpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hearsay/sim/metrics COMPONENT dev)
install(FILES protocols/registry.hpp protocols/registry.cpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hearsay/protocols
        COMPONENT dev)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${made}/HearsayConfigVersion.cmake COMPATIBILITY ExactVersion ARCH_INDEPENDENT)
file(WRITE ${made}/HearsayRelease.cmake "set(HEARSAY_RELEASE ${PROJECT_VERSION})\n")
install(FILES ${here}/HearsayConfig.cmake ${here}/HearsayInterface.cmake ${made}/HearsayConfigVersion.cmake
              ${made}/HearsayRelease.cmake
        DESTINATION ${CMAKE_INSTALL_DATADIR}/cmake/Hearsay COMPONENT dev)
install(FILES ${made}/changelog.gz DESTINATION ${HEARSAY_DOC}-dev COMPONENT dev OPTIONAL)
install(FILES ${here}/copyright DESTINATION ${HEARSAY_DOC}-dev COMPONENT dev)

# --- Debian
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hearsay)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The Hearsay authors <hearsay@users.noreply.github.com>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_SOURCE_DIR}/build/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL program dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME hearsay)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "discrete-event simulator of clusters")
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "Runs broadcast, gossip, CRDT, RPC and membership protocols on a SimGrid
platform, breaks the cluster as a scenario file says, and measures how long it
takes to agree again and what that costs. Equal inputs give equal runs.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "python3, python3-matplotlib, python3-pandas")
# For the nodes of Maelstrom that ship, of which some are JavaScript.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "nodejs")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME hearsay-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DEV_DESCRIPTION
    "For protocols of one's own, as plugins: its interface (sim/core), data
structures that protocols share (protocols/common), and a bench for tests
(sim/transcript). find_package(Hearsay) gives hearsay_add_protocol(), and
`hearsay new-protocol NAME` a folder to begin with.")
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "hearsay, g++, cmake, ninja-build")
include(CPack)
