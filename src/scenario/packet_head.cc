#include "scenario/packet_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "scenario/icmp_words.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::uint32_t kMostPort = 0xffff;

bool set_icmp(PacketSpec& packet, const std::optional<IcmpWord>& icmp, unsigned& parts) {
  if (!icmp) return false;
  packet.icmp_type = icmp->type;
  packet.icmp_code = icmp->code.value_or(0);
  if (icmp->code) parts |= kCode;
  return true;
}

bool icmp_head(Line& line, PacketSpec& packet, unsigned& parts) {
  return set_icmp(packet, take_icmp_type(line), parts);
}

bool icmp6_head(Line& line, PacketSpec& packet, unsigned& parts) {
  return set_icmp(packet, take_icmp6_type(line), parts);
}

bool igmp_head(Line& line, PacketSpec& packet, unsigned& parts) {
  return set_icmp(packet, take_igmp_type(line), parts);
}

bool ports(Line& line, PacketSpec& packet) {
  const auto source = line.number("a source port", 0, kMostPort);
  if (!source || !line.literal(">")) return false;
  const auto destination = line.number("a destination port", 0, kMostPort);
  if (!destination) return false;
  packet.source_port = static_cast<std::uint16_t>(*source);
  packet.destination_port = static_cast<std::uint16_t>(*destination);
  return true;
}

constexpr std::string_view kFlags[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};

// Names joined by commas; `take(index)` gets each. `what` is for errors: "TCP flag".
template <typename Take>
bool joined(Line& line, std::string_view what, std::span<const std::string_view> names,
            const Take& take) {
  const Word word = line.take();
  if (word.text.empty() || word.quoted) return line.fail_expected(fmt::format("{}s", what), word);
  if (word.text == "none") return true;
  for (std::size_t begin = 0; begin <= word.text.size();) {
    const std::size_t end = std::min(word.text.find(',', begin), word.text.size());
    const std::string_view name = word.text.substr(begin, end - begin);
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      const Word at{name, word.column + static_cast<int>(begin), false};
      return line.fail(at,
                       fmt::format("unknown {} {}{}", what, in_quotes(name), hint(name, names)));
    }
    take(static_cast<unsigned>(found - names.begin()));
    begin = end + 1;
  }
  return true;
}

bool tcp_flags(Line& line, PacketSpec& packet) {
  return joined(line, "TCP flag", kFlags, [&](unsigned index) {
    packet.tcp_flags = static_cast<std::uint8_t>(packet.tcp_flags | 1U << index);
  });
}

bool sctp_chunks(Line& line, PacketSpec& packet) {
  return joined(line, "SCTP chunk", sctp_chunk_names(), [&](unsigned index) {
    packet.sctp_chunks.push_back(static_cast<std::uint8_t>(index));
  });
}

bool tcp_head(Line& line, PacketSpec& packet, unsigned&) {
  return ports(line, packet) && tcp_flags(line, packet);
}

bool udp_head(Line& line, PacketSpec& packet, unsigned&) { return ports(line, packet); }

bool sctp_head(Line& line, PacketSpec& packet, unsigned&) {
  return ports(line, packet) && sctp_chunks(line, packet);
}

bool gre_head(Line&, PacketSpec& packet, unsigned&) {
  constexpr std::uint16_t kIpv4 = 0x0800;
  packet.gre.protocol = kIpv4;
  return true;
}

bool esp_head(Line&, PacketSpec&, unsigned&) { return true; }

bool number_head(Line& line, PacketSpec& packet, unsigned&) {
  const auto number = line.number("a protocol number", 0, 255);
  if (!number) return false;
  packet.protocol = static_cast<std::uint8_t>(*number);
  packet.raw = true;
  return true;
}

constexpr ProtocolWord kProtocols[] = {
    {"icmp", kIcmpBit, protocol::icmp, icmp_head},
    {"tcp", kTcpBit, protocol::tcp, tcp_head},
    {"udp", kUdpBit, protocol::udp, udp_head},
    {"icmp6", kIcmp6Bit, protocol::icmpv6, icmp6_head},
    {"udplite", kUdpLiteBit, kUdpLite, udp_head},
    {"sctp", kSctpBit, kSctp, sctp_head},
    {"gre", kGreBit, kGre, gre_head},
    {"esp", kEspBit, kEsp, esp_head},
    {"igmp", kIgmpBit, kIgmp, igmp_head},
    {"proto", kNumberBit, 0, number_head},
};

}  // namespace

std::span<const std::string_view> tcp_flag_names() { return kFlags; }

std::span<const std::string_view> sctp_chunk_names() {
  // By their number (RFC 9260 3.2).
  static constexpr std::string_view kNames[] = {
      "data",          "init",       "init-ack", "sack",         "heartbeat",
      "heartbeat-ack", "abort",      "shutdown", "shutdown-ack", "error",
      "cookie-echo",   "cookie-ack", "ecne",     "cwr",          "shutdown-complete"};
  return kNames;
}

const ProtocolWord* parse_head(Line& line, PacketSpec& packet, unsigned& parts) {
  std::vector<std::string_view> names;
  for (const ProtocolWord& row : kProtocols) names.push_back(row.name);
  const auto index = line.one_of("a protocol", names);
  if (!index) return nullptr;
  const ProtocolWord& row = kProtocols[*index];
  packet.protocol = row.number;
  return row.head(line, packet, parts) ? &row : nullptr;
}

}  // namespace statewall
