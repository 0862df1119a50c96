#include <cstddef>
#include <iterator>

#include "statewall/packet.h"

namespace statewall {
namespace {

struct ErrorText {
  std::string_view slug;
  std::string_view sentence;
};

// In the order of WireError.
constexpr ErrorText kErrors[] = {
    {"none", "is whole"},
    {"link-unsupported", "has a link type that is not supported"},
    {"link-short", "ends inside its link header"},
    {"not-ip", "is neither IPv4 nor IPv6"},
    {"ipv4-short", "is shorter than an IPv4 header"},
    {"ipv4-version", "has another version than 4 in its IPv4 header"},
    {"ipv4-header-length", "has an IPv4 header length below 20 bytes"},
    {"ipv4-options-short", "ends inside its IPv4 options"},
    {"ipv4-total-length", "has an IPv4 total length below that of its header"},
    {"ipv4-truncated", "is shorter than its IPv4 total length"},
    {"ipv4-checksum", "has a wrong IPv4 header checksum"},
    {"ipv6-short", "is shorter than an IPv6 header"},
    {"ipv6-version", "has another version than 6 in its IPv6 header"},
    {"ipv6-truncated", "is shorter than its IPv6 payload length"},
    {"ipv6-hop-by-hop", "has a hop-by-hop header that is damaged"},
    {"ipv6-fragment-short", "ends before its IPv6 fragment header tells an offset"},
    {"ipv6-extension-short", "ends inside an IPv6 extension header"},
    {"icmp-short", "ends inside its ICMP header"},
    {"tcp-short", "ends inside its TCP header"},
    {"tcp-data-offset", "has a TCP data offset below 20 bytes"},
    {"tcp-options-short", "ends inside its TCP options"},
    {"udp-short", "ends inside its UDP header"},
    {"udp-length", "has a UDP length below 8 bytes or beyond its end"},
    {"sctp-short", "ends inside its SCTP header"},
    {"sctp-chunks", "has no SCTP chunk, one of length 0, or chunks that may not be bundled"},
    {"udplite-coverage", "has a UDP-Lite coverage below 8 bytes or beyond its end"},
    {"udplite-no-checksum", "has no checksum, which UDP-Lite demands"},
    {"quote-short", "quotes less than an IP header"},
    {"quote-options-short", "quotes an IP header only in part"},
};
static_assert(std::size(kErrors) == static_cast<std::size_t>(WireError::count));

const ErrorText& text_of(WireError error) { return kErrors[static_cast<std::size_t>(error)]; }

}  // namespace

std::string_view slug(WireError error) { return text_of(error).slug; }
std::string_view sentence(WireError error) { return text_of(error).sentence; }

std::string_view name(Checksum checksum) {
  constexpr std::string_view names[] = {"none", "good", "bad", "offloaded", "cut"};
  return names[static_cast<std::size_t>(checksum)];
}

}  // namespace statewall
