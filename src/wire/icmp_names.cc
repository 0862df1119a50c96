#include <algorithm>
#include <iterator>
#include <utility>

#include "statewall/icmp.h"

namespace statewall {
namespace {

constexpr std::int16_t kType = -1;

// Assigned types and codes as IANA's registry "ICMP Parameters" has them, and the names that
// iptables has for some (H2). In numeric order: `icmp_name` searches by halves.
constexpr IcmpName kNames[] = {
    {0, kType, "Echo Reply", "echo-reply", "pong"},
    {0, 0, "No Code"},
    {3, kType, "Destination Unreachable", "destination-unreachable"},
    {3, 0, "Net Unreachable", "network-unreachable"},
    {3, 1, "Host Unreachable", "host-unreachable"},
    {3, 2, "Protocol Unreachable", "protocol-unreachable"},
    {3, 3, "Port Unreachable", "port-unreachable"},
    {3, 4, "Fragmentation Needed and Don't Fragment was Set", "fragmentation-needed"},
    {3, 5, "Source Route Failed", "source-route-failed"},
    {3, 6, "Destination Network Unknown", "network-unknown"},
    {3, 7, "Destination Host Unknown", "host-unknown"},
    {3, 8, "Source Host Isolated"},
    {3, 9, "Communication with Destination Network is Administratively Prohibited",
     "network-prohibited"},
    {3, 10, "Communication with Destination Host is Administratively Prohibited",
     "host-prohibited"},
    {3, 11, "Destination Network Unreachable for Type of Service", "TOS-network-unreachable"},
    {3, 12, "Destination Host Unreachable for Type of Service", "TOS-host-unreachable"},
    {3, 13, "Communication Administratively Prohibited", "communication-prohibited"},
    {3, 14, "Host Precedence Violation", "host-precedence-violation"},
    {3, 15, "Precedence cutoff in effect", "precedence-cutoff"},
    {4, kType, "Source Quench (Deprecated)", "source-quench"},
    {4, 0, "No Code"},
    {5, kType, "Redirect", "redirect"},
    {5, 0, "Redirect Datagram for the Network (or subnet)", "network-redirect"},
    {5, 1, "Redirect Datagram for the Host", "host-redirect"},
    {5, 2, "Redirect Datagram for the Type of Service and Network", "TOS-network-redirect"},
    {5, 3, "Redirect Datagram for the Type of Service and Host", "TOS-host-redirect"},
    {6, kType, "Alternate Host Address (Deprecated)"},
    {6, 0, "Alternate Address for Host"},
    {8, kType, "Echo", "echo-request", "ping"},
    {8, 0, "No Code"},
    {9, kType, "Router Advertisement", "router-advertisement"},
    {9, 0, "Normal router advertisement"},
    {9, 16, "Does not route common traffic"},
    {10, kType, "Router Solicitation", "router-solicitation"},
    {10, 0, "No Code"},
    {11, kType, "Time Exceeded", "time-exceeded", "ttl-exceeded"},
    {11, 0, "Time to Live exceeded in Transit", "ttl-zero-during-transit"},
    {11, 1, "Fragment Reassembly Time Exceeded", "ttl-zero-during-reassembly"},
    {12, kType, "Parameter Problem", "parameter-problem"},
    {12, 0, "Pointer indicates the error", "ip-header-bad"},
    {12, 1, "Missing a Required Option", "required-option-missing"},
    {12, 2, "Bad Length"},
    {13, kType, "Timestamp", "timestamp-request"},
    {13, 0, "No Code"},
    {14, kType, "Timestamp Reply", "timestamp-reply"},
    {14, 0, "No Code"},
    {15, kType, "Information Request (Deprecated)"},
    {15, 0, "No Code"},
    {16, kType, "Information Reply (Deprecated)"},
    {16, 0, "No Code"},
    {17, kType, "Address Mask Request (Deprecated)", "address-mask-request"},
    {17, 0, "No Code"},
    {18, kType, "Address Mask Reply (Deprecated)", "address-mask-reply"},
    {18, 0, "No Code"},
    {19, kType, "Reserved (for Security)"},
    {20, kType, "Reserved (for Robustness Experiment)"},
    {21, kType, "Reserved (for Robustness Experiment)"},
    {22, kType, "Reserved (for Robustness Experiment)"},
    {23, kType, "Reserved (for Robustness Experiment)"},
    {24, kType, "Reserved (for Robustness Experiment)"},
    {25, kType, "Reserved (for Robustness Experiment)"},
    {26, kType, "Reserved (for Robustness Experiment)"},
    {27, kType, "Reserved (for Robustness Experiment)"},
    {28, kType, "Reserved (for Robustness Experiment)"},
    {29, kType, "Reserved (for Robustness Experiment)"},
    {30, kType, "Traceroute (Deprecated)"},
    {31, kType, "Datagram Conversion Error (Deprecated)"},
    {32, kType, "Mobile Host Redirect (Deprecated)"},
    {33, kType, "IPv6 Where-Are-You (Deprecated)"},
    {34, kType, "IPv6 I-Am-Here (Deprecated)"},
    {35, kType, "Mobile Registration Request (Deprecated)"},
    {36, kType, "Mobile Registration Reply (Deprecated)"},
    {37, kType, "Domain Name Request (Deprecated)"},
    {38, kType, "Domain Name Reply (Deprecated)"},
    {39, kType, "SKIP (Deprecated)"},
    {40, kType, "Photuris"},
    {40, 0, "Bad SPI"},
    {40, 1, "Authentication Failed"},
    {40, 2, "Decompression Failed"},
    {40, 3, "Decryption Failed"},
    {40, 4, "Need Authentication"},
    {40, 5, "Need Authorization"},
    {41, kType, "ICMP messages utilized by experimental mobility protocols such as Seamoby"},
    {42, kType, "Extended Echo Request"},
    {42, 0, "No Error"},
    {43, kType, "Extended Echo Reply"},
    {43, 0, "No Error"},
    {43, 1, "Malformed Query"},
    {43, 2, "No Such Interface"},
    {43, 3, "No Such Table Entry"},
    {43, 4, "Multiple Interfaces Satisfy Query"},
    {253, kType, "RFC3692-style Experiment 1"},
    {254, kType, "RFC3692-style Experiment 2"},
    {255, kType, "Reserved", "any"},  // to iptables, every type
};

constexpr std::pair<int, int> key(const IcmpName& row) { return {row.type, row.code}; }
static_assert(std::ranges::is_sorted(kNames, {}, key));

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::span<const IcmpName> icmp_names() { return kNames; }

const IcmpName* icmp_name(std::uint8_t type, int code) {
  const std::pair<int, int> wanted{type, code};
  const IcmpName* row = std::ranges::lower_bound(kNames, wanted, {}, key);
  return row != std::end(kNames) && key(*row) == wanted ? row : nullptr;
}

const IcmpName* icmp_by_iptables_name(std::string_view name) {
  if (name.empty()) return nullptr;
  const IcmpName* row = std::ranges::find_if(kNames, [name](const IcmpName& candidate) {
    return same_in_any_case(candidate.iptables, name) || same_in_any_case(candidate.alias, name);
  });
  return row != std::end(kNames) ? row : nullptr;
}

std::string_view name(QueryKind kind) {
  constexpr std::string_view names[] = {
      "", "echo", "timestamp", "information", "address mask", "node information"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name(IcmpRole role) {
  constexpr std::string_view names[] = {"none", "query", "reply", "error"};
  return names[static_cast<std::size_t>(role)];
}

}  // namespace statewall
