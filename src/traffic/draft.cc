#include "traffic/draft.h"

#include "wire/build.h"

namespace statewall {
namespace {

constexpr Address ipv6(std::uint32_t first, std::uint32_t last) {
  Address address = Address::ipv4(first);
  const Address low = Address::ipv4(last);
  for (std::size_t i = 0; i < 4; ++i) address.bytes[12 + i] = low.bytes[i];
  return address;
}

constexpr Address kHosts4[] = {Address::ipv4(0x0a000002), Address::ipv4(0x0a000003),
                               Address::ipv4(0xc0a80106), Address::ipv4(0x0a00010a)};
// The last is link-local, as redirects come from (J5).
constexpr Address kHosts6[] = {ipv6(0xfd000001, 2), ipv6(0xfd000002, 2), ipv6(0x20010db8, 10),
                               ipv6(0xfe800000, 1)};
constexpr Address kOdd4[] = {Address::ipv4(0xe0000016), Address::ipv4(0xffffffff),
                             Address::ipv4(0x7f000001)};
constexpr Address kOdd6[] = {ipv6(0xff020000, 1), ipv6(0xff0e0000, 0x0101), ipv6(0, 1)};

constexpr std::uint16_t kPorts[] = {1000, 1001, 2000, 80, 53, 0, 65535};

}  // namespace

Address random_host(Random& random, Family family) {
  return family == Family::ipv6 ? random.of(kHosts6) : random.of(kHosts4);
}

Ends random_ends(Random& random, std::uint32_t ipv6_per_mille) {
  Ends ends;
  ends.family = random.per_mille(ipv6_per_mille) ? Family::ipv6 : Family::ipv4;
  ends.a = random_host(random, ends.family);
  do {
    ends.b = random_host(random, ends.family);
  } while (ends.a == ends.b && !random.one_in(8));
  if (random.one_in(40)) {
    ends.b = ends.family == Family::ipv6 ? random.of(kOdd6) : random.of(kOdd4);
  }
  return ends;
}

std::uint16_t random_port(Random& random) {
  // The two at the edges seldom, so that most talks have a tuple of their own.
  const std::uint16_t port = random.of(kPorts);
  return port != 0 && port != 65535 ? port : random.of(kPorts);
}

Draft draft(TrafficKind kind, const Ends& ends, std::uint8_t protocol) {
  Draft out;
  out.kind = kind;
  out.family = ends.family;
  out.source = ends.a;
  out.destination = ends.b;
  out.protocol = protocol;
  return out;
}

Octets payload(std::size_t length) { return Octets(length); }

void fill_icmp(Draft& draft, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
               std::span<const std::uint8_t> payload) {
  constexpr std::size_t kHeader = 8;
  fill(draft, kHeader + payload.size(), [&](std::span<std::uint8_t> out) {
    return draft.protocol == ip_protocol::icmpv6
               ? build_icmpv6(out, draft.source, draft.destination, type, code, rest, payload)
               : build_icmp(out, type, code, rest, payload);
  });
}

}  // namespace statewall
