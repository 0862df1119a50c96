#include "firewall/log_transport.h"

#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::size_t kTcpHeader = 20, kUdpHeader = 8;

struct FlagName {
  std::uint8_t flag;
  std::string_view text;
};
constexpr FlagName kFlags[] = {{tcp_flag::cwr, "CWR "}, {tcp_flag::ece, "ECE "},
                               {tcp_flag::urg, "URG "}, {tcp_flag::ack, "ACK "},
                               {tcp_flag::psh, "PSH "}, {tcp_flag::rst, "RST "},
                               {tcp_flag::syn, "SYN "}, {tcp_flag::fin, "FIN "}};

void log_ports(TextWriter& out, Bytes header) {
  out << "SPT=";
  out.decimal(header.u16(0)) << " DPT=";
  out.decimal(header.u16(2)) << " ";
}

/// False where the line ends.
bool log_tcp_options(TextWriter& out, Bytes rest) {
  const std::size_t length = std::size_t{rest.u8(12)} / 16 * 4;
  if (length <= kTcpHeader) return true;
  if (rest.size() < length) {
    out << "OPT (TRUNCATED)";
    return false;
  }
  log_options(out, rest.first(length).from(kTcpHeader));
  return true;
}

}  // namespace

void log_incomplete(TextWriter& out, std::uint32_t bytes) {
  out << "INCOMPLETE [";
  out.decimal(bytes) << " bytes] ";
}

void log_options(TextWriter& out, Bytes options) {
  out << "OPT (";
  for (std::size_t i = 0; i < options.size(); ++i) out.hex_upper(options.u8(i), 2);
  out << ") ";
}

bool log_tcp(TextWriter& out, const rules::LogTarget& target, const LogTransport& transport) {
  const Bytes rest = transport.rest;
  out << "PROTO=TCP ";
  if (transport.later_fragment) return true;
  if (rest.size() < kTcpHeader) {
    log_incomplete(out, transport.left);
    return false;
  }
  log_ports(out, rest);
  if (target.tcp_sequence) {
    out << "SEQ=";
    out.decimal(rest.u32(4)) << " ACK=";
    out.decimal(rest.u32(8)) << " ";
  }
  out << "WINDOW=";
  out.decimal(rest.u16(14)) << " RES=0x";
  // One of the reserved bits has become a flag.
  const unsigned reserved = rest.u8(12) & (transport.modern ? 0x0eu : 0x0fu);
  out.hex(reserved << 2, 2) << " ";
  if (transport.modern && (rest.u8(12) & 1) != 0) out << "AE ";
  for (const FlagName& flag : kFlags) {
    if ((rest.u8(13) & flag.flag) != 0) out << flag.text;
  }
  out << "URGP=";
  out.decimal(rest.u16(18)) << " ";
  return !target.tcp_options || log_tcp_options(out, rest);
}

bool log_udp(TextWriter& out, std::uint8_t number, const LogTransport& transport) {
  const Bytes rest = transport.rest;
  if (number != protocol::udp && !transport.modern) {
    out << "PROTO=";
    out.decimal(number) << " ";
    return true;
  }
  out << (number == protocol::udp ? "PROTO=UDP " : "PROTO=UDPLITE ");
  if (transport.later_fragment) return true;
  if (rest.size() < kUdpHeader) {
    log_incomplete(out, transport.left);
    return false;
  }
  log_ports(out, rest);
  out << "LEN=";
  out.decimal(rest.u16(4)) << " ";
  return true;
}

}  // namespace statewall
