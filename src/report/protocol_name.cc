#include "report/protocol_name.h"

namespace statewall {
namespace {

struct Name {
  std::uint16_t number;
  std::string_view name;
};

// IANA, "Assigned Internet Protocol Numbers".
constexpr Name kProtocols[] = {
    {0, "hopopt"},  {1, "icmp"},       {2, "igmp"},      {4, "ipip"},
    {6, "tcp"},     {17, "udp"},       {33, "dccp"},     {41, "ipv6"},
    {43, "route6"}, {44, "frag6"},     {46, "rsvp"},     {47, "gre"},
    {50, "esp"},    {51, "ah"},        {58, "icmpv6"},   {59, "no-next-header"},
    {60, "opts6"},  {88, "eigrp"},     {89, "ospf"},     {94, "ipencap"},
    {103, "pim"},   {108, "ipcomp"},   {112, "vrrp"},    {115, "l2tp"},
    {132, "sctp"},  {135, "mobility"}, {136, "udplite"}, {137, "mpls-in-ip"},
};

// IEEE 802 numbers.
constexpr Name kEthertypes[] = {
    {0x0806, "ARP"},
    {0x0842, "Wake-on-LAN"},
    {0x2000, "CDP"},
    {0x22f3, "TRILL"},
    {0x6003, "DECnet"},
    {0x8035, "RARP"},
    {0x8100, "802.1Q"},
    {0x8137, "IPX"},
    {0x8808, "Ethernet flow control"},
    {0x8809, "Slow Protocols"},
    {0x8847, "MPLS"},
    {0x8848, "MPLS multicast"},
    {0x8863, "PPPoE discovery"},
    {0x8864, "PPPoE"},
    {0x888e, "EAPOL"},
    {0x88a8, "802.1ad"},
    {0x88cc, "LLDP"},
    {0x88e5, "MACsec"},
    {0x88f7, "PTP"},
    {0x894f, "NSH"},
    {0x8902, "CFM"},
    {0x9000, "Loopback"},
};

template <std::size_t N>
std::string_view find(const Name (&names)[N], std::uint16_t number) {
  for (const Name& row : names) {
    if (row.number == number) return row.name;
  }
  return {};
}

}  // namespace

std::string_view protocol_name(std::uint8_t number) { return find(kProtocols, number); }
std::string_view ethertype_name(std::uint16_t ethertype) { return find(kEthertypes, ethertype); }

}  // namespace statewall
