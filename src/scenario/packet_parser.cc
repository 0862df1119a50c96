#include "scenario/packet_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "scenario/expectation.h"
#include "scenario/packet_head.h"
#include "scenario/packet_maker.h"

namespace statewall {
namespace {

constexpr std::uint32_t kMost16 = 0xffff;
constexpr std::uint32_t kMost32 = std::numeric_limits<std::uint32_t>::max();
// What fits into an IPv4 packet behind a TCP header. With more headers than that it makes a packet
// of no bytes.
constexpr std::uint32_t kMostPayload = kMost16 - 20 - 20;
constexpr std::uint32_t kMostCut = kMostQuoted6 - 40;
constexpr unsigned kAnyBit =
    kIcmpBit | kIcmp6Bit | kTcpBit | kUdpBit | kUdpLiteBit | kSctpBit | kGreBit | kNumberBit;
constexpr unsigned kBothIcmp = kIcmpBit | kIcmp6Bit;
constexpr unsigned kSummed = kBothIcmp | kTcpBit | kUdpBit | kUdpLiteBit | kSctpBit;
constexpr std::size_t kMostSackBlocks = 4;

// Fields: words that follow the head in any order, most of them with a value.

enum class Value { none, number, address, packet, blocks };

struct Field {
  std::string_view word;
  unsigned protocols;  // that it goes with
  unsigned parts;      // that it sets
  Value value;
  std::uint32_t most;
  void (*set)(PacketSpec&, std::uint32_t);
};

using P = PacketSpec;
using U32 = std::uint32_t;
// clang-format off
constexpr Field kFields[] = {
    {"ttl", kAnyBit, kTtl, Value::number, 255,
     [](P& p, U32 v) { p.ttl = static_cast<std::uint8_t>(v); }},
    {"length", kAnyBit, kPayload, Value::number, kMostPayload,
     [](P& p, U32 v) { p.length = v; }},
    {"bad-checksum", kSummed, kChecksum, Value::none, 0,
     [](P& p, U32) { p.bad_checksum = true; }},
    {"code", kBothIcmp, kCode, Value::number, 255,
     [](P& p, U32 v) { p.icmp_code = static_cast<std::uint8_t>(v); }},
    {"id", kBothIcmp, kRestHigh, Value::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v << 16; }},
    {"seq", kBothIcmp, kRestLow, Value::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v; }},
    {"mtu", kIcmpBit, kRestLow, Value::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v; }},
    {"gateway", kIcmpBit, kRestHigh | kRestLow, Value::address, 0, [](P& p, U32 v) { p.icmp_rest = v; }},
    {"quoting", kBothIcmp, kPayload, Value::packet, 0, [](P& p, U32 v) { p.quoting = v; }},
    {"cut", kBothIcmp, kCut, Value::number, kMostCut, [](P& p, U32 v) { p.cut = v; }},
    {"seq", kTcpBit, kSequence, Value::number, kMost32, [](P& p, U32 v) { p.tcp_sequence = v; }},
    {"ack", kTcpBit, kAcknowledgement, Value::number, kMost32,
     [](P& p, U32 v) { p.tcp_acknowledgement = v; }},
    {"mtu", kIcmp6Bit, kRestHigh | kRestLow, Value::number, kMost32, [](P& p, U32 v) { p.icmp_rest = v; }},
    {"ip-id", kAnyBit, kIpId, Value::number, kMost16,
     [](P& p, U32 v) { p.ip_id = static_cast<std::uint16_t>(v); }},
    {"df", kAnyBit, kDontFragment, Value::none, 0, [](P& p, U32) { p.dont_fragment = true; }},
    {"win", kTcpBit, kWindow, Value::number, kMost16,
     [](P& p, U32 v) { p.tcp_window = static_cast<std::uint16_t>(v); }},
    {"mss", kTcpBit, kMss, Value::number, kMost16,
     [](P& p, U32 v) { p.tcp_mss = static_cast<std::uint16_t>(v); }},
    {"wscale", kTcpBit, kWindowScale, Value::number, 255,
     [](P& p, U32 v) { p.tcp_window_scale = static_cast<std::int16_t>(v); }},
    {"sack-ok", kTcpBit, kSackPermitted, Value::none, 0, [](P& p, U32) { p.tcp_sack_permitted = true; }},
    {"sack", kTcpBit, kSack, Value::blocks, 0, [](P&, U32) {}},
    {"coverage", kUdpLiteBit, kCoverage, Value::number, kMost16,
     [](P& p, U32 v) { p.coverage = static_cast<std::uint16_t>(v); }},
    {"vtag", kSctpBit, kTag, Value::number, kMost32, [](P& p, U32 v) { p.sctp_tag = v; }},
    {"itag", kSctpBit, kInitiateTag, Value::number, kMost32, [](P& p, U32 v) { p.sctp_initiate_tag = v; }},
    {"version", kGreBit, kGreVersion, Value::number, 7,
     [](P& p, U32 v) { p.gre.flags = static_cast<std::uint16_t>(p.gre.flags | v); }},
    {"carries", kGreBit, kGreProtocol, Value::number, kMost16,
     [](P& p, U32 v) { p.gre.protocol = static_cast<std::uint16_t>(v); }},
    {"key", kGreBit, kTag, Value::number, kMost32,
     [](P& p, U32 v) { p.gre.flags |= kGreKey; p.gre.key = v; }},
    {"seq", kGreBit, kSequence, Value::number, kMost32,
     [](P& p, U32 v) { p.gre.flags |= kGreSequence; p.gre.sequence = v; }},
    {"ack", kGreBit, kAcknowledgement, Value::number, kMost32,
     [](P& p, U32 v) { p.gre.flags |= kGreAcknowledgement; p.gre.acknowledgement = v; }},
};
// clang-format on

