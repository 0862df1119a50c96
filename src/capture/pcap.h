#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "capture/input.h"
#include "capture/reader.h"

// The pcap format (draft-ietf-opsawg-pcap; libpcap's pcap-savefile(5)):
//
//   file   := magic:4 major:2 minor:2 reserved:8 snap_length:4 link_type:4 record*
//   record := seconds:4 fraction:4 captured:4 original:4 data:captured
//
// The magic tells the byte order of all numbers and the unit of the fraction.

namespace statewall {

/// Does a file that begins with these bytes claim to be pcap?
bool is_pcap(std::span<const std::uint8_t> head);

/// Reads the file header. REQUIRES: `is_pcap` of what the input begins with.
Result<std::unique_ptr<CaptureReader>> open_pcap(std::unique_ptr<Input> input);

}  // namespace statewall
