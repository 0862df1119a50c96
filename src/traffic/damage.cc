#include "traffic/damage.h"

#include <algorithm>

#include "traffic/ip_writer.h"

namespace statewall {
namespace {

void put16(Octets& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

// A length near the right one, or none.
std::size_t odd_length(Random& random, std::size_t length) {
  constexpr std::int32_t kSteps[] = {-8, -4, -1, 1, 4, 8};
  constexpr std::size_t kLengths[] = {0, 1, 8, 19, 20, 21, 65535};
  if (random.one_in(2)) return random.of(kLengths);
  return static_cast<std::size_t>(
      std::max(0, static_cast<std::int32_t>(length) + random.of(kSteps)));
}

void flip(Random& random, Octets& packet, std::size_t from) {
  if (from >= packet.size()) return;
  const std::size_t at = from + random.below(static_cast<std::uint32_t>(packet.size() - from));
  packet[at] = static_cast<std::uint8_t>(packet[at] ^ (1U << random.below(8)));
}

}  // namespace

bool damage(Random& random, Octets& packet) {
  const bool six = family_of(packet) == Family::ipv6;
  const std::size_t header = header_length(packet);
  if (header < 20) return false;
  constexpr std::uint8_t kLives[] = {0, 1, 255};
  constexpr std::uint8_t kProtocols[] = {0,  1,  2,  6,  17, 43,  44,  47,
                                         50, 51, 58, 59, 60, 132, 136, 255};
  bool right = false;
  bool mend = true;
  switch (random.below(11)) {
    case 0:  // padding, as the link has it
      packet.resize(packet.size() + 1 + random.below(20));
      return true;
    case 1:
      packet[six ? 7 : 8] = random.of(kLives);
      right = true;
      break;
    case 2: put16(packet, six ? 4 : 2, odd_length(random, packet.size() - (six ? 40 : 0))); break;
    case 3: packet[six ? 6 : 9] = random.of(kProtocols); break;
    case 4:
      mend = false;
      flip(random, packet, header);
      break;
    case 5:
      mend = false;
      packet.resize(1 + random.below(static_cast<std::uint32_t>(packet.size())));
      break;
    case 6: flip(random, packet, 0); break;
    case 7:
      mend = false;
      if (six) packet[6] = static_cast<std::uint8_t>(packet[6] ^ 1);
      if (!six) packet[10] = static_cast<std::uint8_t>(packet[10] ^ 1);
      break;
    case 8:  // IHL, traffic class
      packet[0] = static_cast<std::uint8_t>((packet[0] & 0xf0) | random.below(16));
      break;
    case 9: packet[six ? 1 : 6] = static_cast<std::uint8_t>(packet[six ? 1 : 6] ^ 0x80); break;
    default:  // shorter, and the lengths tell the truth: of the transport little may be left
      packet.resize(header + random.below(static_cast<std::uint32_t>(packet.size() - header) + 1));
      put16(packet, six ? 4 : 2, packet.size() - (six ? 40 : 0));
      break;
  }
  if (mend) mend_ipv4_checksum(packet);
  return right;
}

}  // namespace statewall
