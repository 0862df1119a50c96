#include <algorithm>

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

}  // namespace statewall
