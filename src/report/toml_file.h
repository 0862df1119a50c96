#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

// The headers alone: Debian's library is built with exceptions, and errors are values here.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "statewall/result.h"

namespace statewall {

/// "statewall.toml:12:9".
inline std::string toml_place(const std::string& path, const toml::source_region& region) {
  return fmt::format("{}:{}:{}", path, region.begin.line, region.begin.column);
}

/// What is wrong in a file of TOML, and where.
inline Error toml_error(const std::string& path, const toml::source_region& region,
                        std::string message) {
  return {ErrorKind::input, toml_place(path, region), std::move(message)};
}

/// A file of TOML. An Error if it cannot be read, or with its place if it is no TOML.
inline Result<toml::table> read_toml_file(const std::string& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Error{ErrorKind::runtime, path, std::strerror(errno)};
  toml::parse_result parsed = toml::parse(stream, path);
  if (parsed) return std::move(parsed).table();
  return toml_error(path, parsed.error().source(), std::string(parsed.error().description()));
}

}  // namespace statewall
