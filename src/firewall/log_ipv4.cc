#include "firewall/log_ip.h"
#include "firewall/log_transport.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::size_t kHeader = 20, kIcmpHeader = 8;
constexpr std::uint8_t kEsp = 50, kAh = 51;
constexpr std::uint16_t kReserved = 0x8000, kDontFragment = 0x4000, kMoreFragments = 0x2000,
                        kOffset = 0x1fff;

/// Bytes that a message of each type must have, or its line says INCOMPLETE (H21).
std::uint32_t bytes_needed(std::uint8_t type, bool modern) {
  switch (type) {
    case 0:
    case 8: return 4;
    case 3:
    case 4:
    case 5:
    case 11:
    case 12: return modern ? 28 : 36;
    case 13:
    case 14: return 20;
    case 17:
    case 18: return 12;
    default: return 0;
  }
}

void log_head(TextWriter& out, const LogPacket& packet) {
  const Bytes ip = packet.ip;
  out << "SRC=";
  out.address(ip.ipv4(12), Family::ipv4) << " DST=";
  out.address(ip.ipv4(16), Family::ipv4) << " LEN=";
  out.decimal(ip.u16(2)) << " TOS=0x";
  out.hex_upper(packet.tos & 0x1eu, 2) << " PREC=0x";
  out.hex_upper(packet.tos & 0xe0u, 2) << " TTL=";
  out.decimal(packet.ttl) << " ID=";
  out.decimal(ip.u16(4)) << " ";
  const std::uint16_t word = ip.u16(6);
  if ((word & kReserved) != 0) out << "CE ";
  if ((word & kDontFragment) != 0) out << "DF ";
  if ((word & kMoreFragments) != 0) out << "MF ";
  if ((word & kOffset) != 0) {
    out << "FRAG:";
    out.decimal(word & kOffset) << " ";
  }
}

void log_quote(TextWriter& out, const LogPacket& packet, Bytes rest, std::uint32_t left) {
  LogPacket inner{packet.target, rest.from(kIcmpHeader),
                  left - static_cast<std::uint32_t>(kIcmpHeader), true, packet.modern};
  inner.tos = inner.ip.u8(1);
  inner.ttl = inner.ip.u8(8);
  out << "[";
  log_ipv4(out, inner);
  out << "] ";
}

void log_icmp(TextWriter& out, const LogPacket& packet, Bytes rest, std::uint32_t left) {
  out << "PROTO=ICMP ";
  if (rest.size() < (packet.modern ? kIcmpHeader : 4)) return log_incomplete(out, left);
  const std::uint8_t type = rest.u8(0), code = rest.u8(1);
  out << "TYPE=";
  out.decimal(type) << " CODE=";
  out.decimal(code) << " ";
  if (left < bytes_needed(type, packet.modern)) return log_incomplete(out, left);
  if (type == 0 || type == 8) {
    out << "ID=";
    out.decimal(rest.u16(4)) << " SEQ=";
    out.decimal(rest.u16(6)) << " ";
  } else if (type == 12) {
    out << "PARAMETER=";
    out.decimal(rest.u8(4)) << " ";
  } else if (type == 5) {
    out << "GATEWAY=";
    out.address(rest.ipv4(4), Family::ipv4) << " ";
  }
  if (type == 3 || type == 4 || type == 5 || type == 11) {
    if (!packet.quoted) log_quote(out, packet, rest, left);
    if (type == 3 && code == 4) {
      out << "MTU=";
      out.decimal(rest.u16(6)) << " ";
    }
  }
}

/// AH and ESP: "PROTO=ESP SPI=0x1 ".
void log_spi(TextWriter& out, bool ah, Bytes rest, std::uint32_t left, bool later_fragment) {
  out << (ah ? "PROTO=AH " : "PROTO=ESP ");
  if (later_fragment) return;
  if (rest.size() < (ah ? 12u : 8u)) return log_incomplete(out, left);
  out << "SPI=0x";
  out.hex(rest.u32(ah ? 4 : 0)) << " ";
}

}  // namespace

bool log_ipv4(TextWriter& out, const LogPacket& packet) {
  const Bytes ip = packet.ip;
  if (ip.size() < kHeader) {
    out << "TRUNCATED";
    return false;
  }
  log_head(out, packet);
  const std::uint32_t header = (ip.u8(0) & 15u) * 4;
  if (packet.target.ip_options && header > kHeader) {
    if (ip.size() < header) {
      out << "TRUNCATED";
      return false;
    }
    log_options(out, ip.first(header).from(kHeader));
  }
  const Bytes rest = ip.from(header);
  const std::uint32_t left = packet.length - header;
  const bool later = (ip.u16(6) & kOffset) != 0;
  const LogTransport transport{rest, left, later, packet.modern};
  const std::uint8_t number = ip.u8(9);
  switch (number) {
    case protocol::tcp: return log_tcp(out, packet.target, transport);
    case protocol::udp:
    case protocol::udplite: return log_udp(out, number, transport);
    case protocol::icmp:
      if (later) {
        out << "PROTO=ICMP ";
      } else {
        log_icmp(out, packet, rest, left);
      }
      break;
    case kAh:
    case kEsp: log_spi(out, number == kAh, rest, left, later); break;
    default: out << "PROTO="; out.decimal(number) << " ";
  }
  return true;
}

}  // namespace statewall
