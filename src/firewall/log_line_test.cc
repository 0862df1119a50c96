#include "firewall/log_line.h"

#include <gtest/gtest.h>

#include <string>

#include "firewall/testing.h"

// The numbers are those of the specification, section H.4.

namespace statewall {
namespace {

using namespace testing;
using rules::Hook;
using rules::LogTarget;

const Octets kFrame = hex("8e0d3a2c711e 020000000b02 0800");
const std::string kMac = "MAC=8e:0d:3a:2c:71:1e:02:00:00:00:0b:02:08:00 ";

std::string line(Sample& sample, const LogTarget& target = {}, bool modern = true) {
  TextWriter out;
  write_log_line(out, target, sample.subject, modern);
  return std::string(out.text());
}

/// The line without interfaces and addresses of the link: as OUTPUT logs it.
std::string headers(const Octets& packet, const LogTarget& target = {}, bool modern = true) {
  Sample sample(packet);
  sample.subject.hook = Hook::output;
  sample.subject.in = sample.subject.out = {};
  const std::string all = line(sample, target, modern);
  EXPECT_EQ(all.substr(0, 9), "IN= OUT= ");
  return all.substr(std::min<std::size_t>(all.size(), 9));
}
/// What stands behind the IPv4 header's part.
std::string transport(const Octets& packet, const LogTarget& target = {}, bool modern = true) {
  const std::string all = headers(packet, target, modern);
  const std::size_t at = all.find("PROTO=");
  return at == all.npos ? all : all.substr(at);
}

Octets numbered(std::string_view from, std::string_view to, std::uint8_t protocol,
                const Octets& payload, std::uint8_t ttl = 64, std::uint16_t id = 1,
                std::uint8_t tos = 0) {
  return ipv4({.source = address(from),
               .destination = address(to),
               .protocol = protocol,
               .ttl = ttl,
               .tos = tos,
               .id = id},
              payload);
}

/// The UDP datagram that the examples quote.
Octets quoted(std::string_view to = "10.0.2.2") {
  return numbered("10.0.1.2", to, protocol::udp, hex("03e8 07d0 0018 0000") + Octets(16));
}
const std::string kQuoted =
    "[SRC=10.0.1.2 DST=10.0.2.2 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=UDP SPT=1000 DPT=2000 "
    "LEN=24 ] ";

// H22, in the order of the examples.
TEST(LogLine, FragmentationNeededThatIsForwarded) {
  Sample sample(numbered("10.0.2.77", "10.0.1.2", 1, icmp(3, 4, 1300, quoted()), 63), kFrame);
  sample.subject.in = "rb";
  sample.subject.out = "ra";
  EXPECT_EQ(line(sample, {.prefix = "FWD: "}),
            "FWD: IN=rb OUT=ra " + kMac +
                "SRC=10.0.2.77 DST=10.0.1.2 LEN=72 TOS=0x00 PREC=0x00 TTL=63 ID=1 PROTO=ICMP "
                "TYPE=3 CODE=4 " +
                kQuoted + "MTU=1300 ");
}

TEST(LogLine, ARedirectThatComesIn) {
  Sample sample(numbered("10.0.2.77", "10.0.1.2", 1, icmp(5, 1, 0x0a000263, quoted())), kFrame);
  sample.subject.hook = Hook::prerouting;
  sample.subject.in = "rb";
  sample.subject.out = {};
  EXPECT_EQ(line(sample, {.prefix = "PRE: "}),
            "PRE: IN=rb OUT= " + kMac +
                "SRC=10.0.2.77 DST=10.0.1.2 LEN=72 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=ICMP "
                "TYPE=5 CODE=1 GATEWAY=10.0.2.99 " +
                kQuoted);
}

TEST(LogLine, AQuoteThatIsCut) {
  const Octets packet = numbered("10.0.2.77", "10.0.1.2", 1, icmp(3, 3, 0, first(quoted(), 24)));
  EXPECT_EQ(headers(packet),
            "SRC=10.0.2.77 DST=10.0.1.2 LEN=52 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=ICMP TYPE=3 "
            "CODE=3 [SRC=10.0.1.2 DST=10.0.2.2 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=UDP "
            "INCOMPLETE [4 bytes] ] ");
}

TEST(LogLine, AnErrorOfTheFirewallItself) {
  Sample sample(
      numbered("10.0.1.1", "10.0.1.2", 1, icmp(3, 3, 0, quoted("10.0.1.1")), 64, 6009, 0xc0));
  sample.subject.hook = Hook::output;
  sample.subject.in = {};
  sample.subject.out = "ra";
  EXPECT_EQ(line(sample, {.prefix = "OUT: "}),
            "OUT: IN= OUT=ra SRC=10.0.1.1 DST=10.0.1.2 LEN=72 TOS=0x00 PREC=0xC0 TTL=64 ID=6009 "
            "PROTO=ICMP TYPE=3 CODE=3 [SRC=10.0.1.2 DST=10.0.1.1 LEN=44 TOS=0x00 PREC=0x00 TTL=64 "
            "ID=1 PROTO=UDP SPT=1000 DPT=2000 LEN=24 ] ");
}

TEST(LogLine, PacketTooBig) {
  const Address a = address("fd00:1::2"), b = address("fd00:2::2");
  const Octets inner = built([&](auto out) {
    return build_ipv6(out, {.source = a, .destination = b, .next_header = 17},
                      hex("0007 0008 0018 0000") + Octets(16));
  });
  Octets big(1280);
  big.resize(build_icmpv6(big, b, a, 2, 0, 1280, inner));
  const Octets packet = built([&](auto out) {
    return build_ipv6(out, {.source = b, .destination = a, .next_header = 58, .hop_limit = 63},
                      big);
  });
  EXPECT_EQ(
      headers(packet),
      "SRC=fd00:0002:0000:0000:0000:0000:0000:0002 DST=fd00:0001:0000:0000:0000:0000:0000:0002 "
      "LEN=112 TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=ICMPv6 TYPE=2 CODE=0 "
      "[SRC=fd00:0001:0000:0000:0000:0000:0000:0002 DST=fd00:0002:0000:0000:0000:0000:0000:0002 "
      "LEN=64 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=UDP SPT=7 DPT=8 LEN=24 ] MTU=1280 ");
}

// H19.
TEST(LogLine, TheAddressesOfTheLinkByHookAndKernel) {
  Sample sample(numbered("10.0.0.1", "10.0.0.2", 253, {}), kFrame);
  const std::string behind =
      "SRC=10.0.0.1 DST=10.0.0.2 LEN=20 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=253 ";
  const auto at = [&](Hook hook, std::string_view in, std::string_view out, bool modern) {
    sample.subject.hook = hook;
    sample.subject.in = in;
    sample.subject.out = out;
    return line(sample, {}, modern);
  };
  for (const bool modern : {true, false}) {
    EXPECT_EQ(at(Hook::prerouting, "a", "", modern), "IN=a OUT= " + kMac + behind);
    EXPECT_EQ(at(Hook::input, "a", "", modern), "IN=a OUT= " + kMac + behind);
    EXPECT_EQ(at(Hook::postrouting, "", "b", modern), "IN= OUT=b " + behind);
    EXPECT_EQ(at(Hook::output, "", "b", modern), "IN= OUT=b " + behind);
  }
  EXPECT_EQ(at(Hook::forward, "a", "b", true), "IN=a OUT=b " + kMac + behind);
  EXPECT_EQ(at(Hook::forward, "a", "b", false), "IN=a OUT=b " + behind);
}

TEST(LogLine, AFrameOfAnotherLink) {
  Sample sample(numbered("10.0.0.1", "10.0.0.2", 253, {}));
  sample.subject.hook = Hook::input;
  EXPECT_EQ(line(sample).substr(0, 22), "IN=lan OUT=wan MAC= SR");
  Sample decoded(numbered("10.0.0.1", "10.0.0.2", 253, {}), kFrame);
  EXPECT_EQ(line(decoded, {.macdecode = true}).substr(15, 70),
            "MACSRC=02:00:00:00:0b:02 MACDST=8e:0d:3a:2c:71:1e MACPROTO=0800 SRC=10");
}

TEST(LogLine, TosAndFragments) {
  EXPECT_EQ(headers(numbered("10.0.0.1", "10.0.0.2", 253, {}, 64, 65535, 0xff)),
            "SRC=10.0.0.1 DST=10.0.0.2 LEN=20 TOS=0x1E PREC=0xE0 TTL=64 ID=65535 PROTO=253 ");
  const Octets plain = numbered("10.0.0.1", "10.0.0.2", 17, udp(1, 2));
  const auto flags = [&](const char* word) {
    const std::string all = headers(with(plain, 6, hex(word)));
    return all.substr(all.find("ID=1 ") + 5);
  };
  const std::string ports = "SPT=1 DPT=2 LEN=8 ";
  EXPECT_EQ(flags("0000"), "PROTO=UDP " + ports);
  EXPECT_EQ(flags("4000"), "DF PROTO=UDP " + ports);
  EXPECT_EQ(flags("2000"), "MF PROTO=UDP " + ports);
  EXPECT_EQ(flags("e000"), "CE DF MF PROTO=UDP " + ports);
  EXPECT_EQ(flags("20b9"), "MF FRAG:185 PROTO=UDP ") << "in units of 8 bytes";
  EXPECT_EQ(flags("0001"), "FRAG:1 PROTO=UDP ");
}

TEST(LogLine, IpOptions) {
  const Octets options = hex("94040000 01010100");
  const Octets packet =
      ipv4({.source = kA, .destination = kB, .protocol = 253, .options = options}, {});
  EXPECT_NE(headers(packet, {.ip_options = true}).find("ID=0 OPT (9404000001010100) PROTO=253 "),
            std::string::npos);
  EXPECT_EQ(headers(packet).find("OPT"), std::string::npos) << "only where they are asked for";
}

// H20.
TEST(LogLine, EachTypeOfIcmp) {
  const auto icmp_line = [](std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                            const Octets& payload = Octets(40)) {
    return transport(ipv4(1, icmp(type, code, rest, payload)));
  };
  const std::string begin = "PROTO=ICMP TYPE=";
  EXPECT_EQ(icmp_line(8, 0, 0x81090001), begin + "8 CODE=0 ID=33033 SEQ=1 ");
  EXPECT_EQ(icmp_line(0, 0, 0x0001ffff), begin + "0 CODE=0 ID=1 SEQ=65535 ");
  EXPECT_EQ(icmp_line(12, 0, 0x14000000, quoted()), begin + "12 CODE=0 PARAMETER=20 ")
      << "no bracket";
  for (const int type : {9, 10, 13, 14, 15, 16, 17, 18, 200}) {
    EXPECT_EQ(icmp_line(static_cast<std::uint8_t>(type), 3, 1),
              begin + std::to_string(type) + " CODE=3 ");
  }
  for (const int type : {3, 4, 11}) {
    EXPECT_EQ(icmp_line(static_cast<std::uint8_t>(type), 1, 0, quoted()),
              begin + std::to_string(type) + " CODE=1 " + kQuoted);
  }
}

TEST(LogLine, OnlyOneLevelOfQuotes) {
  const Octets inner = numbered("10.0.1.2", "10.0.2.2", 1, icmp(3, 4, 1400, quoted()));
  EXPECT_EQ(transport(ipv4(1, icmp(3, 1, 0, inner))),
            "PROTO=ICMP TYPE=3 CODE=1 [SRC=10.0.1.2 DST=10.0.2.2 LEN=72 TOS=0x00 PREC=0x00 TTL=64 "
            "ID=1 PROTO=ICMP TYPE=3 CODE=4 MTU=1400 ] ");
}

// H21.
TEST(LogLine, HowManyBytesEachTypeOfIcmpNeeds) {
  struct Case {
    std::uint8_t type;
    std::size_t modern, classic;
  };
  for (const Case& c : {Case{13, 20, 20}, Case{14, 20, 20}, Case{17, 12, 12}, Case{18, 12, 12},
                        Case{3, 28, 36}, Case{4, 28, 36}, Case{5, 28, 36}, Case{11, 28, 36},
                        Case{12, 28, 36}, Case{8, 8, 8}, Case{0, 8, 8}}) {
    for (const bool modern : {true, false}) {
      const std::size_t needed = modern ? c.modern : c.classic;
      const auto complete = [&](std::size_t bytes) {
        const std::string text =
            transport(ipv4(1, icmp(c.type, 0, 0, Octets(bytes - 8))), {}, modern);
        const std::string incomplete = " CODE=0 INCOMPLETE [" + std::to_string(bytes) + " bytes] ";
        return text.find(incomplete) == text.npos;
      };
      EXPECT_TRUE(complete(needed)) << int{c.type} << modern;
      if (needed > 8) {
        EXPECT_FALSE(complete(needed - 1)) << int{c.type} << modern;
      }
    }
  }
}

TEST(LogLine, ShortHeaders) {
  const auto cut = [](std::uint8_t protocol, std::size_t bytes, bool modern = true) {
    return transport(ipv4(protocol, Octets(bytes)), {}, modern);
  };
  EXPECT_EQ(cut(1, 7), "PROTO=ICMP INCOMPLETE [7 bytes] ");
  EXPECT_EQ(cut(1, 3, false), "PROTO=ICMP INCOMPLETE [3 bytes] ");
  EXPECT_EQ(cut(1, 4, false), "PROTO=ICMP TYPE=0 CODE=0 ID=0 SEQ=0 ");
  EXPECT_EQ(cut(6, 19), "PROTO=TCP INCOMPLETE [19 bytes] ");
  EXPECT_EQ(cut(17, 7), "PROTO=UDP INCOMPLETE [7 bytes] ");
  EXPECT_EQ(cut(50, 7), "PROTO=ESP INCOMPLETE [7 bytes] ");
  EXPECT_EQ(cut(51, 11), "PROTO=AH INCOMPLETE [11 bytes] ");
  EXPECT_EQ(cut(253, 0), "PROTO=253 ");
}

// H23.
TEST(LogLine, Tcp) {
  const Octets options = hex("020405b4");
  const Octets packet = ipv4(6, tcp({.source_port = 1025,
                                     .destination_port = 80,
                                     .sequence = 1000,
                                     .acknowledgement = 4294967295,
                                     .window = 512,
                                     .flags = 0xff,
                                     .urgent = 7,
                                     .options = options}));
  const std::string flags = "RES=0x00 CWR ECE URG ACK PSH RST SYN FIN URGP=7 ";
  EXPECT_EQ(transport(packet), "PROTO=TCP SPT=1025 DPT=80 WINDOW=512 " + flags);
  EXPECT_EQ(
      transport(packet, {.tcp_sequence = true, .tcp_options = true}),
      "PROTO=TCP SPT=1025 DPT=80 SEQ=1000 ACK=4294967295 WINDOW=512 " + flags + "OPT (020405B4) ");
  const Octets reserved = with(packet, 32, hex("6f02"));
  EXPECT_EQ(transport(reserved), "PROTO=TCP SPT=1025 DPT=80 WINDOW=512 RES=0x38 AE SYN URGP=7 ");
  EXPECT_EQ(transport(reserved, {}, false),
            "PROTO=TCP SPT=1025 DPT=80 WINDOW=512 RES=0x3c SYN URGP=7 ");
}

TEST(LogLine, OtherTransports) {
  EXPECT_EQ(transport(ipv4(17, udp(5000, 53))), "PROTO=UDP SPT=5000 DPT=53 LEN=8 ");
  EXPECT_EQ(transport(ipv4(136, udp(5000, 53))), "PROTO=UDPLITE SPT=5000 DPT=53 LEN=8 ");
  EXPECT_EQ(transport(ipv4(136, udp(5000, 53)), {}, false), "PROTO=136 ");
  EXPECT_EQ(transport(ipv4(50, hex("00abcdef 00000001"))), "PROTO=ESP SPI=0xabcdef ");
  EXPECT_EQ(transport(ipv4(51, hex("11040000 00000100 00000001"))), "PROTO=AH SPI=0x100 ");
  EXPECT_EQ(transport(ipv4(2, Octets(8))), "PROTO=2 ");
}

TEST(LogLine, MarkTosAndTtlAsTheyAreNow) {
  Sample sample(ipv4(253, {}));
  sample.subject.mark = 0xbeef;
  sample.subject.tos = 0x10;
  sample.subject.ttl = 9;
  const std::string text = line(sample);
  EXPECT_TRUE(text.ends_with("TOS=0x10 PREC=0x00 TTL=9 ID=0 PROTO=253 MARK=0xbeef ")) << text;
  EXPECT_TRUE(line(sample, {}, false).ends_with("PROTO=253 ")) << "kernels 2.4 tell no mark";
}

TEST(LogLine, Icmpv6) {
  const auto of = [](std::uint8_t type, std::uint32_t rest, const Octets& payload) {
    const Address a = address("2001:db8::1"), b = address("2001:db8::2");
    Octets bytes(1280);
    bytes.resize(build_icmpv6(bytes, a, b, type, 0, rest, payload));
    return transport(ipv6(58, bytes));
  };
  EXPECT_EQ(of(128, 0x00070001, {}), "PROTO=ICMPv6 TYPE=128 CODE=0 ID=7 SEQ=1 ");
  EXPECT_EQ(of(129, 0x00070001, {}), "PROTO=ICMPv6 TYPE=129 CODE=0 ID=7 SEQ=1 ");
  EXPECT_EQ(of(135, 0, Octets(16)), "PROTO=ICMPv6 TYPE=135 CODE=0 ");
  const std::string bracket =
      "[SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=2001:0db8:0000:0000:0000:0000:0000:0002 "
      "LEN=48 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=UDP SPT=1 DPT=2 LEN=8 ] ";
  const Octets inner = ipv6(17, hex("0001 0002 0008 0000"));
  EXPECT_EQ(of(1, 0, inner), "PROTO=ICMPv6 TYPE=1 CODE=0 " + bracket);
  EXPECT_EQ(of(3, 0, inner), "PROTO=ICMPv6 TYPE=3 CODE=0 " + bracket);
  EXPECT_EQ(of(4, 40, inner), "PROTO=ICMPv6 TYPE=4 CODE=0 POINTER=00000028 " + bracket);
}

}  // namespace
}  // namespace statewall
