#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends a fuzz target, so that the fuzzer keeps the input, where a condition does not hold.
#define STATEWALL_REQUIRE(condition)                                               \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)
