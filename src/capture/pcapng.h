#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "capture/input.h"
#include "capture/reader.h"

// The pcapng format (draft-ietf-opsawg-pcapng):
//
//   file    := section+
//   section := section header, then blocks of any kind
//   block   := type:4 length:4 body length:4
//
// A block's length counts all of it and is a multiple of 4. A section header, whose type reads the
// same in either byte order, tells the byte order of its section. A packet block names the
// interface it came from by its place among the interface descriptions of the section; that one has
// the link type and the unit of time. Blocks of other kinds are skipped.

namespace statewall {

/// Does a file that begins with these bytes claim to be pcapng?
bool is_pcapng(std::span<const std::uint8_t> head);

/// Reads the first section header. REQUIRES: `is_pcapng` of what the input begins with.
Result<std::unique_ptr<CaptureReader>> open_pcapng(std::unique_ptr<Input> input);

}  // namespace statewall
