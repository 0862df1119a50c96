#include "traffic/errors.h"

#include <algorithm>

#include "statewall/icmp.h"
#include "traffic/ip_writer.h"
#include "wire/bytes.h"

namespace statewall {
namespace {

constexpr std::size_t kMostQuoted = 548;
constexpr std::size_t kPorts = 4;

bool six(const Octets& packet) { return family_of(packet) == Family::ipv6; }
Address source_of(const Octets& p) { return six(p) ? Bytes(p).ipv6(8) : Bytes(p).ipv4(12); }
Address destination_of(const Octets& p) { return six(p) ? Bytes(p).ipv6(24) : Bytes(p).ipv4(16); }

void swap_parts(Octets& bytes, std::size_t at, std::size_t length) {
  if (bytes.size() < at + 2 * length) return;
  const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const auto second = first + static_cast<std::ptrdiff_t>(length);
  std::swap_ranges(first, second, second);
}

/// The packet that would answer this one, as far as its addresses, ports and type go.
void turn(Octets& packet) {
  const bool is_six = six(packet);
  const std::size_t l4 = header_length(packet);
  const std::uint8_t protocol = Bytes(packet).u8(is_six ? 6 : 9);
  swap_parts(packet, is_six ? 8 : 12, is_six ? 16 : 4);
  if (l4 >= packet.size()) return;
  std::uint8_t& type = packet[l4];
  if (protocol == ip_protocol::icmp) {
    const IcmpMeaning meaning = icmp_meaning(type);
    if (meaning.role == IcmpRole::query) {
      type = reply_type(meaning.kind);
    } else if (meaning.role == IcmpRole::reply) {
      type = query_type(meaning.kind);
    }
  } else if (protocol == ip_protocol::icmpv6) {
    if (type == 128 || type == 129 || type == 139 || type == 140) {
      type = static_cast<std::uint8_t>(type < 130 ? 257 - type : 279 - type);
    }
  } else {
    swap_parts(packet, l4, kPorts / 2);
  }
}

/// Where the quote ends: whole as routers send it, or at any byte.
std::size_t quoted_length(Random& random, const Octets& packet) {
  const std::size_t l4 = header_length(packet);
  const std::size_t most = std::min(packet.size(), kMostQuoted);
  std::size_t length = most;
  switch (random.below(8)) {
    case 0: length = l4 + 8; break;
    case 1: length = l4 + random.below(13); break;
    case 2: length = random.below(static_cast<std::uint32_t>(most) + 1); break;
    default: break;
  }
  return std::min(length, most);
}

/// Bytes that a tracker may look at or not: version and lengths, ids, TTL, fragments, protocol, the
/// first of the transport.
void change(Random& random, Octets& quote) {
  constexpr std::size_t kPlaces4[] = {0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16};
  constexpr std::size_t kPlaces6[] = {0, 4, 5, 6, 7, 8, 24, 42, 43};
  const std::size_t l4 = header_length(quote);
  std::size_t at = six(quote) ? random.of(kPlaces6) : random.of(kPlaces4);
  if (random.one_in(2)) at = l4 + random.below(14);
  if (at >= quote.size()) return;
  quote[at] = random.one_in(2) ? random.byte()
                               : static_cast<std::uint8_t>(quote[at] ^ (1U << random.below(8)));
}

Draft ipv4_error(Random& random, const Ends& ends, const Octets& quote) {
  constexpr std::uint8_t kTypes[] = {3, 3, 3, 4, 5, 11, 11, 12};
  constexpr std::uint8_t kCodes[] = {0, 0, 1, 1, 2, 3, 3, 4, 10, 13, 15, 200};
  constexpr std::uint32_t kRests[] = {0, 0, 0, 1300, 0x0a000003, 0xffffffff};
  Draft out = draft(TrafficKind::error, ends, ip_protocol::icmp);
  const std::uint8_t type = random.of(kTypes);
  const std::uint8_t code = random.of(kCodes);
  fill_icmp(out, type, code, random.of(kRests), quote);
  return out;
}

/// RFC 4861 4.5: the target, the destination, and the packet in an option that must come first
/// (J5).
Draft redirect(Random& random, Ends ends, const Octets& quote, bool wrong) {
  constexpr std::uint8_t kRedirect = 137, kRedirectedHeader = 4, kTargetLink = 2;
  ends.a = {};
  ends.a.bytes[0] = 0xfe;
  ends.a.bytes[1] = 0x80;
  ends.a.bytes[15] = 1;
  const std::uint32_t detail = wrong ? random.below(7) : 7;
  if (detail == 0) ends.a = random_host(random, Family::ipv6);
  Draft out = draft(TrafficKind::error, ends, ip_protocol::icmpv6);
  out.ttl = detail == 1 ? 254 : 255;
  Octets body(32);
  if (detail == 2) body.insert(body.end(), {kTargetLink, 1, 2, 0, 0, 0, 0, 1});
  const std::size_t units = (8 + quote.size() + 7) / 8;
  const std::size_t end = body.size() + units * 8;
  body.push_back(detail == 3 ? random.byte() : kRedirectedHeader);
  body.push_back(detail == 4 ? 0 : static_cast<std::uint8_t>(units));
  body.resize(body.size() + 6);
  body.insert(body.end(), quote.begin(), quote.end());
  body.resize(end);
  if (detail == 5) body.resize(random.below(static_cast<std::uint32_t>(body.size())));
  fill_icmp(out, kRedirect, detail == 6 ? 1 : 0, 0, body);
  return out;
}

Draft ipv6_error(Random& random, const Ends& ends, const Octets& quote, bool wrong) {
  constexpr std::uint8_t kTypes[] = {1, 1, 1, 2, 3, 4, 0, 5, 100, 127};
  constexpr std::uint8_t kCodes[] = {0, 0, 1, 3, 4, 4, 6, 200};
  constexpr std::uint32_t kRests[] = {0, 0, 1280, 40, 0xffffffff};
  if (random.one_in(5)) return redirect(random, ends, quote, wrong);
  Draft out = draft(TrafficKind::error, ends, ip_protocol::icmpv6);
  const std::uint8_t type = random.of(kTypes);
  const std::uint8_t code = random.of(kCodes);
  fill_icmp(out, type, code, random.of(kRests), quote);
  return out;
}

}  // namespace

void History::add(const Octets& packet, TrafficKind kind) {
  Sent& place = sent_[count_++ % kKept];
  place.packet = packet;
  place.kind = kind;
}

const History::Sent& History::recent(Random& random) const {
  const auto known = static_cast<std::uint32_t>(std::min(count_, kKept));
  const std::uint32_t reach = random.one_in(3) ? known : std::min(known, 8U);
  return sent_[(count_ - 1 - random.below(reach)) % kKept];
}

Draft random_error(Random& random, const History& history, std::uint32_t wrong) {
  Octets quote = history.recent(random).packet;
  if (random.one_in(6)) turn(quote);
  Ends ends;
  ends.family = family_of(quote);
  ends.a = random.one_in(2) ? destination_of(quote) : random_host(random, ends.family);
  ends.b = source_of(quote);
  const bool spoilt = random.per_mille(wrong);
  if (spoilt && random.one_in(4)) ends.b = random_host(random, ends.family);
  if (spoilt && random.one_in(2)) change(random, quote);
  quote.resize(quoted_length(random, quote));
  if (spoilt && random.one_in(10)) {  // an error of the other family
    ends.family = ends.family == Family::ipv6 ? Family::ipv4 : Family::ipv6;
    ends.a = random_host(random, ends.family);
    ends.b = random_host(random, ends.family);
  }
  return ends.family == Family::ipv6 ? ipv6_error(random, ends, quote, spoilt)
                                     : ipv4_error(random, ends, quote);
}

}  // namespace statewall