std::optional<U32> packet_reference(Line& line, U32 own_number) {
  const Word word = line.take();
  const auto number =
      word.text.starts_with('#') ? parse_number(word.text.substr(1), kMost32) : std::nullopt;
  if (!number || *number == 0 || word.quoted) {
    line.fail_expected("the number of a packet, like #1", word);
    return {};
  }
  if (*number < own_number) return number;
  line.fail(word, fmt::format("{} does not come before this packet, which is #{}",
                              in_quotes(word.text), own_number));
  return {};
}

// `LEFT-RIGHT`, up to four of them joined by commas.
bool sack_blocks(Line& line, std::vector<SackBlock>& blocks) {
  const Word word = line.take();
  std::string_view rest = word.text;
  do {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view text = rest.substr(0, end);
    const std::size_t dash = std::min(text.find('-'), text.size());
    const auto left = parse_number(text.substr(0, dash), kMost32);
    const auto right = parse_number(text.substr(std::min(dash + 1, text.size())), kMost32);
    if (!left || !right || word.quoted || blocks.size() == kMostSackBlocks) {
      return line.fail_expected("up to four SACK blocks, like 1000-2000,3000-4000", word);
    }
    blocks.push_back({*left, *right});
    rest.remove_prefix(end);
    if (rest.empty()) return true;
    rest.remove_prefix(1);
  } while (true);
}

std::optional<U32> field_value(Line& line, const Field& field, PacketStep& step) {
  switch (field.value) {
    case Value::none: return 0;
    case Value::number: return line.number("a number", 0, field.most);
    case Value::packet: return packet_reference(line, step.number);
    case Value::blocks:
      if (!sack_blocks(line, step.packet.tcp_sack)) return {};
      return 0;
    case Value::address: break;
  }
  const auto address = line.address("an IPv4 address");
  if (!address) return {};
  const auto& b = address->bytes;
  return U32{b[0]} << 24 | U32{b[1]} << 16 | U32{b[2]} << 8 | U32{b[3]};
}

// The field that the word names for this protocol. Without one the error says why.
const Field* find_field(Line& line, const Word& word, const ProtocolWord& protocol) {
  std::vector<std::string_view> words = {"drop", "=>"};
  bool elsewhere = false;
  for (const Field& field : kFields) {
    const bool here = (field.protocols & protocol.bit) != 0;
    if (here && field.word == word.text && !word.quoted) return &field;
    elsewhere |= field.word == word.text;
    if (here) words.push_back(field.word);
  }
  line.fail(word,
            elsewhere
                ? fmt::format("{} does not go with {}", in_quotes(word.text), protocol.name)
                : fmt::format("unknown word {}{}", in_quotes(word.text), hint(word.text, words)));
  return nullptr;
}

