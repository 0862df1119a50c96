#pragma once

#include <array>
#include <cstdint>

#include "statewall/packet.h"
#include "statewall/profile.h"

namespace statewall {

enum class TableOutput : std::uint8_t { none, tutorial, ip_conntrack, json };

/// What `statewall replay` was asked for.
struct ReplayOptions {
  Profile profile = tutorial();
  ChecksumMode checksums = ChecksumMode::automatic;
  std::array<std::uint64_t, 2> hash_key{};
  bool quiet = false;  ///< no line a packet
  bool json = false;   ///< the lines as JSON
  TableOutput table = TableOutput::none;
};

}  // namespace statewall
