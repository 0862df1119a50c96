#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "live/engine.h"
#include "statewall/result.h"

// Connections that outlive their firewall, and those of another one. A few are moved at a time, so
// that the traffic goes on meanwhile; the calling thread is the engine's operator.

namespace statewall {

/// What became of connections that a table was to take.
struct Taken {
  std::uint64_t restored = 0;
  std::uint64_t already_there = 0;
  std::uint64_t expired = 0;
  std::uint64_t refused = 0;  ///< not possible under this profile, or no room
};
/// "3 connections; 1 expired".
std::string text(const Taken& taken);

/// Saves all connections in a file; how many.
Result<std::uint64_t> save_table(Engine& engine, const std::string& path);

/// Takes the connections of a file. A file that is damaged is an Error, and nothing was taken. TCP
/// goes on as if picked up midstream: what passed since it was saved is unknown.
Result<Taken> load_table(Engine& engine, const std::string& path);

/// Takes connections of another firewall: lines of `conntrack -L` and the like. Returns what is to
/// be said of it; an Error is the first line that could not be understood, and those before it are
/// taken.
Result<std::string> import_table(Engine& engine, std::string_view lines);

}  // namespace statewall
