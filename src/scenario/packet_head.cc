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

bool icmp_head(Line& line, PacketSpec& packet, unsigned& parts) {
  const Word word = line.take();
  auto icmp = numeric_icmp(word.text);
  if (!icmp) icmp = named_icmp(word.text);
  if (!icmp || word.quoted) {
    if (word.text.empty() || word.quoted) return line.fail_expected("an ICMP type", word);
    return line.fail(word, fmt::format("unknown ICMP type {}{}", in_quotes(word.text),
                                       hint(word.text, icmp_words())));
  }
  packet.icmp_type = icmp->type;
  packet.icmp_code = icmp->code.value_or(0);
  if (icmp->code) parts |= kCode;
  return true;
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

bool tcp_flags(Line& line, PacketSpec& packet) {
  const Word word = line.take();
  if (word.text.empty() || word.quoted) return line.fail_expected("TCP flags", word);
  if (word.text == "none") return true;
  for (std::size_t begin = 0; begin <= word.text.size();) {
    const std::size_t end = std::min(word.text.find(',', begin), word.text.size());
    const std::string_view flag = word.text.substr(begin, end - begin);
    const auto found = std::ranges::find(kFlags, flag);
    if (found == std::end(kFlags)) {
      const Word at{flag, word.column + static_cast<int>(begin), false};
      return line.fail(at,
                       fmt::format("unknown TCP flag {}{}", in_quotes(flag), hint(flag, kFlags)));
    }
    packet.tcp_flags = static_cast<std::uint8_t>(packet.tcp_flags | 1 << (found - kFlags));
    begin = end + 1;
  }
  return true;
}

bool tcp_head(Line& line, PacketSpec& packet, unsigned&) {
  return ports(line, packet) && tcp_flags(line, packet);
}

bool udp_head(Line& line, PacketSpec& packet, unsigned&) { return ports(line, packet); }

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
    {"proto", kNumberBit, 0, number_head},
};

}  // namespace

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
