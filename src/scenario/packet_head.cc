#include "scenario/packet_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "statewall/icmp.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::uint32_t kMostPort = 0xffff;
constexpr std::uint32_t kAnyType = 255;  // to iptables the name `any`; no packet has it

struct OwnName {
  std::string_view name;
  std::uint8_t type;
};
// iptables has no names for these two (H2).
constexpr OwnName kOwnNames[] = {{"information-request", 15}, {"information-reply", 16}};

struct Icmp6Name {
  std::string_view name;
  std::uint8_t type;
  std::int16_t code = -1;
};
// As ip6tables has them, newer ones included (H6); and node information, which it has not.
constexpr Icmp6Name kIcmp6Names[] = {
    {"destination-unreachable", 1},
    {"no-route", 1, 0},
    {"communication-prohibited", 1, 1},
    {"beyond-scope", 1, 2},
    {"address-unreachable", 1, 3},
    {"port-unreachable", 1, 4},
    {"failed-policy", 1, 5},
    {"reject-route", 1, 6},
    {"packet-too-big", 2},
    {"time-exceeded", 3},
    {"ttl-exceeded", 3},
    {"ttl-zero-during-transit", 3, 0},
    {"ttl-zero-during-reassembly", 3, 1},
    {"parameter-problem", 4},
    {"bad-header", 4, 0},
    {"unknown-header-type", 4, 1},
    {"unknown-option", 4, 2},
    {"echo-request", 128},
    {"ping", 128},
    {"echo-reply", 129},
    {"pong", 129},
    {"mld-listener-query", 130},
    {"mld-listener-report", 131},
    {"mld-listener-done", 132},
    {"mld-listener-reduction", 132},
    {"router-solicitation", 133},
    {"router-advertisement", 134},
    {"neighbour-solicitation", 135},
    {"neighbor-solicitation", 135},
    {"neighbour-advertisement", 136},
    {"neighbor-advertisement", 136},
    {"redirect", 137},
    {"node-information-query", 139},
    {"node-information-reply", 140},
};

std::vector<std::string_view> icmp6_words() {
  std::vector<std::string_view> words;
  for (const Icmp6Name& row : kIcmp6Names) words.push_back(row.name);
  return words;
}

std::vector<std::string_view> icmp_words() {
  std::vector<std::string_view> words;
  for (const IcmpName& row : icmp_names()) {
    if (row.type == kAnyType) continue;
    for (const std::string_view word : {row.iptables, row.alias}) {
      if (!word.empty()) words.push_back(word);
    }
  }
  for (const OwnName& own : kOwnNames) words.push_back(own.name);
  return words;
}

struct TypeAndCode {
  std::uint8_t type = 0;
  std::optional<std::uint8_t> code;
};

std::optional<TypeAndCode> numeric_icmp(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto type = parse_number(text.substr(0, slash), 255);
  if (!type) return {};
  TypeAndCode out{static_cast<std::uint8_t>(*type), {}};
  if (slash == text.size()) return out;
  const auto code = parse_number(text.substr(slash + 1), 255);
  if (!code) return {};
  out.code = static_cast<std::uint8_t>(*code);
  return out;
}

std::optional<TypeAndCode> named_icmp(std::string_view text) {
  const auto own = std::ranges::find(kOwnNames, text, &OwnName::name);
  if (own != std::end(kOwnNames)) return TypeAndCode{own->type, {}};
  const IcmpName* row = icmp_by_iptables_name(text);
  if (row == nullptr || row->type == kAnyType) return {};
  TypeAndCode out{row->type, {}};
  if (row->code >= 0) out.code = static_cast<std::uint8_t>(row->code);
  return out;
}

std::optional<TypeAndCode> named_icmp6(std::string_view text) {
  const auto row = std::ranges::find(kIcmp6Names, text, &Icmp6Name::name);
  if (row == std::end(kIcmp6Names)) return {};
  TypeAndCode out{row->type, {}};
  if (row->code >= 0) out.code = static_cast<std::uint8_t>(row->code);
  return out;
}

// `named` knows the names, which are `words()`.
template <typename Named, typename Words>
bool icmp_type(Line& line, PacketSpec& packet, unsigned& parts, std::string_view family,
               const Named& named, const Words& words) {
  const Word word = line.take();
  auto icmp = numeric_icmp(word.text);
  if (!icmp) icmp = named(word.text);
  if (!icmp || word.quoted) {
    if (word.text.empty() || word.quoted) {
      return line.fail_expected(fmt::format("an {} type", family), word);
    }
    return line.fail(word, fmt::format("unknown {} type {}{}", family, in_quotes(word.text),
                                       hint(word.text, words())));
  }
  packet.icmp_type = icmp->type;
  packet.icmp_code = icmp->code.value_or(0);
  if (icmp->code) parts |= kCode;
  return true;
}

bool icmp_head(Line& line, PacketSpec& packet, unsigned& parts) {
  return icmp_type(line, packet, parts, "ICMP", named_icmp, icmp_words);
}

bool icmp6_head(Line& line, PacketSpec& packet, unsigned& parts) {
  return icmp_type(line, packet, parts, "ICMPv6", named_icmp6, icmp6_words);
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
