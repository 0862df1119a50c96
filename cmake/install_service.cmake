# Installs what is in packaging. Given: packaging, and made, a folder for what is made of it; bin,
# etc and doc, below the prefix unless they are absolute.

if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND etc STREQUAL "etc")
  set(etc /etc)
endif()
foreach(folder bin etc doc)
  cmake_path(ABSOLUTE_PATH ${folder} BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
endforeach()

file(READ ${packaging}/statewall.service unit)
string(REPLACE "/usr/bin/statewall" "${bin}/statewall" unit "${unit}")
string(REPLACE "/etc/statewall" "${etc}/statewall" unit "${unit}")
file(WRITE ${made}/statewall.service "${unit}")

set(lib ${CMAKE_INSTALL_PREFIX}/lib)
file(INSTALL ${made}/statewall.service DESTINATION ${lib}/systemd/system)
file(INSTALL ${packaging}/statewall.sysusers DESTINATION ${lib}/sysusers.d RENAME statewall.conf)
file(INSTALL ${packaging}/statewall.tmpfiles DESTINATION ${lib}/tmpfiles.d RENAME statewall.conf)
file(INSTALL ${packaging}/xdp.conf DESTINATION ${doc})
# A configuration that is there belongs to whoever wrote it.
if(NOT EXISTS $ENV{DESTDIR}${etc}/statewall/statewall.toml)
  file(INSTALL ${packaging}/statewall.toml DESTINATION ${etc}/statewall)
endif()
