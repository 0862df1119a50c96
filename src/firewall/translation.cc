#include "firewall/translation.h"

namespace statewall {
namespace {

constexpr std::string_view kNames[] = {"DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP"};

void write_ports(TextWriter& out, const rules::NatTarget& target) {
  out.decimal(target.port_low);
  if (target.port_high == target.port_low) return;
  out << "-";
  out.decimal(target.port_high);
}

}  // namespace

void write_translation(TextWriter& out, const rules::NatTarget& target, Family family) {
  out << kNames[static_cast<int>(target.kind)];
  if (target.addresses_given) {
    const bool brackets = target.ports_given && family == Family::ipv6;
    out << (brackets ? " to [" : " to ");
    out.address(target.low, family);
    if (target.kind == rules::NatTarget::Kind::netmap) {
      out << "/";
      out.address(target.high, family);
    } else if (target.high != target.low) {
      out << "-";
      out.address(target.high, family);
    }
    if (brackets) out << "]";
    if (!target.ports_given) return;
    out << ":";
    write_ports(out, target);
  } else if (target.ports_given) {
    out << (target.port_high == target.port_low ? " to port " : " to ports ");
    write_ports(out, target);
  }
}

}  // namespace statewall
