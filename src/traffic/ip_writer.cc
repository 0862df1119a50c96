#include "traffic/ip_writer.h"

#include <algorithm>

#include "wire/build.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kMostOptions = 40;

std::uint16_t word_at(const Octets& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put_word(Octets& bytes, std::size_t at, std::uint16_t word) {
  bytes[at] = static_cast<std::uint8_t>(word >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(word);
}

// Lawful options: nothing, record route, timestamp, router alert, stream id; and some that are not.
Octets ipv4_options(Random& random, bool& right) {
  static const Octets kOptions[] = {{1, 1, 1, 1},
                                    {0},
                                    {7, 7, 4, 0, 0, 0, 0},
                                    {7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                    {68, 8, 5, 0, 0, 0, 0, 0},
                                    {148, 4, 0, 0},
                                    {136, 4, 0, 1}};
  static const Octets kBroken[] = {{7, 0}, {7, 40, 4}, {68, 3, 5}, {131, 3, 4}, {1, 1, 7}};
  Octets out = random.of(kOptions);
  if (random.one_in(4)) out.insert(out.end(), {148, 4, 0, 0});
  if (random.one_in(12)) {
    out = random.of(kBroken);
    right = false;
  }
  return out;
}

// Puts an extension header of this kind before what there is.
void put_extension(Octets& body, std::uint8_t& next, std::uint8_t kind, Random& random) {
  const bool fragment = kind == ip_protocol::fragment;
  const bool ah = kind == ip_protocol::ah;
  const std::size_t units = fragment ? 0 : random.below(3);  // of 8 bytes, behind the first
  Octets header(8 + 8 * units);
  header[0] = next;
  header[1] = static_cast<std::uint8_t>(ah ? header.size() / 4 - 2 : units);
  if (kind == ip_protocol::routing) header[2] = 4;  // and no segments left
  if (kind == ip_protocol::hop_by_hop || kind == ip_protocol::destination_options) {
    header[2] = 1;  // PadN over all of it (RFC 8200 4.2)
    header[3] = static_cast<std::uint8_t>(header.size() - 4);
  }
  if (fragment) header[7] = static_cast<std::uint8_t>(random.below(4));  // whole: offset 0, no more
  body.insert(body.begin(), header.begin(), header.end());
  next = kind;
}

void put_extensions(Random& random, Draft& draft, std::uint8_t& next) {
  constexpr std::uint8_t kKinds[] = {ip_protocol::hop_by_hop,
                                     ip_protocol::destination_options,
                                     ip_protocol::destination_options,
                                     ip_protocol::routing,
                                     ip_protocol::fragment,
                                     ip_protocol::ah,
                                     135 /* mobility */};
  const std::uint32_t count = 1 + random.below(3);
  for (std::uint32_t i = 0; i < count; ++i)
    put_extension(draft.body, next, random.of(kKinds), random);
  if (random.one_in(10)) {
    draft.body[1] = random.byte();  // a length that leads elsewhere
    draft.right = false;
  }
}

}  // namespace

Family family_of(std::span<const std::uint8_t> packet) {
  return !packet.empty() && packet[0] >> 4 == 6 ? Family::ipv6 : Family::ipv4;
}

std::size_t header_length(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return 0;
  const std::size_t length =
      family_of(packet) == Family::ipv6 ? kIpv6Header : std::size_t{packet[0] & 0xfU} * 4;
  return std::min(length, packet.size());
}

std::uint16_t mended(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
  InternetSum sum;
  sum.add_word(static_cast<std::uint16_t>(~checksum));
  sum.add_word(static_cast<std::uint16_t>(~before));
  sum.add_word(after);
  return sum.checksum();
}

void change_word(Octets& bytes, std::size_t at, std::uint16_t word, std::size_t checksum_at) {
  if (bytes.size() < at + 2 || bytes.size() < checksum_at + 2) return;
  const std::uint16_t checksum = mended(word_at(bytes, checksum_at), word_at(bytes, at), word);
  put_word(bytes, at, word);
  put_word(bytes, checksum_at, checksum);
}

void mend_ipv4_checksum(Octets& packet) {
  const std::size_t header = header_length(packet);
  if (header < kIpv4Header || family_of(packet) == Family::ipv6) return;
  put_word(packet, 10, 0);
  InternetSum sum;
  sum.add(Bytes(packet).first(header));
  put_word(packet, 10, sum.checksum());
}

void write_ip(Random& random, Draft& draft, std::uint32_t decorated, Octets& packet) {
  const bool more = random.per_mille(decorated);
  packet.resize(kIpv6Header + kMostOptions + draft.body.size() + 128);
  if (draft.family == Family::ipv6) {
    std::uint8_t next = draft.protocol;
    if (more) put_extensions(random, draft, next);
    packet.resize(build_ipv6(packet,
                             {.source = draft.source,
                              .destination = draft.destination,
                              .next_header = next,
                              .hop_limit = draft.ttl},
                             draft.body));
    return;
  }
  const Octets options = more ? ipv4_options(random, draft.right) : Octets{};
  packet.resize(build_ipv4(
      packet,
      {.source = draft.source,
       .destination = draft.destination,
       .protocol = draft.protocol,
       .ttl = draft.ttl,
       .id = random.one_in(6) ? static_cast<std::uint16_t>(random.below(3)) : random.u16(),
       .dont_fragment = random.one_in(3),
       .options = options},
      draft.body));
}

}  // namespace statewall
