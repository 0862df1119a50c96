#include "scenario/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "report/address_text.h"
#include "report/packet_text.h"
#include "scenario/extension_words.h"
#include "scenario/hex.h"
#include "scenario/packet_head.h"
#include "scenario/packet_parser.h"
#include "statewall/packet.h"
#include "wire/bytes.h"

namespace statewall {
namespace {

using Packets = std::span<const WrittenPacket>;

// What the words are taken from.
struct View {
  Packets before;
  const PacketBytes& bytes;
  Packet packet;
  Bytes l4 = {};
  std::uint8_t protocol = 0;  // of what stands in it
  std::string words = {};

  template <typename... T>
  void add(fmt::format_string<T...> format, T&&... values) {
    fmt::format_to(std::back_inserter(words), format, std::forward<T>(values)...);
  }
  // Most numbers are 0 if no word says otherwise.
  void number(std::string_view word, std::uint32_t value, std::uint32_t usual = 0) {
    if (value != usual) add(" {} {}", word, value);
  }
};

// Names joined by commas: those whose bit is set.
std::string flags_text(std::uint8_t flags) {
  std::string out;
  const auto names = tcp_flag_names();
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    if ((flags >> bit & 1) == 0) continue;
    if (!out.empty()) out += ',';
    out += names[bit];
  }
  return out.empty() ? "none" : out;
}

// What it carries: zeros by their number, a few other bytes as they are.
void carried(View& view, Bytes payload, std::uint32_t usual = 0) {
  constexpr std::size_t kMost = 64;
  const std::span<const std::uint8_t> bytes(payload.data(), payload.size());
  const bool zeros = std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
  if (zeros || bytes.size() > kMost) {
    view.number("length", static_cast<std::uint32_t>(payload.size()), usual);
  } else {
    view.add(" payload 0x{}", hex_text(bytes));
  }
}

// The packet before that this payload quotes, the last one if there are several.
void quote(View& view, Bytes payload) {
  for (std::size_t number = view.before.size(); number > 0; --number) {
    const PacketBytes& sent = view.before[number - 1].bytes;
    if (sent.size() < payload.size() || payload.size() < 20 ||
        !std::equal(payload.data(), payload.data() + payload.size(), sent.begin())) {
      continue;
    }
    view.add(" quoting #{}", number);
    const std::size_t header = sent[0] >> 4 == 6 ? 40 : std::size_t{sent[0] & 0xfU} * 4;
    const bool six = view.packet.headers.family == Family::ipv6;
    const std::size_t usual = std::min<std::size_t>(sent.size(), six ? kMostQuoted6 : kMostQuoted);
    if (payload.size() != usual && payload.size() >= header) {
      view.add(" cut {}", payload.size() - header);
    }
    return;
  }
  carried(view, payload, 0xffffffff);
}

void icmp(View& view, std::string_view protocol) {
  constexpr std::size_t kHeader = 8;
  view.add("{} {}/{}", protocol, view.l4.u8(0), view.l4.u8(1));
  view.number("id", view.l4.u16(4));
  view.number("seq", view.l4.u16(6));
  quote(view, view.l4.from(kHeader));
}

void tcp_options(View& view, Bytes options) {
  enum Kind : std::uint8_t { kEnd, kFiller, kMss, kScale, kSackPermitted, kSack, kTimestamps = 8 };
  for (std::size_t at = 0; at < options.size() && options.u8(at) != kEnd;) {
    const std::uint8_t kind = options.u8(at);
    const std::size_t length = kind == kFiller ? 1 : std::max<std::size_t>(2, options.u8(at + 1));
    if (kind == kMss) view.add(" mss {}", options.u16(at + 2));
    if (kind == kSackPermitted) view.add(" sack-ok");
    if (kind == kScale) view.add(" wscale {}", options.u8(at + 2));
    if (kind == kTimestamps) {
      view.add(" tsval {} tsecr {}", options.u32(at + 2), options.u32(at + 6));
    }
    for (std::size_t block = at + 2; kind == kSack && block + 8 <= at + length; block += 8) {
      view.add("{}{}-{}", block == at + 2 ? " sack " : ",", options.u32(block),
               options.u32(block + 4));
    }
    at += length;
  }
}

void ports(View& view, std::string_view protocol) {
  view.add("{} {} > {}", protocol, view.l4.u16(0), view.l4.u16(2));
}

void tcp(View& view) {
  constexpr std::size_t kHeader = 20;
  constexpr std::uint32_t kUsualWindow = 65535;
  const std::size_t end = std::size_t{view.l4.u8(12)} / 16 * 4;
  ports(view, "tcp");
  view.add(" {}", flags_text(view.l4.u8(13)));
  view.number("seq", view.l4.u32(4));
  view.number("ack", view.l4.u32(8));
  view.number("win", view.l4.u16(14), kUsualWindow);
  view.number("urgent", view.l4.u16(18));
  tcp_options(view, view.l4.first(end).from(kHeader));
  carried(view, view.l4.from(end));
}

void udp(View& view) {
  constexpr std::size_t kHeader = 8;
  const bool lite = view.protocol == kUdpLite;
  ports(view, lite ? "udplite" : "udp");
  if (lite) view.number("coverage", view.l4.u16(4));
  carried(view, view.l4.from(kHeader));
}

void sctp(View& view) {
  constexpr std::uint8_t kInit = 1, kInitAck = 2;
  ports(view, "sctp");
  std::uint32_t initiate = 0;
  char before = ' ';
  std::size_t at = 12;
  for (; at + 4 <= view.l4.size() && view.l4.u8(at) < sctp_chunk_names().size();) {
    const std::uint8_t type = view.l4.u8(at);
    view.add("{}{}", before, sctp_chunk_names()[type]);
    before = ',';
    if (type == kInit || type == kInitAck) initiate = view.l4.u32(at + 4);
    at += (std::max<std::size_t>(4, view.l4.u16(at + 2)) + 3) / 4 * 4;
  }
  if (before == ' ') view.add(" none");
  view.number("vtag", view.l4.u32(4));
  view.number("itag", initiate);
  carried(view, view.l4.from(at));
}

void gre(View& view) {
  constexpr std::uint16_t kVersion = 7, kIpv4 = 0x0800;
  const std::uint16_t flags = view.l4.u16(0);
  view.add("gre");
  view.number("version", flags & kVersion);
  view.number("carries", view.l4.u16(2), kIpv4);
  struct Part {
    std::uint16_t flag;
    std::string_view word;
  };
  constexpr Part kParts[] = {{kGreKey, "key"}, {kGreSequence, "seq"}, {kGreAcknowledgement, "ack"}};
  std::size_t at = 4;
  for (const Part& part : kParts) {
    if ((flags & part.flag) == 0) continue;
    view.add(" {} {}", part.word, view.l4.u32(at));
    at += 4;
  }
  carried(view, view.l4.from(at));
}

void esp(View& view) {
  constexpr std::size_t kHeader = 8;
  view.add("esp");
  view.number("spi", view.l4.u32(0));
  view.number("seq", view.l4.u32(4));
  carried(view, view.l4.from(kHeader));
}

void igmp(View& view) {
  constexpr std::size_t kHeader = 8;
  view.add("igmp {}/{}", view.l4.u8(0), view.l4.u8(1));
  if (view.l4.u32(4) != 0) view.add(" group {}", address_text(view.l4.ipv4(4), Family::ipv4));
  carried(view, view.l4.from(kHeader));
}

void transport(View& view) {
  switch (view.protocol) {
    case protocol::icmp: return icmp(view, "icmp");
    case protocol::icmpv6: return icmp(view, "icmp6");
    case protocol::tcp: return tcp(view);
    case protocol::udp:
    case kUdpLite: return udp(view);
    case kSctp: return sctp(view);
    case kGre: return gre(view);
    case kEsp: return esp(view);
    case kIgmp: return igmp(view);
    default: break;
  }
  view.add("proto {}", view.protocol);
  carried(view, view.l4);
}

// What the IP header says besides.
void ip_words(View& view) {
  constexpr std::uint32_t kUsualTtl = 64;
  const Bytes header(view.bytes);
  view.number("ttl", view.packet.headers.ttl, kUsualTtl);
  if (view.packet.headers.family == Family::ipv6) {
    view.number("tos", header.u32(0) >> 20 & 0xff);
    view.number("flow", header.u32(0) & 0xfffff);
    return;
  }
  constexpr std::size_t kHeader = 20;
  const std::size_t length = std::size_t{header.u8(0) & 0xfU} * 4;
  view.number("tos", header.u8(1));
  view.number("ip-id", header.u16(4));
  if ((header.u8(6) & 0x40) != 0) view.add(" df");
  if (length > kHeader) {
    const Bytes options = header.first(length).from(kHeader);
    view.add(" ip-options {}", hex_text({options.data(), options.size()}));
  }
}

// Words that would make this packet, if there are any that do.
std::string guess(Packets before, const PacketBytes& bytes) {
  View view{before, bytes, read_ip(bytes)};
  const Headers& h = view.packet.headers;
  if (h.family == Family::none) return {};
  const ExtensionWords headers = extension_words(bytes);
  view.l4 = Bytes(bytes).from(headers.end);
  view.protocol = headers.protocol;
  view.add("{} > {} ", address_text(h.source, h.family), address_text(h.destination, h.family));
  view.words += headers.words;
  transport(view);
  ip_words(view);
  if (view.packet.l4_checksum == Checksum::bad) view.add(" bad-checksum");
  return view.words;
}

// Do the words make these bytes?
bool makes(const std::string& words, Packets before, const PacketBytes& bytes) {
  std::vector<Error> errors;
  Line line("words", 1, words, errors);
  PacketStep step;
  step.number = static_cast<std::uint32_t>(before.size()) + 1;
  if (!parse_packet(line, step, {})) return false;
  std::vector<PacketBytes> sent(before.size());
  // Only the one that it quotes is asked for.
  if (step.packet.quoting != 0)
    sent[step.packet.quoting - 1] = before[step.packet.quoting - 1].bytes;
  return make_packet(step.packet, sent) == bytes;
}

}  // namespace

std::string packet_words(Packets packets, std::size_t index) {
  constexpr std::size_t kGroup = 4;
  const PacketBytes& bytes = packets[index].bytes;
  const std::string words = guess(packets.first(index), bytes);
  return !words.empty() && makes(words, packets.first(index), bytes)
             ? words
             : fmt::format("{} {}", kBytesWord, hex_text(bytes, kGroup));
}

std::string scenario_text(Packets packets, std::string_view head) {
  std::string out = "statewall-scenario 1\n";
  out += head;
  for (std::size_t index = 0; index < packets.size(); ++index) {
    const std::string words = packet_words(packets, index);
    if (words.starts_with(kBytesWord)) {
      out +=
          fmt::format("# packet {}: {}\n", index + 1, packet_text(read_ip(packets[index].bytes)));
    }
    out += fmt::format("0  {}", words);
    if (!packets[index].expectations.empty()) out += "  => " + packets[index].expectations;
    out += '\n';
  }
  return out;
}

}  // namespace statewall
