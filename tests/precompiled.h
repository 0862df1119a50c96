#pragma once

// What nearly every test includes, compiled once for each test program (STATEWALL_PRECOMPILE).

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
