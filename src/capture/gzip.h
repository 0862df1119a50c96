#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "capture/input.h"
#include "capture/source.h"

// gzip (RFC 1952), by zlib.

namespace statewall {

/// Does a file that begins with these bytes claim to be gzip?
bool is_gzip(std::span<const std::uint8_t> head);

/// What the members of `input` decompress to; 40 KiB of memory. REQUIRES: `is_gzip` of its head.
std::unique_ptr<Source> open_gzip(std::unique_ptr<Input> input);

}  // namespace statewall
