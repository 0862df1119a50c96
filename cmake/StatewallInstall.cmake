# What `cmake --install` installs, and where.

include(CMakePackageConfigHelpers)

# The library: find_package(statewall), target statewall::statewall; pkg-config statewall.
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/statewall)
install(TARGETS statewall EXPORT statewall ARCHIVE)
install(DIRECTORY include/statewall TYPE INCLUDE)
install(EXPORT statewall NAMESPACE statewall:: FILE statewall-config.cmake DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/statewall-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/statewall-config-version.cmake DESTINATION ${package})
configure_file(cmake/statewall.pc.in ${PROJECT_BINARY_DIR}/statewall.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/statewall.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE TYPE DOC)

if(TARGET statewall_program)
  install(TARGETS statewall_program RUNTIME)
  file(GLOB pages CONFIGURE_DEPENDS docs/man/*)
  foreach(page ${pages})
    string(REGEX MATCH "[0-9]$" section ${page})
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endforeach()
  # What the program itself prints, where each shell looks for it.
  set(completions ${PROJECT_BINARY_DIR}/completions)
  file(MAKE_DIRECTORY ${completions})
  foreach(shell bash zsh fish)
    add_custom_command(TARGET statewall_program POST_BUILD
      COMMAND statewall_program completion ${shell} > ${completions}/${shell})
  endforeach()
  install(FILES ${completions}/bash DESTINATION share/bash-completion/completions RENAME statewall)
  install(FILES ${completions}/zsh DESTINATION share/zsh/site-functions RENAME _statewall)
  install(FILES ${completions}/fish DESTINATION share/fish/vendor_completions.d
          RENAME statewall.fish)
endif()

# The firewall as a service. Its files name places that are known when it is installed.
if(TARGET statewall_program AND TARGET statewall_live)
  install(CODE "
    set(packaging \"${PROJECT_SOURCE_DIR}/packaging\")
    set(made \"${PROJECT_BINARY_DIR}/packaging\")
    set(bin \"${CMAKE_INSTALL_BINDIR}\")
    set(etc \"${CMAKE_INSTALL_SYSCONFDIR}\")
    set(doc \"${CMAKE_INSTALL_DOCDIR}\")")
  install(SCRIPT cmake/install_service.cmake)
endif()
