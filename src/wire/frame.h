#pragma once

#include "wire/reading.h"

namespace statewall {

/// The frame as it came, of `original_length` bytes on the wire.
Reading begin_reading(std::span<const std::uint8_t> captured, std::size_t original_length,
                      ChecksumMode mode);

/// Reads what begins with a link header at `offset` and ends where reading.frame does. Offsets in
/// the packet count from the beginning of the frame. REQUIRES: offset <= reading.frame.size()
void read_at(Reading& reading, LinkType link, std::size_t offset, Packet& packet);
Packet read_at(const Reading& reading, LinkType link, std::size_t offset);

}  // namespace statewall
