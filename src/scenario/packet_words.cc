#include "scenario/packet_words.h"

#include <fmt/format.h>

#include <limits>
#include <string_view>
#include <vector>

#include "scenario/extension_words.h"
#include "scenario/packet_head.h"
#include "scenario/packet_maker.h"

namespace statewall {
namespace {

constexpr std::uint32_t kMost8 = 0xff, kMost16 = 0xffff, kMostFlow = 0xfffff;
constexpr std::uint32_t kMost32 = std::numeric_limits<std::uint32_t>::max();
// What fits into an IPv4 packet behind a TCP header. With more headers than that it makes a packet
// of no bytes.
constexpr std::uint32_t kMostPayload = kMost16 - 20 - 20;
constexpr std::uint32_t kMostCut = kMostQuoted6 - 40;
constexpr unsigned kBothIcmp = kIcmpBit | kIcmp6Bit;
constexpr unsigned kSummed = kBothIcmp | kTcpBit | kUdpBit | kUdpLiteBit | kSctpBit | kIgmpBit;
constexpr unsigned kAnyBit = kSummed | kGreBit | kNumberBit | kEspBit;
constexpr unsigned kRest = kRestHigh | kRestLow;
constexpr unsigned kAllTcpOptions =
    kMss | kWindowScale | kSackPermitted | kSack | kTimestamp | kTimestampEcho;

// Fields: words that follow the head in any order, most of them with a value.

enum FamilyBit : unsigned { kIpv4Bit = 1, kIpv6Bit = 2 };

struct Field {
  std::string_view word;
  unsigned protocols;  // that it goes with
  unsigned parts;      // that it sets
  FieldValue value;
  std::uint32_t most;
  void (*set)(PacketSpec&, std::uint32_t);  // nullptr: the value is set already
  unsigned families = kIpv4Bit | kIpv6Bit;
};

using P = PacketSpec;
using U32 = std::uint32_t;
using U16 = std::uint16_t;
using U8 = std::uint8_t;
using V = FieldValue;
// clang-format off
constexpr Field kFields[] = {
    // IP
    {"ttl", kAnyBit, kTtl, V::number, kMost8, [](P& p, U32 v) { p.ttl = static_cast<U8>(v); }},
    {"tos", kAnyBit, kTos, V::number, kMost8, [](P& p, U32 v) { p.tos = static_cast<U8>(v); }},
    {"dscp", kAnyBit, kTos, V::dscp, 0, [](P& p, U32 v) { p.tos = static_cast<U8>(v << 2); }},
    {"ip-id", kAnyBit, kIpId, V::number, kMost16, [](P& p, U32 v) { p.ip_id = v; }, kIpv4Bit},
    {"ip-id", kAnyBit, kIpId, V::number, kMost32, [](P& p, U32 v) { p.ip_id = v; }, kIpv6Bit},
    {"df", kAnyBit, kDontFragment, V::none, 0, [](P& p, U32) { p.dont_fragment = true; }, kIpv4Bit},
    {"ip-options", kAnyBit, kIpOptions, V::ip_options, 0, nullptr, kIpv4Bit},
    {"flow", kAnyBit, kFlowLabel, V::number, kMostFlow, [](P& p, U32 v) { p.flow_label = v; }, kIpv6Bit},
    {"fragment", kAnyBit, kFragment, V::fragment, 0, nullptr},
    {"fragments", kAnyBit, kFragment, V::number, kMost16, [](P& p, U32 v) { p.fragment_size = v; }},
    {"mac", kAnyBit, kMac, V::mac, 0, nullptr},
    // what it carries
    {"length", kAnyBit, kPayload, V::number, kMostPayload, [](P& p, U32 v) { p.length = v; }},
    {"payload", kAnyBit, kPayload, V::payload, 0, nullptr},
    {"bad-checksum", kSummed, kChecksum, V::none, 0, [](P& p, U32) { p.bad_checksum = true; }},
    // ICMP and ICMPv6
    {"code", kBothIcmp | kIgmpBit, kCode, V::number, kMost8, [](P& p, U32 v) { p.icmp_code = static_cast<U8>(v); }},
    {"id", kBothIcmp, kRestHigh, V::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v << 16; }},
    {"seq", kBothIcmp, kRestLow, V::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v; }},
    {"mtu", kIcmpBit, kRestLow, V::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v; }},
    {"mtu", kIcmp6Bit, kRest, V::number, kMost32, [](P& p, U32 v) { p.icmp_rest = v; }},
    {"gateway", kIcmpBit, kRest, V::address, 0, [](P& p, U32 v) { p.icmp_rest = v; }},
    {"pointer", kIcmpBit, kRest, V::number, kMost8, [](P& p, U32 v) { p.icmp_rest = v << 24; }},
    {"pointer", kIcmp6Bit, kRest, V::number, kMost32, [](P& p, U32 v) { p.icmp_rest = v; }},
    {"target", kIcmp6Bit, kPayload, V::target, 0, nullptr},
    {"quoting", kBothIcmp, kPayload, V::quote, 0, nullptr},
    {"cut", kBothIcmp, kCut, V::number, kMostCut, [](P& p, U32 v) { p.cut = v; }},
    {"group", kIgmpBit, kRest, V::address, 0, [](P& p, U32 v) { p.icmp_rest = v; }},
    // TCP
    {"seq", kTcpBit, kSequence, V::number, kMost32, [](P& p, U32 v) { p.tcp_sequence = v; }},
    {"ack", kTcpBit, kAcknowledgement, V::number, kMost32, [](P& p, U32 v) { p.tcp_acknowledgement = v; }},
    {"win", kTcpBit, kWindow, V::number, kMost16, [](P& p, U32 v) { p.tcp_window = static_cast<U16>(v); }},
    {"urgent", kTcpBit, kUrgent, V::number, kMost16, [](P& p, U32 v) { p.tcp_urgent = static_cast<U16>(v); }},
    {"mss", kTcpBit, kMss, V::number, kMost16, [](P& p, U32 v) { p.tcp_mss = static_cast<U16>(v); }},
    {"wscale", kTcpBit, kWindowScale, V::number, kMost8,
     [](P& p, U32 v) { p.tcp_window_scale = static_cast<std::int16_t>(v); }},
    {"sack-ok", kTcpBit, kSackPermitted, V::none, 0, [](P& p, U32) { p.tcp_sack_permitted = true; }},
    {"sack", kTcpBit, kSack, V::blocks, 0, nullptr},
    {"tsval", kTcpBit, kTimestamp, V::number, kMost32,
     [](P& p, U32 v) { p.tcp_timestamps = true; p.tcp_timestamp = v; }},
    {"tsecr", kTcpBit, kTimestampEcho, V::number, kMost32,
     [](P& p, U32 v) { p.tcp_timestamps = true; p.tcp_timestamp_echo = v; }},
    {"tcp-options", kTcpBit, kAllTcpOptions, V::tcp_options, 0, nullptr},
    // others
    {"coverage", kUdpLiteBit, kCoverage, V::number, kMost16, [](P& p, U32 v) { p.coverage = static_cast<U16>(v); }},
    {"vtag", kSctpBit, kTag, V::number, kMost32, [](P& p, U32 v) { p.sctp_tag = v; }},
    {"itag", kSctpBit, kInitiateTag, V::number, kMost32, [](P& p, U32 v) { p.sctp_initiate_tag = v; }},
    {"version", kGreBit, kGreVersion, V::number, 7,
     [](P& p, U32 v) { p.gre.flags = static_cast<U16>(p.gre.flags | v); }},
    {"carries", kGreBit, kGreProtocol, V::number, kMost16, [](P& p, U32 v) { p.gre.protocol = static_cast<U16>(v); }},
    {"key", kGreBit, kTag, V::number, kMost32, [](P& p, U32 v) { p.gre.flags |= kGreKey; p.gre.key = v; }},
    {"seq", kGreBit, kSequence, V::number, kMost32, [](P& p, U32 v) { p.gre.flags |= kGreSequence; p.gre.sequence = v; }},
    {"ack", kGreBit, kAcknowledgement, V::number, kMost32,
     [](P& p, U32 v) { p.gre.flags |= kGreAcknowledgement; p.gre.acknowledgement = v; }},
    {"spi", kEspBit, kSpi, V::number, kMost32, [](P& p, U32 v) { p.spi = v; }},
    {"seq", kEspBit, kSequence, V::number, kMost32, [](P& p, U32 v) { p.esp_sequence = v; }},
};
// clang-format on

