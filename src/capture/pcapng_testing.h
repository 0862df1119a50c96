#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "capture/pcapng_format.h"
#include "capture/testing.h"

// For tests: blocks of pcapng written by hand.

namespace statewall::testing {

inline Writer& section(Writer& out, std::uint16_t major = 1, std::uint16_t minor = 0) {
  return out.block(
      kSectionHeader,
      Writer(out.order()).u32(0x1a2b3c4d).u16(major).u16(minor).u64(~std::uint64_t{0}));
}

inline Writer& interface(Writer& out, std::uint16_t link, std::uint32_t snap_length = 0,
                         const Writer& options = Writer(ByteOrder::little)) {
  return out.block(kInterface,
                   Writer(out.order()).u16(link).u16(0).u32(snap_length).raw(options.bytes()));
}

inline Writer& enhanced(Writer& out, std::uint32_t index, std::uint64_t ticks,
                        const ByteVector& data, std::size_t original,
                        const Writer& options = Writer(ByteOrder::little)) {
  return out.block(kEnhancedPacket, Writer(out.order())
                                        .u32(index)
                                        .u32(ticks >> 32)
                                        .u32(ticks)
                                        .u32(data.size())
                                        .u32(original)
                                        .raw(data)
                                        .pad()
                                        .raw(options.bytes()));
}

inline Writer& simple(Writer& out, const ByteVector& data, std::size_t original) {
  return out.block(kSimplePacket, Writer(out.order()).u32(original).raw(data));
}

/// A section and one Ethernet interface.
inline Writer pcapng(ByteOrder order = ByteOrder::little) {
  Writer out(order);
  return interface(section(out), 1);
}

/// An option, padded.
inline Writer& option(Writer& out, std::uint16_t code, std::string_view value) {
  out.u16(code).u16(value.size());
  return out.raw({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}).pad();
}
inline Writer option(Writer&& out, std::uint16_t code, std::string_view value) {
  return option(out, code, value);
}

}  // namespace statewall::testing
