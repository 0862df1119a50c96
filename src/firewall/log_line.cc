#include "firewall/log_line.h"

#include "firewall/log_ip.h"

namespace statewall {
namespace {

constexpr std::size_t kEthernetHeader = 14;

void write_mac(TextWriter& out, Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out << ":";
    out.hex(bytes.u8(i), 2);
  }
}

/// Tags are gone when a kernel looks: the addresses and the EtherType of what they carried.
void log_link(TextWriter& out, const rules::LogTarget& target, const rules::Subject& subject) {
  const bool known =
      subject.ethernet && !subject.local && subject.link_header.size() >= kEthernetHeader;
  const Bytes addresses = subject.link_header.first(12);
  const std::uint16_t type = subject.ipv4() ? 0x0800 : 0x86dd;
  if (known && target.macdecode) {
    out << "MACSRC=";
    write_mac(out, addresses.from(6));
    out << " MACDST=";
    write_mac(out, addresses.first(6));
    out << " MACPROTO=";
    out.hex(type, 4) << " ";
    return;
  }
  out << "MAC=";
  // What the firewall sends to itself has a header of zeros.
  constexpr std::uint8_t kNobody[12] = {};
  if (known || subject.local) {
    write_mac(out, subject.local ? Bytes(kNobody) : addresses);
    out << ":";
    out.hex(type >> 8, 2) << ":";
    out.hex(type & 0xffu, 2);
  }
  out << " ";
}

}  // namespace

void write_log_line(TextWriter& out, const rules::LogTarget& target, const rules::Subject& subject,
                    bool modern) {
  out << target.prefix << "IN=" << subject.in << " OUT=" << subject.out << " ";
  // H19: classic kernels name the link's addresses only of what stays here.
  const bool stays = subject.hook == rules::Hook::input || subject.hook == rules::Hook::prerouting;
  if (subject.has_input() && (modern || stays)) log_link(out, target, subject);
  const LogPacket packet{.target = target,
                         .ip = subject.ip,
                         .length = subject.length(),
                         .modern = modern,
                         .tos = subject.tos,
                         .ttl = subject.ttl};
  // Where a header is not there as a whole, the line may end with it.
  const bool more = subject.ipv4() ? log_ipv4(out, packet) : log_ipv6(out, packet);
  if (more && modern && subject.mark != 0) {
    out << "MARK=0x";
    out.hex(subject.mark) << " ";
  }
}

}  // namespace statewall