FamilyBit family_bit(Family family) { return family == Family::ipv6 ? kIpv6Bit : kIpv4Bit; }

// The field that the word names for this protocol and family. Without one the error says why.
const Field* find_field(Line& line, const Word& word, const ProtocolWord& protocol,
                        FamilyBit family) {
  std::vector<std::string_view> words = {"drop", "=>"};
  bool elsewhere = false, other_family = false;
  for (const Field& field : kFields) {
    const bool here = (field.protocols & protocol.bit) != 0;
    const bool right_family = (field.families & family) != 0;
    const bool named = field.word == word.text;
    if (here && right_family && named && !word.quoted) return &field;
    elsewhere |= named;
    other_family |= here && named;
    if (here && right_family) words.push_back(field.word);
  }
  const std::string name = in_quotes(word.text);
  const std::string_view with =
      other_family ? (family == kIpv6Bit ? "IPv6" : "IPv4") : protocol.name;
  line.fail(word, elsewhere ? fmt::format("{} does not go with {}", name, with)
                            : fmt::format("unknown word {}{}", name, hint(word.text, words)));
  return nullptr;
}

// What one word alone cannot tell.
bool fits_those_before(Line& line, const Word& word, const PacketSpec& packet, unsigned parts) {
  constexpr std::uint32_t kLeast = 8;
  if (packet.cut && !packet.quotes()) {
    return line.fail(word, "'cut' goes with 'quoting', behind it");
  }
  if ((parts & kFragment) != 0 && !packet.fragment && packet.fragment_size < kLeast) {
    return line.fail(word, "a fragment has 8 bytes at least");
  }
  return true;
}

