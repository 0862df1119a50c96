#include "verify/relocation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "traffic/draft.h"
#include "traffic/ip_writer.h"
#include "wire/bytes.h"

namespace statewall {
namespace {

using rules::Topology;

constexpr std::size_t kHosts = 4;  // of generated traffic, of each family

constexpr std::array<Address, kHosts> kHosts4 = {
    Address::ipv4(0x0a000002), Address::ipv4(0x0a00010a), Address::ipv4(0xc0a80106),
    Address::ipv4(0x0a000003)};

Address ipv6(std::uint32_t first, std::uint32_t last) {
  Address address = Address::ipv4(first);
  const Address low = Address::ipv4(last);
  std::copy_n(low.bytes.begin(), 4, address.bytes.begin() + 12);
  return address;
}

Address host6(std::size_t number) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, kHosts> kAll = {
      {{0xfd000001, 2}, {0x20010db8, 10}, {0xfd000002, 2}, {0xfd000001, 3}}};
  return ipv6(kAll[number].first, kAll[number].second);
}

/// Of those that come later: behind `wan`.
Address stranger(std::size_t number, Family family) {
  const auto low = static_cast<std::uint32_t>(number);
  return family == Family::ipv4 ? Address::ipv4(0x64400000 | low) : ipv6(0x20010db9, low + 1);
}

bool is_nobody_or_everybody(const Address& address, Family family) {
  return address == Address{} ||
         (family == Family::ipv4 && Topology::is_limited_broadcast(address));
}

/// Where the checksums stand that go over a word; none goes over it where it is nothing.
struct Sums {
  std::optional<std::size_t> header;     ///< IPv4's
  std::optional<std::size_t> transport;  ///< over the pseudo header
  bool udp = false;                      ///< where 0 means that there is none
  std::optional<std::size_t> around;     ///< over all of that, of the ICMP error around it
};

class Editor {
 public:
  explicit Editor(Octets& bytes) : bytes_(bytes) {}

  void put(std::size_t at, std::uint16_t word, const Sums& sums) {
    if (at + 2 > bytes_.size()) return;
    const std::uint16_t before = word_at(at);
    if (before == word) return;
    mend(sums.header, before, word, false, sums.around);
    mend(sums.transport, before, word, sums.udp, sums.around);
    mend(sums.around, before, word, false, {});
    write(at, word);
  }

 private:
  void mend(std::optional<std::size_t> at, std::uint16_t before, std::uint16_t after, bool udp,
            std::optional<std::size_t> around) {
    if (!at || *at + 2 > bytes_.size()) return;
    const std::uint16_t old = word_at(*at);
    if (udp && old == 0) return;
    std::uint16_t sum = mended(old, before, after);
    if (udp && sum == 0) sum = 0xffff;
    write(*at, sum);
    mend(around, old, sum, false, {});
  }

  std::uint16_t word_at(std::size_t at) const { return Bytes(bytes_).u16(at); }
  void write(std::size_t at, std::uint16_t word) {
    bytes_[at] = static_cast<std::uint8_t>(word >> 8);
    bytes_[at + 1] = static_cast<std::uint8_t>(word);
  }

  Octets& bytes_;
};

/// Where in its header a transport has a checksum that goes over addresses.
std::optional<std::size_t> checksum_place(std::uint8_t number) {
  constexpr std::uint8_t kDccp = 33;
  constexpr std::pair<std::uint8_t, std::size_t> kPlaces[] = {{protocol::tcp, 16},
                                                              {protocol::udp, 6},
                                                              {protocol::udplite, 6},
                                                              {kDccp, 6},
                                                              {protocol::icmpv6, 2}};
  const auto* found =
      std::ranges::find(kPlaces, number, &std::pair<std::uint8_t, std::size_t>::first);
  if (found == std::end(kPlaces)) return std::nullopt;
  return found->second;
}

/// However much of it is missing.
Packet read_part(std::span<const std::uint8_t> packet, Family family) {
  const LinkType link = family == Family::ipv6 ? LinkType::ipv6 : LinkType::ipv4;
  constexpr std::size_t kAll = std::numeric_limits<std::uint32_t>::max();
  return read_frame(packet, link, kAll, ChecksumMode::ignore);
}

Sums sums_of(const Packet& packet, std::size_t at, std::optional<std::size_t> around) {
  const Headers& headers = packet.headers;
  Sums sums;
  sums.around = around;
  if (headers.family == Family::ipv4) sums.header = at + 10;
  const auto place = checksum_place(headers.protocol);
  if (place && packet.l4_offset != 0 && headers.fragment_offset == 0) {
    sums.transport = at + packet.l4_offset + *place;
  }
  sums.udp = headers.protocol == protocol::udp;
  return sums;
}

}  // namespace

Address Relocation::place_of(const Address& address, Family family) {
  if (is_nobody_or_everybody(address, family)) return address;
  if (Topology::is_multicast(address, family)) {
    return family == Family::ipv4 ? Address::ipv4(0xe0000016) : ipv6(0xff0e0000, 0x101);
  }
  auto& places = family == Family::ipv4 ? places4_ : places6_;
  const std::size_t number = places.size();
  const auto [found, added] = places.try_emplace(address);
  if (!added) return found->second;
  const std::size_t turned = (number + turn_) % kHosts;
  const bool later = number >= kHosts;
  return found->second = later                    ? stranger(number, family)
                         : family == Family::ipv4 ? kHosts4[turned]
                                                  : host6(turned);
}

void Relocation::move(RulesPacket& packet) {
  Editor editor(packet.bytes);
  std::size_t at = 0;
  std::optional<std::size_t> around;
  // The packet itself, then the one that it quotes.
  for (int level = 0; level < 2; ++level) {
    const auto part = std::span<const std::uint8_t>(packet.bytes).subspan(at);
    const Packet read = read_part(part, packet.family);
    const Headers& headers = read.headers;
    if (headers.family != packet.family) return;
    const Sums sums = sums_of(read, at, around);
    const std::size_t length = headers.family == Family::ipv4 ? 4 : 16;
    const std::size_t first = at + (headers.family == Family::ipv4 ? 12 : 8);
    for (const auto& [place, address] :
         {std::pair(first, headers.source), std::pair(first + length, headers.destination)}) {
      const Address moved = place_of(address, headers.family);
      for (std::size_t i = 0; i < length; i += 2) {
        editor.put(place + i, Bytes(moved.bytes).u16(i), sums);
      }
    }
    if (!read.has_quote) return;
    around = at + read.l4_offset + 2;
    at += read.l4_offset + 8;
    if (at >= packet.bytes.size()) return;
  }
}

}  // namespace statewall
