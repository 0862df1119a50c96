# How a target of this project is made: its sources are the files of its layers, so that adding a
# file touches no list.

set(STATEWALL_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)

# statewall_sources(TARGET LAYER...): gives TARGET all sources of src/LAYER but the tests.
function(statewall_sources target)
  foreach(layer ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${layer}/*.cc)
    list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
    target_sources(${target} PRIVATE ${sources})
  endforeach()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE ${STATEWALL_WARNINGS})
endfunction()

# statewall_layer(TARGET LAYER...): a static library of these layers.
function(statewall_layer target)
  add_library(${target} STATIC)
  statewall_sources(${target} ${ARGN})
endfunction()

if(STATEWALL_SANITIZE)
  add_compile_options(-fsanitize=${STATEWALL_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STATEWALL_SANITIZE})
endif()