bool parse_fields(Line& line, PacketSpec& packet, const PacketPlace& place,
                  const ProtocolWord& protocol, unsigned parts) {
  Word ip_id;
  while (!ends_packet(line)) {
    const Word word = line.take();
    const Field* field = find_field(line, word, protocol, family_bit(packet.family));
    if (field == nullptr) return false;
    if ((field->parts & parts) != 0) {
      return line.fail(word,
                       fmt::format("{} sets what a word before it has set", in_quotes(word.text)));
    }
    parts |= field->parts;
    const auto value = take_field_value(line, field->value, field->most, packet, place);
    if (!value) return false;
    if (field->set != nullptr) field->set(packet, *value);
    if (!fits_those_before(line, word, packet, parts)) return false;
    if ((field->parts & kIpId) != 0) ip_id = word;
  }
  if (packet.family == Family::ipv6 && !ip_id.text.empty() && (parts & kFragment) == 0) {
    return line.fail(ip_id, "in IPv6 'ip-id' goes with 'fragment' or 'fragments'");
  }
  return true;
}

bool parse_addresses(Line& line, PacketSpec& packet) {
  const auto source = line.host("an IP address");
  if (!source || !line.literal(">")) return false;
  const Word at = line.peek();
  const auto destination = line.host("an IP address");
  if (!destination) return false;
  if (source->family != destination->family) {
    return line.fail(at, "one address is of IPv4, the other of IPv6");
  }
  packet.family = source->family;
  packet.source = source->address;
  packet.destination = destination->address;
  return true;
}

}  // namespace

bool ends_packet(const Line& line) {
  const Word word = line.peek();
  return line.at_end() ||
         (!word.quoted && (word.text == "drop" || word.text == "=>" || word.text == ")"));
}

bool parse_packet_words(Line& line, PacketSpec& packet, const PacketPlace& place,
                        std::size_t& head_end) {
  if (!parse_addresses(line, packet) || !parse_extensions(line, packet)) return false;
  unsigned parts = 0;
  const ProtocolWord* protocol = parse_head(line, packet, parts);
  if (protocol == nullptr) return false;
  head_end = line.position();
  return parse_fields(line, packet, place, *protocol, parts);
}

bool parse_packet_words(Line& line, PacketSpec& packet, const PacketPlace& place) {
  std::size_t head_end = 0;
  return parse_packet_words(line, packet, place, head_end);
}

std::vector<std::string_view> field_words() {
  std::vector<std::string_view> words;
  for (const Field& field : kFields) words.push_back(field.word);
  return words;
}

}  // namespace statewall
