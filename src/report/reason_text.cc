#include "report/reason_text.h"

#include "report/placeholders.h"
#include "statewall/icmp.h"
#include "statewall/reason.h"

namespace statewall {
namespace {

std::string_view query(const Packet& packet) {
  const std::string_view kind =
      name(icmp_meaning(packet.headers.family, packet.headers.icmp_type).kind);
  return kind.empty() ? "ICMP" : kind;
}

std::string_view article(std::string_view noun) {
  constexpr std::string_view vowels = "aeiouAEIOU";
  return vowels.find(noun.front()) == std::string_view::npos ? "a " : "an ";
}

std::string_view protocol_title(std::uint8_t number) {
  switch (number) {
    case protocol::icmp: return "ICMP";
    case protocol::tcp: return "TCP";
    case protocol::udp: return "UDP";
    case protocol::icmpv6: return "ICMPv6";
    case protocol::sctp: return "SCTP";
    case protocol::udplite: return "UDP-Lite";
    default: return "transport";
  }
}

WireError error_of(const Packet& packet) {
  return packet.error == WireError::none ? packet.quote.error : packet.error;
}

}  // namespace

void append_reason(Buffer& out, const Packet& packet, const Observation& observation) {
  append_filled(out, sentence(observation.reason), [&](std::string_view value) {
    if (value == "query") {
      append(out, query(packet));
    } else if (value == "a_query") {
      append(out, article(query(packet)));
      append(out, query(packet));
    } else if (value == "conn") {
      append_number(out, observation.connection.number);
    } else if (value == "wire") {
      append(out, sentence(error_of(packet)));
    } else if (value == "protocol") {
      append(out, protocol_title(packet.headers.protocol));
    } else if (value == "type") {
      append_number(out, packet.headers.icmp_type);
    }
  });
}

void append_datagram(Buffer& out, const Packet& packet, const Observation& observation) {
  if (observation.datagram == 0 || !packet.headers.fragment()) return;
  append(out, " (fragment of datagram {})", observation.datagram);
}

std::string reason_text(const Packet& packet, const Observation& observation) {
  Buffer out;
  append_reason(out, packet, observation);
  return fmt::to_string(out);
}

}  // namespace statewall
