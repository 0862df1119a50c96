#include "firewall/log_ip.h"
#include "firewall/log_transport.h"
#include "rules/ipv6_headers.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

namespace extension = rules::extension;

constexpr std::size_t kHeader = 40, kIcmpHeader = 8;
constexpr std::uint8_t kEsp = 50;

void log_head(TextWriter& out, const LogPacket& packet) {
  const Bytes ip = packet.ip;
  out << "SRC=";
  out.address(ip.ipv6(8), Family::ipv6) << " DST=";
  out.address(ip.ipv6(24), Family::ipv6) << " LEN=";
  out.decimal(ip.u16(4) + kHeader) << " TC=";
  out.decimal(packet.tos) << " HOPLIMIT=";
  out.decimal(packet.ttl) << " FLOWLBL=";
  out.decimal(ip.u32(0) & 0xfffff) << " ";
}

/// The extension headers, up to the transport.
class ExtensionLog {
 public:
  ExtensionLog(TextWriter& out, const LogPacket& packet)
      : next(packet.ip.u8(6)),
        rest(packet.ip.from(kHeader)),
        left(packet.length - static_cast<std::uint32_t>(kHeader)),
        out_(out),
        options_(packet.target.ip_options) {}

  std::uint8_t next;
  Bytes rest;
  std::uint32_t left;
  bool later_fragment = false;

  /// False where the line ends.
  bool run() {
    while (is_extension(next)) {
      if (rest.size() < 2) {
        out_ << "TRUNCATED";
        return false;
      }
      if (options_) out_ << "OPT ( ";
      if (!take()) return false;
      if (options_) out_ << ") ";
      const auto length = static_cast<std::uint32_t>(rules::extension_length(next, rest));
      next = rest.u8(0);
      rest = rest.from(length);
      left -= length;
    }
    return true;
  }

 private:
  static bool is_extension(std::uint8_t number) {
    return number == extension::hop_by_hop || number == extension::routing ||
           number == extension::fragment || number == extension::authentication || number == kEsp ||
           number == extension::destination;
  }

  bool take() {
    switch (next) {
      case extension::fragment: return take_fragment();
      case extension::authentication: return !options_ || take_spi("AH ", 12, 4, "");
      case kEsp:
        if (options_) take_spi("ESP ", 8, 0, ")");
        return false;
      default: break;
    }
    if (later_fragment && options_) out_ << ")";
    return !later_fragment;
  }

  bool take_fragment() {
    out_ << "FRAG:";
    if (rest.size() < 8) {
      out_ << "TRUNCATED ";
      return false;
    }
    const std::uint16_t word = rest.u16(2);
    out_.decimal(word & 0xfff8) << " ";
    if ((word & 1) != 0) out_ << "INCOMPLETE ";
    out_ << "ID:";
    out_.hex(rest.u32(4), 8) << " ";
    later_fragment = later_fragment || (word & 0xfff8) != 0;
    return true;
  }

  bool take_spi(std::string_view name, std::size_t size, std::size_t spi_at, std::string_view end) {
    out_ << name;
    if (later_fragment) {
      out_ << ")";
      return false;
    }
    if (rest.size() < size) {
      log_incomplete(out_, left);
      out_ << ")";
      return false;
    }
    out_ << "SPI=0x";
    out_.hex(rest.u32(spi_at)) << " " << end;
    return true;
  }

  TextWriter& out_;
  bool options_;
};

void log_quote(TextWriter& out, const LogPacket& packet, const ExtensionLog& at) {
  LogPacket inner{packet.target, at.rest.from(kIcmpHeader),
                  at.left - static_cast<std::uint32_t>(kIcmpHeader), true, packet.modern};
  inner.tos = static_cast<std::uint8_t>(inner.ip.u16(0) >> 4);
  inner.ttl = inner.ip.u8(7);
  out << "[";
  log_ipv6(out, inner);
  out << "] ";
}

bool log_icmpv6(TextWriter& out, const LogPacket& packet, const ExtensionLog& at) {
  out << "PROTO=ICMPv6 ";
  if (at.later_fragment) return true;
  if (at.rest.size() < kIcmpHeader) {
    log_incomplete(out, at.left);
    return false;
  }
  const std::uint8_t type = at.rest.u8(0);
  out << "TYPE=";
  out.decimal(type) << " CODE=";
  out.decimal(at.rest.u8(1)) << " ";
  if (type == 128 || type == 129) {
    out << "ID=";
    out.decimal(at.rest.u16(4)) << " SEQ=";
    out.decimal(at.rest.u16(6)) << " ";
  }
  if (type < 1 || type > 4) return true;
  if (type == 4) {
    out << "POINTER=";
    out.hex(at.rest.u32(4), 8) << " ";
  }
  if (!packet.quoted) log_quote(out, packet, at);
  if (type == 2) {
    out << "MTU=";
    out.decimal(at.rest.u32(4)) << " ";
  }
  return true;
}

}  // namespace

bool log_ipv6(TextWriter& out, const LogPacket& packet) {
  if (packet.ip.size() < kHeader) {
    out << "TRUNCATED";
    return false;
  }
  log_head(out, packet);
  ExtensionLog at(out, packet);
  if (!at.run()) return false;
  const LogTransport transport{at.rest, at.left, at.later_fragment, packet.modern};
  switch (at.next) {
    case protocol::tcp: return log_tcp(out, packet.target, transport);
    case protocol::udp:
    case protocol::udplite: return log_udp(out, at.next, transport);
    case protocol::icmpv6: return log_icmpv6(out, packet, at);
    default: out << "PROTO="; out.decimal(at.next) << " ";
  }
  return true;
}

}  // namespace statewall
