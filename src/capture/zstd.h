#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "capture/input.h"
#include "capture/source.h"

// zstd (RFC 8878), by libzstd.

namespace statewall {

/// Does a file that begins with these bytes claim to be zstd? It may begin with a skippable frame,
/// as parallel compressors write them.
bool is_zstd(std::span<const std::uint8_t> head);

/// What the frames of `input` decompress to. A frame may ask for a window of 128 MiB, which is what
/// `zstd --long` writes and `zstd -d` reads; one that asks for more fails.
/// REQUIRES: `is_zstd` of its head.
std::unique_ptr<Source> open_zstd(std::unique_ptr<Input> input);

}  // namespace statewall
