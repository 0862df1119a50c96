# How a target of this project is made: its sources are the files of its layers, so that adding a
# file touches no list.

set(STATEWALL_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror
  # GCC 12 takes "text" + std::string for overlapping copies once it optimizes (its bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)

# Packets and records of a few hundred bytes are cleared and copied all the time. GCC does that by
# string instructions, which take longer to begin than to do it; vector stores do not.
set(STATEWALL_COPYING "vector_loop:512:noalign,libcall:-1:noalign")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(STATEWALL_TUNING $<$<CONFIG:Release>:-mmemset-strategy=${STATEWALL_COPYING}>
                       $<$<CONFIG:Release>:-mmemcpy-strategy=${STATEWALL_COPYING}>)
endif()

# statewall_precompile(TARGET HEADER): what nearly all sources of TARGET include anyway, read once. Only
# where it is asked for: a source that forgot an include is found by the other builds.
function(statewall_precompile target header)
  if(STATEWALL_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${header})
    # For ccache: the same header is the same, whenever it was compiled.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
  endif()
endfunction()

# statewall_sources(TARGET LAYER...): gives TARGET all sources of src/LAYER but the tests.
function(statewall_sources target)
  foreach(layer ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${layer}/*.cc)
    list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
    target_sources(${target} PRIVATE ${sources})
  endforeach()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE ${STATEWALL_WARNINGS} ${STATEWALL_TUNING})
endfunction()

# statewall_layer(TARGET LAYER...): a static library of these layers.
function(statewall_layer target)
  add_library(${target} STATIC)
  statewall_sources(${target} ${ARGN})
endfunction()

# statewall_model(): the slow model that tests and fuzz targets hold the library against.
function(statewall_model)
  if(TARGET statewall_model)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/model/*.cc)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  add_library(statewall_model STATIC ${sources})
  target_include_directories(statewall_model PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(statewall_model PRIVATE ${STATEWALL_WARNINGS})
  target_link_libraries(statewall_model PUBLIC statewall)
endfunction()

# statewall_find_library(NAME HEADER): the target NAME is a library of the system that CMake has no
# module for.
function(statewall_find_library name header)
  find_library(STATEWALL_${name}_LIBRARY ${name} REQUIRED)
  find_path(STATEWALL_${name}_INCLUDE ${header} REQUIRED)
  mark_as_advanced(STATEWALL_${name}_LIBRARY STATEWALL_${name}_INCLUDE)
  add_library(${name} UNKNOWN IMPORTED)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION ${STATEWALL_${name}_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${STATEWALL_${name}_INCLUDE})
endfunction()

if(STATEWALL_SANITIZE)
  add_compile_options(-fsanitize=${STATEWALL_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STATEWALL_SANITIZE})
endif()
