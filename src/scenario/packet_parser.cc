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
// What fits into an IPv4 packet behind the longest headers that are made here.
constexpr std::uint32_t kMostPayload = kMost16 - 20 - 20;
constexpr std::uint32_t kMostCut = kMostQuoted - 20;
constexpr unsigned kAnyBit = kIcmpBit | kTcpBit | kUdpBit | kNumberBit;

// Fields: words that follow the head in any order, most of them with a value.

enum class Value { none, number, address, packet };

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
    {"bad-checksum", kIcmpBit | kTcpBit | kUdpBit, kChecksum, Value::none, 0,
     [](P& p, U32) { p.bad_checksum = true; }},
    {"code", kIcmpBit, kCode, Value::number, 255,
     [](P& p, U32 v) { p.icmp_code = static_cast<std::uint8_t>(v); }},
    {"id", kIcmpBit, kRestHigh, Value::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v << 16; }},
    {"seq", kIcmpBit, kRestLow, Value::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v; }},
    {"mtu", kIcmpBit, kRestLow, Value::number, kMost16, [](P& p, U32 v) { p.icmp_rest |= v; }},
    {"gateway", kIcmpBit, kRestHigh | kRestLow, Value::address, 0, [](P& p, U32 v) { p.icmp_rest = v; }},
    {"quoting", kIcmpBit, kPayload, Value::packet, 0, [](P& p, U32 v) { p.quoting = v; }},
    {"cut", kIcmpBit, kCut, Value::number, kMostCut, [](P& p, U32 v) { p.cut = v; }},
    {"seq", kTcpBit, kSequence, Value::number, kMost32, [](P& p, U32 v) { p.tcp_sequence = v; }},
    {"ack", kTcpBit, kAcknowledgement, Value::number, kMost32,
     [](P& p, U32 v) { p.tcp_acknowledgement = v; }},
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

std::optional<U32> field_value(Line& line, const Field& field, U32 own_number) {
  switch (field.value) {
    case Value::none: return 0;
    case Value::number: return line.number("a number", 0, field.most);
    case Value::packet: return packet_reference(line, own_number);
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
    const auto value = field_value(line, *field, step.number);
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

}  // namespace

bool parse_packet(Line& line, PacketStep& step) {
  const std::size_t first = line.position();
  const auto source = line.address("an IPv4 address");
  if (!source || !line.literal(">")) return false;
  const auto destination = line.address("an IPv4 address");
  if (!destination) return false;
  step.packet.source = *source;
  step.packet.destination = *destination;

  unsigned parts = 0;
  const ProtocolWord* protocol = parse_head(line, step.packet, parts);
  if (protocol == nullptr) return false;
  step.summary = summary(line, first);
  if (!parse_fields(line, step, *protocol, parts)) return false;

  if (line.peek().text == "drop") {
    line.take();
    step.drop = true;
  }
  return parse_expectations(line, step);
}

}  // namespace statewall