bool parse_fields(Line& line, PacketStep& step, const ProtocolWord& protocol, unsigned parts) {
  while (!line.at_end() && line.peek().text != "drop" && line.peek().text != "=>") {
    const Word word = line.take();
    const Field* field = find_field(line, word, protocol);
    if (field == nullptr) return false;
    if ((field->parts & parts) != 0) {
      return line.fail(word,
                       fmt::format("{} sets what a word before it has set", in_quotes(word.text)));
    }
    parts |= field->parts;
    const auto value = field_value(line, *field, step);
    if (!value) return false;
    field->set(step.packet, *value);
    if (step.packet.cut && step.packet.quoting == 0) {
      return line.fail(word, "'cut' goes with 'quoting', behind it");
    }
  }
  return true;
}

bool parse_expectations(Line& line, PacketStep& step) {
  if (line.at_end()) return true;
  if (!line.literal("=>")) return false;
  do {
    const Word word = line.peek();
    const auto expectation = parse_expectation(line);
    if (!expectation) return false;
    if (std::ranges::find(step.expectations, expectation->key, &Expectation::key) !=
        step.expectations.end()) {
      return line.fail(word, fmt::format("{} is expected twice", in_quotes(word.text)));
    }
    step.expectations.push_back(*expectation);
  } while (!line.at_end());
  return true;
}

// "192.168.1.6 > 192.168.1.10 icmp echo-request": the words up to the end of the head.
std::string summary(const Line& line, std::size_t first) {
  std::string out;
  for (const Word& word : line.taken(first)) {
    if (!out.empty()) out += ' ';
    out += word.text;
  }
  return out;
}

bool ends_packet(const Line& line) {
  return line.at_end() || line.peek().text == "drop" || line.peek().text == "=>";
}

std::optional<U32> hex_digit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t at = kDigits.find(lower);
  if (at == kDigits.npos) return {};
  return static_cast<U32>(at);
}

// Appends what the word says, blanks between bytes left out. False if it is not hexadecimal.
bool append_hex(std::vector<std::uint8_t>& bytes, std::string_view text) {
  while (!text.empty()) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto high = hex_digit(text[0]);
    const auto low = text.size() > 1 ? hex_digit(text[1]) : std::nullopt;
    if (!high || !low) return false;
    bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
    text.remove_prefix(2);
  }
  return true;
}

// `bytes HEX...`
bool parse_bytes(Line& line, PacketStep& step) {
  constexpr std::string_view kExpected = "bytes, two hexadecimal digits each";
  const Word what = line.take();
  std::vector<std::uint8_t>& bytes = step.packet.bytes;
  while (!ends_packet(line)) {
    const Word word = line.take();
    if (!append_hex(bytes, word.text)) return line.fail_expected(kExpected, word);
  }
  if (bytes.empty()) return line.fail_expected(kExpected, line.peek());
  if (bytes.size() > kMost16) return line.fail(what, "no packet has more than 65535 bytes");
  step.summary = fmt::format("{} bytes", bytes.size());
  return true;
}

// `SRC > DST PROTO-PART`
bool parse_words(Line& line, PacketStep& step) {
  const std::size_t first = line.position();
  const auto source = line.host("an IP address");
  if (!source || !line.literal(">")) return false;
  const Word at = line.peek();
  const auto destination = line.host("an IP address");
  if (!destination) return false;
  if (source->family != destination->family) {
    return line.fail(at, "one address is of IPv4, the other of IPv6");
  }
  step.packet.family = source->family;
  step.packet.source = source->address;
  step.packet.destination = destination->address;

  // IPv6 has neither.
  unsigned parts = source->family == Family::ipv6 ? kIpId | kDontFragment : 0;
  const ProtocolWord* protocol = parse_head(line, step.packet, parts);
  if (protocol == nullptr) return false;
  step.summary = summary(line, first);
  return parse_fields(line, step, *protocol, parts);
}

}  // namespace

bool parse_packet(Line& line, PacketStep& step) {
  const bool bytes = line.peek().text == kBytesWord && !line.peek().quoted;
  if (!(bytes ? parse_bytes(line, step) : parse_words(line, step))) return false;
  if (line.peek().text == "drop") {
    line.take();
    step.drop = true;
  }
  return parse_expectations(line, step);
}

}  // namespace statewall
