#pragma once

#include <string_view>

namespace statewall {

/// That of the project in CMakeLists.txt.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace statewall
