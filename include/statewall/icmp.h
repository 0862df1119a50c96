#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "statewall/address.h"

// What an ICMP type is to a tracker: one mapping from which everything about queries follows
// (RFC 792, RFC 950, RFC 4443; spec A3, A4, C1, I, J1-J3, T1).

namespace statewall {

enum class IcmpRole : std::uint8_t {
  none,   ///< neither asks, answers nor reports on a packet: never tracked
  query,  ///< opens a connection, in the original direction
  reply,  ///< answers a query, in the reply direction
  error   ///< reports on the packet that it quotes
};

/// The kinds of query that have a reply. `node_information` is ICMPv6's alone (RFC 4620); of the
/// others it has `echo`.
enum class QueryKind : std::uint8_t {
  none,
  echo,
  timestamp,
  information,
  address_mask,
  node_information
};

struct IcmpMeaning {
  IcmpRole role = IcmpRole::none;
  QueryKind kind = QueryKind::none;
  std::uint8_t query_type = 0;  ///< that asks a query of this kind
};

/// The meaning of an ICMPv4 type.
constexpr IcmpMeaning icmp_meaning(std::uint8_t type) {
  switch (type) {
    case 0: return {IcmpRole::reply, QueryKind::echo, 8};
    case 3:
    case 4:
    case 5:
    case 11:
    case 12: return {IcmpRole::error, QueryKind::none};
    case 8: return {IcmpRole::query, QueryKind::echo, 8};
    case 13: return {IcmpRole::query, QueryKind::timestamp, 13};
    case 14: return {IcmpRole::reply, QueryKind::timestamp, 13};
    case 15: return {IcmpRole::query, QueryKind::information, 15};
    case 16: return {IcmpRole::reply, QueryKind::information, 15};
    case 17: return {IcmpRole::query, QueryKind::address_mask, 17};
    case 18: return {IcmpRole::reply, QueryKind::address_mask, 17};
    default: return {};
  }
}

/// The types of ICMPv6 that errors have (RFC 4443 2.1): of these 1 to 4 are assigned.
inline constexpr std::uint8_t kIcmpv6FirstInformational = 128;
inline constexpr std::uint8_t kIcmpv6Redirect = 137;

/// The meaning of an ICMPv6 type (J1-J3). A redirect reports on a packet, too.
constexpr IcmpMeaning icmpv6_meaning(std::uint8_t type) {
  switch (type) {
    case 128: return {IcmpRole::query, QueryKind::echo, 128};
    case 129: return {IcmpRole::reply, QueryKind::echo, 128};
    case 139: return {IcmpRole::query, QueryKind::node_information, 139};
    case 140: return {IcmpRole::reply, QueryKind::node_information, 139};
    case kIcmpv6Redirect: return {IcmpRole::error, QueryKind::none};
    default: break;
  }
  if (type < kIcmpv6FirstInformational) return {IcmpRole::error, QueryKind::none};
  return {};
}

namespace internal {
/// Both as a table: it is asked several times a packet.
inline constexpr auto kIcmpMeanings = [] {
  std::array<std::array<IcmpMeaning, 256>, 2> meanings{};
  for (unsigned type = 0; type < 256; ++type) {
    meanings[0][type] = icmp_meaning(static_cast<std::uint8_t>(type));
    meanings[1][type] = icmpv6_meaning(static_cast<std::uint8_t>(type));
  }
  return meanings;
}();

/// By kind of query; of echo the types over IPv4.
inline constexpr std::uint8_t kQueryTypes[] = {0, 8, 13, 15, 17, 139};
inline constexpr std::uint8_t kReplyTypes[] = {0, 0, 14, 16, 18, 140};
}  // namespace internal

/// The meaning of a type of ICMP over IPv4, or of ICMPv6.
constexpr IcmpMeaning icmp_meaning(Family family, std::uint8_t type) {
  return internal::kIcmpMeanings[family == Family::ipv6 ? 1 : 0][type];
}

/// The type that asks a query of this kind. REQUIRES: the family's ICMP has the kind.
constexpr std::uint8_t query_type(QueryKind kind, Family family = Family::ipv4) {
  if (family == Family::ipv6 && kind == QueryKind::echo) return 128;
  return internal::kQueryTypes[static_cast<int>(kind)];
}

/// The type that answers a query of this kind. REQUIRES: as for `query_type`.
constexpr std::uint8_t reply_type(QueryKind kind, Family family = Family::ipv4) {
  if (family == Family::ipv6 && kind == QueryKind::echo) return 129;
  return internal::kReplyTypes[static_cast<int>(kind)];
}

/// "echo", "timestamp", "information", "address mask", "node information"; empty for none.
std::string_view name(QueryKind kind);
std::string_view name(IcmpRole role);

/// One row of the annex: an ICMPv4 type, or one code of it.
struct IcmpName {
  std::uint8_t type = 0;
  std::int16_t code = -1;          ///< -1: the type as a whole
  std::string_view iana;           ///< as IANA's registry calls it
  std::string_view iptables = {};  ///< as `iptables -m icmp --icmp-type` calls it (H2), or empty
  std::string_view alias = {};     ///< iptables' second name (`ping`), or empty
};

/// The annex (spec I, H2): every assigned type, each followed by its codes, in numeric order.
std::span<const IcmpName> icmp_names();

/// The row of a type (code -1) or of one of its codes; nullptr where it has no row of its own.
const IcmpName* icmp_name(std::uint8_t type, int code = -1);

/// The row that an iptables name or alias means, in any case; nullptr if there is none.
const IcmpName* icmp_by_iptables_name(std::string_view name);

}  // namespace statewall
