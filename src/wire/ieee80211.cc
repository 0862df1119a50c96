#include "wire/link_layers.h"

// IEEE 802.11, of which data frames carry LLC: those that are neither encrypted, nor fragments,
// nor several in one (A-MSDU).

namespace statewall {
namespace {

constexpr std::uint8_t kVersionMask = 0x03, kTypeMask = 0x0c, kData = 0x08;
constexpr std::uint8_t kQos = 0x80, kNull = 0x40;  // bits of a data frame's subtype
constexpr std::uint8_t kToDs = 0x01, kFromDs = 0x02, kMoreFragments = 0x04, kProtected = 0x40,
                       kOrder = 0x80;
constexpr std::uint8_t kAmsdu = 0x80;

std::size_t header_length(std::uint8_t kind, std::uint8_t flags) {
  std::size_t length = 24;
  if ((flags & kToDs) != 0 && (flags & kFromDs) != 0) length += 6;  // a fourth address
  if ((kind & kQos) == 0) return length;
  return length + ((flags & kOrder) != 0 ? 6 : 2);  // with HT control or without
}

// IEEE 802.11 9.2 and 9.3.2. `padded`: the header is followed by zeros up to four bytes.
void read_data(Bytes frame, bool padded, LinkHeader& header) {
  const std::uint32_t at = header.length;
  if (!take(frame, header, 2)) return;
  const std::uint8_t kind = frame.u8(at), flags = frame.u8(at + 1);
  if ((kind & kVersionMask) != 0 || (kind & kTypeMask) != kData || (kind & kNull) != 0) {
    return end_with(header, 0);
  }
  std::size_t length = header_length(kind, flags);
  const std::size_t qos_at = length - ((flags & kOrder) != 0 ? 6 : 2);
  if (padded) length = (length + 3) / 4 * 4;
  if (!take(frame, header, length - 2)) return;

  const bool fragment = (flags & kMoreFragments) != 0 || (frame.u8(at + 22) & 0x0f) != 0;
  const bool several = (kind & kQos) != 0 && (frame.u8(at + qos_at) & kAmsdu) != 0;
  if (fragment || several || (flags & kProtected) != 0) return end_with(header, 0);
  read_llc(frame, header);
}

std::uint16_t little_u16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes.u8(at) | bytes.u8(at + 1) << 8);
}

// Does the radiotap header say that the 802.11 header is padded? Words of bits say which fields
// there are; the highest bit of each says that another word follows. The flags come behind the
// timer, which is aligned to its size.
bool says_padded(Bytes radiotap) {
  constexpr std::uint8_t kTimer = 0x01, kFlags = 0x02, kAnother = 0x80, kDataPad = 0x20;
  const std::uint8_t present = radiotap.u8(4);
  if ((present & kFlags) == 0) return false;
  std::size_t at = 4;
  while (at + 4 <= radiotap.size() && (radiotap.u8(at + 3) & kAnother) != 0) at += 4;
  at += 4;
  if ((present & kTimer) != 0) at = (at + 7) / 8 * 8 + 8;
  return (radiotap.u8(at) & kDataPad) != 0;
}

}  // namespace

void read_ieee80211(Bytes frame, LinkHeader& header) { read_data(frame, false, header); }

// https://www.radiotap.org: version, padding, length of the whole in little-endian order, fields.
void read_radiotap(Bytes frame, LinkHeader& header) {
  constexpr std::size_t kLeast = 8;
  if (!take(frame, header, kLeast)) return;
  const std::size_t length = little_u16(frame, 2);
  if (frame.u8(0) != 0 || length < kLeast) return end_with(header, 0);
  if (!take(frame, header, length - kLeast)) return;
  read_data(frame, says_padded(frame.first(length)), header);
}

}  // namespace statewall
