#include "wire/build.h"
#include "wire/build_layout.h"

namespace statewall {

std::size_t build_gre(std::span<std::uint8_t> out, const GreFields& fields,
                      std::span<const std::uint8_t> payload) {
  const bool checksum = (fields.flags & kGreChecksum) != 0;
  struct Part {
    std::uint16_t flag;
    std::uint32_t value;
  };
  const Part parts[] = {{kGreKey, fields.key},
                        {kGreSequence, fields.sequence},
                        {kGreAcknowledgement, fields.acknowledgement}};
  std::size_t header = checksum ? 8 : 4;
  for (const Part& part : parts) header += (fields.flags & part.flag) != 0 ? 4 : 0;
  const build::Output packet = build::lay_out(out, header, {}, payload);
  if (packet.empty()) return 0;
  build::put16(packet, 0, fields.flags);
  build::put16(packet, 2, fields.protocol);
  std::size_t at = checksum ? 8 : 4;
  for (const Part& part : parts) {
    if ((fields.flags & part.flag) == 0) continue;
    build::put32(packet, at, part.value);
    at += 4;
  }
  return packet.size();
}

}  // namespace statewall
