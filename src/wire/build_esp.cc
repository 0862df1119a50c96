#include "wire/build.h"
#include "wire/build_layout.h"

namespace statewall {

namespace {
constexpr std::size_t kEspHeader = 8;
}  // namespace

std::size_t build_esp(std::span<std::uint8_t> out, std::uint32_t spi, std::uint32_t sequence,
                      std::span<const std::uint8_t> payload) {
  const build::Output packet = build::lay_out(out, kEspHeader, {}, payload);
  if (packet.empty()) return 0;
  build::put32(packet, 0, spi);
  build::put32(packet, 4, sequence);
  return packet.size();
}

}  // namespace statewall
