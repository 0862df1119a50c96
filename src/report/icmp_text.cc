#include "report/icmp_text.h"

#include <algorithm>
#include <span>

#include "report/address_text.h"
#include "report/placeholders.h"
#include "report/protocol_name.h"
#include "statewall/icmp.h"

namespace statewall {
namespace {

/// What a message says. Placeholders: {id} {seq} {gateway} {mtu} {pointer} of its own header,
/// {dst} {proto} {port} of the packet that it quotes.
struct Wording {
  std::uint8_t type;
  std::int16_t code;  ///< -1: any
  std::string_view text;
};

constexpr std::int16_t kAny = -1;

// Each type's codes before its "any".
constexpr Wording kIcmp[] = {
    {0, kAny, "echo reply, id {id}, seq {seq}"},
    {3, 0, "net {dst} unreachable"},
    {3, 1, "host {dst} unreachable"},
    {3, 2, "{dst} protocol {proto} unreachable"},
    {3, 3, "{dst} {port} unreachable"},
    {3, 4, "{dst} unreachable - need to frag (mtu {mtu})"},
    {3, 5, "{dst} unreachable - source route failed"},
    {3, 6, "net {dst} unreachable - unknown"},
    {3, 7, "host {dst} unreachable - unknown"},
    {3, 8, "host {dst} unreachable - source isolated"},
    {3, 9, "net {dst} unreachable - admin prohibited"},
    {3, 10, "host {dst} unreachable - admin prohibited"},
    {3, 11, "net {dst} unreachable - for this type of service"},
    {3, 12, "host {dst} unreachable - for this type of service"},
    {3, 13, "host {dst} unreachable - admin prohibited filter"},
    {3, 14, "host {dst} unreachable - host precedence violation"},
    {3, 15, "host {dst} unreachable - precedence cutoff"},
    {3, kAny, "{dst} unreachable, code {code}"},
    {4, kAny, "source quench"},
    {5, 0, "redirect {dst} to net {gateway}"},
    {5, 1, "redirect {dst} to host {gateway}"},
    {5, 2, "redirect-tos {dst} to net {gateway}"},
    {5, 3, "redirect-tos {dst} to host {gateway}"},
    {5, kAny, "redirect {dst} to {gateway}, code {code}"},
    {8, kAny, "echo request, id {id}, seq {seq}"},
    {9, kAny, "router advertisement"},
    {10, kAny, "router solicitation"},
    {11, 0, "time exceeded in-transit"},
    {11, 1, "ip reassembly time exceeded"},
    {11, kAny, "time exceeded, code {code}"},
    {12, 0, "parameter problem - octet {pointer}"},
    {12, kAny, "parameter problem - code {code}"},
    {13, kAny, "timestamp query, id {id}, seq {seq}"},
    {14, kAny, "timestamp reply, id {id}, seq {seq}"},
    {15, kAny, "information request, id {id}, seq {seq}"},
    {16, kAny, "information reply, id {id}, seq {seq}"},
    {17, kAny, "address mask request, id {id}, seq {seq}"},
    {18, kAny, "address mask reply, id {id}, seq {seq}"},
};

constexpr Wording kIcmpv6[] = {
    {1, 0, "destination unreachable, unreachable route {dst}"},
    {1, 1, "destination unreachable, unreachable prohibited {dst}"},
    {1, 2, "destination unreachable, beyond scope {dst}"},
    {1, 3, "destination unreachable, unreachable address {dst}"},
    {1, 4, "destination unreachable, unreachable port, {dst} {port}"},
    {1, kAny, "destination unreachable, code {code}, {dst}"},
    {2, kAny, "packet too big, mtu {rest}"},
    {3, 0, "time exceeded in-transit for {dst}"},
    {3, kAny, "time exceeded in-transit (reassembly)"},
    {4, 0, "parameter problem, erroneous - octet {rest}"},
    {4, 1, "parameter problem, next header - octet {rest}"},
    {4, 2, "parameter problem, option - octet {rest}"},
    {4, kAny, "parameter problem, code {code}, octet {rest}"},
    {128, kAny, "echo request, id {id}, seq {seq}"},
    {129, kAny, "echo reply, id {id}, seq {seq}"},
    {130, kAny, "multicast listener query"},
    {131, kAny, "multicast listener report"},
    {132, kAny, "multicast listener done"},
    {133, kAny, "router solicitation"},
    {134, kAny, "router advertisement"},
    {135, kAny, "neighbor solicitation"},
    {136, kAny, "neighbor advertisement"},
    {137, kAny, "redirect"},
    {143, kAny, "multicast listener report v2"},
};

const Wording* find(std::span<const Wording> rows, std::uint8_t type, std::uint8_t code) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Wording& wording) {
    return wording.type == type && (wording.code == kAny || wording.code == code);
  });
  return row == rows.end() ? nullptr : &*row;
}

void append_protocol(Buffer& out, std::uint8_t number) {
  const std::string_view name = protocol_name(number);
  if (name.empty()) {
    append_number(out, number);
  } else {
    append(out, name);
  }
}

void append_value(Buffer& out, const Packet& packet, std::string_view name) {
  const Headers& own = packet.headers;
  const Headers& quoted = packet.quote.headers;
  const std::uint32_t rest = std::uint32_t{own.icmp_id} << 16 | own.icmp_sequence;
  if (name == "id") {
    append_number(out, own.icmp_id);
  } else if (name == "seq" || name == "mtu") {  // RFC 1191: the MTU of 3/4 stands there
    append_number(out, own.icmp_sequence);
  } else if (name == "pointer") {  // RFC 792: the word's first byte
    append_number(out, own.icmp_id >> 8);
  } else if (name == "rest") {
    append_number(out, rest);
  } else if (name == "gateway") {
    append_address(out, Address::ipv4(rest), Family::ipv4);
  } else if (name == "code") {
    append_number(out, own.icmp_code);
  } else if (name == "dst") {
    append_address(out, quoted.destination, quoted.family);
  } else if (name == "proto") {
    append_protocol(out, quoted.protocol);
  } else if (name == "port") {
    append_protocol(out, quoted.protocol);
    append(out, " port");
    if (quoted.destination_port != 0) append(out, " {}", quoted.destination_port);
  }
}

}  // namespace

void append_icmp(Buffer& out, const Packet& packet) {
  const Headers& headers = packet.headers;
  const bool v6 = headers.protocol == protocol::icmpv6;
  const std::span<const Wording> rows = v6 ? std::span<const Wording>(kIcmpv6) : kIcmp;
  append(out, v6 ? "ICMP6, " : "ICMP ");
  if (const Wording* row = find(rows, headers.icmp_type, headers.icmp_code)) {
    append_filled(out, row->text,
                  [&](std::string_view value) { append_value(out, packet, value); });
    return;
  }
  append(out, "type {}", headers.icmp_type);
  if (headers.icmp_code != 0) append(out, " code {}", headers.icmp_code);
  const IcmpName* known = v6 ? nullptr : icmp_name(headers.icmp_type);
  if (known) append(out, " ({})", known->iana);
}

}  // namespace statewall
