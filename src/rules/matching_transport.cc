#include <algorithm>
#include <cstddef>
#include <optional>

#include "rules/conditions.h"
#include "rules/ipv6_headers.h"

namespace statewall::rules {
namespace {

/// The ports of a packet that is no later fragment and holds them.
bool holds_ports(const Subject& subject) {
  return subject.headers().fragment_offset == 0 && subject.transport.size() >= 4;
}

bool ports_hold(const Subject& subject, const Range<std::uint16_t>& source,
                const Range<std::uint16_t>& destination) {
  return source.holds(subject.transport.u16(0)) && destination.holds(subject.transport.u16(2));
}

constexpr std::size_t kTcpHeader = 20;

bool has_tcp_option(Bytes header, std::uint8_t wanted) {
  const std::size_t end = std::size_t{header.u8(12)} / 16 * 4;
  const Bytes all = header.first(end);
  for (std::size_t at = kTcpHeader; at < all.size();) {
    const std::uint8_t kind = all.u8(at);
    if (kind == wanted) return true;
    at += kind < 2 ? 1 : std::max<std::size_t>(all.u8(at + 1), 1);
  }
  return false;
}

}  // namespace

Matching test(const TcpMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  const Bytes header = subject.transport;
  if (header.size() < kTcpHeader) return Matching::no;
  const bool flags = ((header.u8(13) & match.flags_mask) == match.flags) != match.flags_inverted;
  if (!flags || !ports_hold(subject, match.source_port, match.destination_port)) {
    return Matching::no;
  }
  return to_matching(match.option == 0 ||
                     has_tcp_option(header, match.option) != match.option_inverted);
}

Matching test(const UdpMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching(holds_ports(subject) &&
                     ports_hold(subject, match.source_port, match.destination_port));
}

Matching test(const IcmpMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.transport.size() < 4) return Matching::drop;
  const std::uint8_t type = subject.transport.u8(0), code = subject.transport.u8(1);
  const bool matches =
      match.any || (type == match.type && match.code_low <= code && code <= match.code_high);
  return to_matching(matches != match.inverted);
}

Matching test(const MultiportMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.transport.size() < 4) return Matching::drop;
  const std::uint16_t source = subject.transport.u16(0), destination = subject.transport.u16(2);
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
    while (chunks.size() >= 4) {
      const std::size_t length = chunks.u16(2);
      if (length == 0) return Matching::drop;
      if (const auto decided = take(chunks.u8(0), chunks.u8(1))) return *decided;
      chunks = chunks.from((length + 3) / 4 * 4);
    }
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
  if (subject.transport.size() < kHeader) return Matching::drop;
  if (!ports_hold(subject, match.source_port, match.destination_port)) return Matching::no;
  if (!match.chunks_given) return Matching::yes;
  const Matching chunks = ChunkTest(match).run(subject.transport.from(kHeader));
  if (chunks == Matching::drop) return chunks;
  return to_matching((chunks == Matching::yes) != match.chunks_inverted);
}

Matching test(const EspMatch& match, const Subject& subject, MatchMemory&) {
  if (subject.headers().fragment_offset != 0) return Matching::no;
  if (subject.transport.size() < 8) return Matching::drop;
  return to_matching(match.spi.holds(subject.transport.u32(0)));
}

Matching test(const AhMatch& match, const Subject& subject, MatchMemory&) {
  constexpr std::size_t kHeader = 12;
  if (subject.ipv4()) {
    if (subject.headers().fragment_offset != 0) return Matching::no;
    if (subject.transport.size() < kHeader) return Matching::drop;
    return to_matching(match.spi.holds(subject.transport.u32(4)));
  }
  const auto [header, broken] = search_extension(subject.ip, extension::authentication);
  if (!header) return broken ? Matching::drop : Matching::no;
  if (header->size() < kHeader) return Matching::drop;
  const auto length =
      static_cast<std::uint32_t>(extension_length(extension::authentication, *header));
  const bool any_length = match.length.low == 0 && match.length.high == 0;
  return to_matching(match.spi.holds(header->u32(4)) &&
                     (any_length || match.length.holds(length)) &&
                     (!match.reserved_zero || header->u16(2) == 0));
}

}  // namespace statewall::rules
