#include "wire/build.h"

#include <algorithm>

#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

namespace statewall {
namespace {

constexpr std::size_t kMaxOptions = 40;
constexpr std::size_t kMaxLength = 0xffff;
constexpr std::size_t kTcpMinHeader = 20, kUdpHeader = 8;

using Output = std::span<std::uint8_t>;
using Input = std::span<const std::uint8_t>;

void put16(Output out, std::size_t at, std::size_t value) {
  out[at] = static_cast<std::uint8_t>(value >> 8);
  out[at + 1] = static_cast<std::uint8_t>(value);
}

void put32(Output out, std::size_t at, std::uint32_t value) {
  put16(out, at, value >> 16);
  put16(out, at + 2, value);
}

constexpr std::size_t padded(std::size_t options) { return (options + 3) / 4 * 4; }

// The part of `out` that a header with these options and its payload fill, header zeroed and
// payload copied; empty if they do not fit.
Output lay_out(Output out, std::size_t fixed, Input options, Input payload) {
  const std::size_t header = fixed + padded(options.size());
  if (options.size() > kMaxOptions || payload.size() > kMaxLength - header) return {};
  if (out.size() < header + payload.size()) return {};
  out = out.first(header + payload.size());
  std::fill_n(out.begin(), header, std::uint8_t{0});
  std::ranges::copy(options, out.begin() + static_cast<std::ptrdiff_t>(fixed));
  std::ranges::copy(payload, out.begin() + static_cast<std::ptrdiff_t>(header));
  return out;
}

std::uint16_t transport_checksum(Output segment, const Address& source, const Address& destination,
                                 std::uint8_t protocol) {
  InternetSum sum =
      pseudo_header(source, destination, protocol, static_cast<std::uint32_t>(segment.size()));
  sum.add(Bytes(segment));
  return sum.checksum();
}

}  // namespace

std::size_t build_ipv4(Output out, const Ipv4Fields& fields, Input payload) {
  const Output packet = lay_out(out, kIpv4MinHeader, fields.options, payload);
  if (packet.empty()) return 0;
  const std::size_t header_length = packet.size() - payload.size();
  packet[0] = static_cast<std::uint8_t>(0x40 | header_length / 4);
  packet[1] = fields.tos;
  put16(packet, 2, packet.size());
  put16(packet, 4, fields.id);
  put16(packet, 6,
        std::size_t{fields.dont_fragment} << 14 | std::size_t{fields.more_fragments} << 13 |
            std::size_t{fields.fragment_offset} / 8);
  packet[8] = fields.ttl;
  packet[9] = fields.protocol;
  std::copy_n(fields.source.bytes.begin(), 4, packet.begin() + 12);
  std::copy_n(fields.destination.bytes.begin(), 4, packet.begin() + 16);
  InternetSum sum;
  sum.add(Bytes(packet.first(header_length)));
  put16(packet, 10, sum.checksum());
  return packet.size();
}

std::size_t build_icmp(Output out, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                       Input payload) {
  const Output message = lay_out(out, kIcmpHeader, {}, payload);
  if (message.empty()) return 0;
  message[0] = type;
  message[1] = code;
  put32(message, 4, rest);
  InternetSum sum;
  sum.add(Bytes(message));
  put16(message, 2, sum.checksum());
  return message.size();
}

std::size_t build_tcp(Output out, const Address& source, const Address& destination,
                      const TcpFields& fields, Input payload) {
  const Output segment = lay_out(out, kTcpMinHeader, fields.options, payload);
  if (segment.empty()) return 0;
  put16(segment, 0, fields.source_port);
  put16(segment, 2, fields.destination_port);
  put32(segment, 4, fields.sequence);
  put32(segment, 8, fields.acknowledgement);
  segment[12] = static_cast<std::uint8_t>((segment.size() - payload.size()) / 4 << 4);
  segment[13] = fields.flags;
  put16(segment, 14, fields.window);
  put16(segment, 16, transport_checksum(segment, source, destination, protocol::tcp));
  return segment.size();
}

std::size_t build_udp(Output out, const Address& source, const Address& destination,
                      std::uint16_t source_port, std::uint16_t destination_port, Input payload) {
  const Output datagram = lay_out(out, kUdpHeader, {}, payload);
  if (datagram.empty()) return 0;
  put16(datagram, 0, source_port);
  put16(datagram, 2, destination_port);
  put16(datagram, 4, datagram.size());
  const std::uint16_t checksum = transport_checksum(datagram, source, destination, protocol::udp);
  put16(datagram, 6, checksum != 0 ? checksum : 0xffff);  // 0 would mean that there is none
  return datagram.size();
}

}  // namespace statewall
