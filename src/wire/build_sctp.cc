#include <algorithm>
#include <iterator>

#include "wire/build.h"
#include "wire/build_layout.h"
#include "wire/crc32c.h"

namespace statewall {

std::size_t build_sctp(std::span<std::uint8_t> out, std::uint16_t source_port,
                       std::uint16_t destination_port, std::uint32_t verification_tag,
                       std::span<const std::uint8_t> chunks) {
  constexpr std::size_t kHeader = 12;
  const build::Output packet = build::lay_out(out, kHeader, {}, chunks);
  if (packet.empty()) return 0;
  build::put16(packet, 0, source_port);
  build::put16(packet, 2, destination_port);
  build::put32(packet, 4, verification_tag);
  Crc32c crc;
  crc.add(Bytes(packet));
  for (unsigned byte = 0; byte < 4; ++byte) {
    packet[8 + byte] = static_cast<std::uint8_t>(crc.value() >> 8 * byte);
  }
  return packet.size();
}

std::size_t build_sctp_chunk(std::span<std::uint8_t> out, std::uint8_t type, std::uint8_t flags,
                             std::uint32_t initiate_tag) {
  constexpr std::size_t kHeader = 4;
  constexpr std::uint8_t kInit = 1, kInitAck = 2, kOthers = 15;
  // Of DATA, INIT, INIT-ACK (with a cookie of four bytes), SACK, and so on; RFC 9260 3.3.
  constexpr std::uint8_t kValues[] = {16, 16, 24, 12, 8, 8, 0, 4, 0, 8, 8, 0, 4, 4, 0};
  static_assert(std::size(kValues) == kOthers);
  const std::size_t value = type < kOthers ? kValues[type] : 4;
  if (out.size() < kHeader + value) return 0;
  const build::Output chunk = out.first(kHeader + value);
  std::ranges::fill(chunk, std::uint8_t{0});
  chunk[0] = type;
  chunk[1] = flags;
  build::put16(chunk, 2, chunk.size());
  if (type == kInit || type == kInitAck) {
    constexpr std::uint32_t kWindow = 65536, kStreams = 0x00050005, kCookie = 0x00070008;
    build::put32(chunk, 4, initiate_tag);
    build::put32(chunk, 8, kWindow);
    build::put32(chunk, 12, kStreams);
    build::put32(chunk, 16, initiate_tag + 1);  // the first transmission sequence number
    if (type == kInitAck) build::put32(chunk, 20, kCookie);
  }
  return chunk.size();
}

}  // namespace statewall
