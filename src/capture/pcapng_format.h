#pragma once

#include <cstddef>
#include <cstdint>

// Numbers of the pcapng format (draft-ietf-opsawg-pcapng) that its reader and its writer share.

namespace statewall {

// Types of blocks.
inline constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterface = 1;
inline constexpr std::uint32_t kObsoletePacket = 2;
inline constexpr std::uint32_t kSimplePacket = 3;
inline constexpr std::uint32_t kEnhancedPacket = 6;

inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

// Type and length before a block's body, the length again behind it.
inline constexpr std::size_t kBlockHeaderSize = 8;
inline constexpr std::size_t kBlockTrailerSize = 4;

/// Of a block that is read or written; Wireshark has the same limit. A reader skips blocks of any
/// length.
inline constexpr std::uint32_t kMaxBlockLength = 16 * 1024 * 1024;

}  // namespace statewall
