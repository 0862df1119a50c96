#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "require.h"
#include "statewall/packet.h"
#include "wire/build.h"

// Any bytes as the quote of an ICMP error. Input: one byte for the type of the error, then the
// quote. What the quote says must be what the same bytes say as a packet, wherever that is whole.

namespace {

using namespace statewall;

constexpr std::uint8_t kErrorTypes[] = {3, 4, 5, 11, 12};
constexpr std::size_t kMaxQuote = 2000;

bool same_ends(const Headers& a, const Headers& b) {
  return a.source == b.source && a.destination == b.destination && a.protocol == b.protocol &&
         a.family == b.family && a.ttl == b.ttl && a.more_fragments == b.more_fragments &&
         a.fragment_offset == b.fragment_offset;
}

bool same_transport(const Headers& a, const Headers& b) {
  return a.source_port == b.source_port && a.destination_port == b.destination_port &&
         a.icmp_type == b.icmp_type && a.icmp_code == b.icmp_code && a.icmp_id == b.icmp_id &&
         a.icmp_sequence == b.icmp_sequence;
}

bool has_reader(std::uint8_t protocol) {
  return protocol == protocol::icmp || protocol == protocol::tcp || protocol == protocol::udp;
}

Packet error_quoting(std::uint8_t type, std::span<const std::uint8_t> quoted) {
  std::array<std::uint8_t, kMaxQuote + 8> message;
  std::array<std::uint8_t, kMaxQuote + 28> packet;
  const std::size_t message_size = build_icmp(message, type, 1, 1500, quoted);
  STATEWALL_REQUIRE(message_size == quoted.size() + 8);
  const std::size_t size = build_ipv4(packet,
                                      {.source = Address::ipv4(0x0a000001),
                                       .destination = Address::ipv4(0x0a000002),
                                       .protocol = protocol::icmp},
                                      std::span(message).first(message_size));
  STATEWALL_REQUIRE(size == message_size + 20);
  return read_ip(std::span(packet).first(size));
}

void require_sense(const Quote& quote, std::size_t given) {
  STATEWALL_REQUIRE(quote.error == WireError::none || quote.error == WireError::quote_short ||
                    quote.error == WireError::quote_options_short);
  STATEWALL_REQUIRE((quote.error == WireError::quote_short) == (given < 20));
  STATEWALL_REQUIRE(quote.l4_length <= given);
  STATEWALL_REQUIRE(quote.error == WireError::none || quote.l4_length == 0);
  STATEWALL_REQUIRE(quote.l4_length >= 4 ||
                    (quote.headers.source_port == 0 && quote.headers.destination_port == 0));
  STATEWALL_REQUIRE(quote.l4_length >= 8 || quote.headers.icmp_id == 0);
}

void require_agreement(const Quote& quote, const Packet& itself) {
  if (itself.error != WireError::none || itself.headers.family != Family::ipv4) return;
  STATEWALL_REQUIRE(quote.error == WireError::none);
  STATEWALL_REQUIRE(same_ends(quote.headers, itself.headers));
  const bool whole = !itself.headers.fragment() && has_reader(itself.headers.protocol);
  STATEWALL_REQUIRE(!whole || same_transport(quote.headers, itself.headers));
  STATEWALL_REQUIRE(itself.l4_offset == 0 || quote.l4_length >= itself.l4_length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size - 1 > kMaxQuote) return 0;
  const std::uint8_t type = kErrorTypes[data[0] % std::size(kErrorTypes)];
  const std::span<const std::uint8_t> quoted(data + 1, size - 1);

  const Packet packet = error_quoting(type, quoted);
  STATEWALL_REQUIRE(packet.error == WireError::none);
  STATEWALL_REQUIRE(packet.l4_checksum == Checksum::good);
  STATEWALL_REQUIRE(packet.has_quote);
  require_sense(packet.quote, quoted.size());
  require_agreement(packet.quote, read_ip(quoted, ChecksumMode::ignore));
  return 0;
}
