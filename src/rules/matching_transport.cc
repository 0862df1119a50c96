#include <algorithm>
#include <cstddef>
#include <optional>

#include "rules/conditions.h"
#include "rules/ipv6_headers.h"

namespace statewall::rules {
namespace {

/// A rule that only asks for ports or flags takes each by itself (nft), and is content with a
/// header that ends behind it; any other wants the whole header, and drops what lacks it.
bool field_holds(const Subject& subject, std::size_t at, const Range<std::uint16_t>& range) {
  if (range == kAnyPort) return true;
  return subject.payload.size() >= at + 2 && range.holds(subject.payload.u16(at));
}

bool ports_hold(const Subject& subject, const Range<std::uint16_t>& source,
                const Range<std::uint16_t>& destination) {
  return field_holds(subject, 0, source) && field_holds(subject, 2, destination);
}

constexpr std::size_t kTcpHeader = 20, kIcmpHeader = 8;

/// REQUIRES: the header holds 20 bytes. What lies about where its options end is dropped.
Matching has_tcp_option(Bytes header, std::uint8_t wanted, bool inverted) {
  const std::size_t end = std::size_t{header.u8(12)} / 16 * 4;
  if (end < kTcpHeader || end > header.size()) return Matching::drop;
  for (std::size_t at = kTcpHeader; at < end;) {
    const std::uint8_t kind = header.u8(at);
    if (kind == wanted) return to_matching(!inverted);
    at += kind < 2 ? 1 : std::max<std::size_t>(header.u8(at + 1), 1);
  }
  return to_matching(inverted);
}

}  // namespace

Matching test(const TcpMatch& match, const Subject& subject, MatchMemory&) {
  constexpr std::size_t kFlagsAt = 13;
  if (subject.headers().fragment_offset != 0) return Matching::no;
  const Bytes header = subject.payload;
  const bool any_ports = match.source_port == kAnyPort && match.destination_port == kAnyPort;
  const bool any_flags = match.flags_mask == 0 && match.flags == 0 && !match.flags_inverted;
  const bool whole = match.option != 0 || match.option_inverted || (any_ports && any_flags);
  if (whole && header.size() < kTcpHeader) return Matching::drop;
  if (!ports_hold(subject, match.source_port, match.destination_port)) return Matching::no;
  if (!any_flags) {
    if (header.size() <= kFlagsAt) return Matching::no;
    const bool hold = (header.u8(kFlagsAt) & match.flags_mask) == match.flags;
    if (hold == match.flags_inverted) return Matching::no;
  }
  if (match.option == 0) return Matching::yes;
  return has_tcp_option(header, match.option, match.option_inverted);
}

Matching test(const UdpMatch& match, const Subject& subject, MatchMemory&) {
  constexpr std::size_t kHeader = 8;
  if (subject.headers().fragment_offset != 0) return Matching::no;
  const bool any_ports = match.source_port == kAnyPort && match.destination_port == kAnyPort;
  if (any_ports && subject.payload.size() < kHeader) return Matching::drop;
  return to_matching(ports_hold(subject, match.source_port, match.destination_port));
}

Matching test(const IcmpMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.payload.size() < kIcmpHeader) return Matching::drop;
  const std::uint8_t type = subject.payload.u8(0), code = subject.payload.u8(1);
  const bool matches =
      match.any || (type == match.type && match.code_low <= code && code <= match.code_high);
  return to_matching(matches != match.inverted);
}

Matching test(const MultiportMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.payload.size() < 4) return Matching::drop;
  const std::uint16_t source = subject.payload.u16(0), destination = subject.payload.u16(2);
  const bool any = std::ranges::any_of(match.ports, [&](const Range<std::uint16_t>& range) {
    const bool by_source = match.which != MultiportMatch::Which::destination;
    const bool by_destination = match.which != MultiportMatch::Which::source;
    return (by_source && range.holds(source)) || (by_destination && range.holds(destination));
  });
  return to_matching(any != match.inverted);
}

namespace {

/// The chunks of an SCTP packet against `--chunk-types`.
class ChunkTest {
 public:
  explicit ChunkTest(const SctpMatch& match) : match_(match), missing_(match.types) {}

  Matching run(Bytes chunks) {
    do {
      const std::size_t length = chunks.u16(2);
      if (chunks.size() < 4 || length == 0) return Matching::drop;
      if (const auto decided = take(chunks.u8(0), chunks.u8(1))) return *decided;
      chunks = chunks.from((length + 3) / 4 * 4);
    } while (chunks.size() > 0);
    using Chunks = SctpMatch::Chunks;
    if (match_.chunks == Chunks::all) return to_matching(missing_.none());
    return to_matching(match_.chunks != Chunks::any);
  }

 private:
  std::optional<Matching> take(std::uint8_t type, std::uint8_t flags) {
    using Chunks = SctpMatch::Chunks;
    const bool listed = match_.types.test(type) && flags_hold(type, flags);
    if (match_.chunks == Chunks::only) {
      if (!listed) return Matching::no;
    } else if (listed) {
      if (match_.chunks == Chunks::any) return Matching::yes;
      if (match_.chunks == Chunks::none) return Matching::no;
      missing_.reset(type);
    }
    return std::nullopt;
  }

  bool flags_hold(std::uint8_t type, std::uint8_t flags) const {
    return std::ranges::all_of(match_.flags, [&](const SctpMatch::Flags& condition) {
      return condition.type != type || (flags & condition.mask) == condition.flags;
    });
  }

  const SctpMatch& match_;
  std::bitset<256> missing_;
};

}  // namespace

Matching test(const SctpMatch& match, const Subject& subject, MatchMemory&) {
  constexpr std::size_t kHeader = 12;
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.payload.size() < kHeader) return Matching::drop;
  if (!ports_hold(subject, match.source_port, match.destination_port)) return Matching::no;
  if (!match.chunks_given) return Matching::yes;
  const Matching chunks = ChunkTest(match).run(subject.payload.from(kHeader));
  if (chunks == Matching::drop) return chunks;
  return to_matching((chunks == Matching::yes) != match.chunks_inverted);
}

Matching test(const EspMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.payload.size() < 8) return Matching::drop;
  return to_matching(match.spi.holds(subject.payload.u32(0)));
}

Matching test(const AhMatch& match, const Subject& subject, MatchMemory&) {
  constexpr std::size_t kHeader = 12;
  if (subject.ipv4()) {
    if (subject.headers().fragment_offset != 0) return Matching::no;
    if (subject.payload.size() < kHeader) return Matching::drop;
    return to_matching(match.spi.holds(subject.payload.u32(4)));
  }
  const auto [header, broken] = search_extension(subject.ip, extension::authentication);
  if (!header) return broken ? Matching::drop : Matching::no;
  const auto length =
      static_cast<std::uint32_t>(extension_length(extension::authentication, *header));
  if (header->size() < std::max<std::size_t>(kHeader, length)) return Matching::drop;
  const bool any_length = match.length.low == 0 && match.length.high == 0;
  return to_matching(match.spi.holds(header->u32(4)) &&
                     (any_length || match.length.holds(length)) &&
                     (!match.reserved_zero || header->u16(2) == 0));
}

}  // namespace statewall::rules
