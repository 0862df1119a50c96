#include <gtest/gtest.h>

#include "rules/testing.h"

// Ports, flags and types, and packets that are too short for them. What is expected of those is
// what a kernel did with them.

namespace statewall::rules {
namespace {

using namespace statewall::testing;

constexpr auto kYes = Matching::yes, kNo = Matching::no, kDrop = Matching::drop;

// From port 1000 to 80, a SYN; with a header of 28 bytes an MSS, a no-operation and what ends them.
const Octets kPorts = hex("03e8 0050");
const Octets kSyn = kPorts + hex("00000001 00000000 5002 ffff 0000 0000");
const Octets kOptions = kPorts + hex("00000001 00000000 7002 ffff 0000 0000 020405b4 01 00 0000");

Matching of(const Match& match, std::uint8_t number, const Octets& transport) {
  return test(match, Sample(ipv4(number, transport)));
}
Matching of_tcp(const TcpMatch& match, const Octets& header = kSyn) {
  return of(match, protocol::tcp, header);
}
/// The same behind a fragment offset.
Matching of_fragment(const Match& match, std::uint8_t number, const Octets& transport) {
  return test(match, Sample(with(ipv4(number, transport), 6, hex("0010"))));
}

TcpMatch flags(std::uint8_t mask, std::uint8_t set, bool inverted = false) {
  return {.flags_mask = mask, .flags = set, .flags_inverted = inverted};
}
TcpMatch option(std::uint8_t number, bool inverted = false) {
  return {.option = number, .option_inverted = inverted};
}

TEST(TcpMatch, Ports) {
  EXPECT_EQ(of_tcp({.source_port = {1000, 1000}}), kYes);
  EXPECT_EQ(of_tcp({.source_port = {999, 1001}}), kYes);
  EXPECT_EQ(of_tcp({.source_port = {0, 999}}), kNo);
  EXPECT_EQ(of_tcp({.source_port = {0, 999, true}}), kYes);
  EXPECT_EQ(of_tcp({.destination_port = {80, 80}}), kYes);
  EXPECT_EQ(of_tcp({.destination_port = {80, 80, true}}), kNo);
  EXPECT_EQ(of_tcp({.source_port = {1000, 1000}, .destination_port = {81, 90}}), kNo);
}

TEST(TcpMatch, FlagsUnderAMask) {
  EXPECT_EQ(of_tcp(flags(0x17, 0x02)), kYes);
  EXPECT_EQ(of_tcp(flags(0x17, 0x02, true)), kNo);
  EXPECT_EQ(of_tcp(flags(0x10, 0x10)), kNo);
  EXPECT_EQ(of_tcp(flags(0x10, 0x00)), kYes);
  EXPECT_EQ(of_tcp(flags(0x00, 0x00, true)), kNo) << "no flags of none, inverted";
}

TEST(TcpMatch, Options) {
  EXPECT_EQ(of_tcp(option(2), kOptions), kYes);
  EXPECT_EQ(of_tcp(option(1), kOptions), kYes);
  EXPECT_EQ(of_tcp(option(3), kOptions), kNo);
  EXPECT_EQ(of_tcp(option(3, true), kOptions), kYes);
  EXPECT_EQ(of_tcp(option(2, true), kOptions), kNo);
  EXPECT_EQ(of_tcp(option(2)), kNo) << "a header without any";
  const Octets without_length = with(kOptions, 20, hex("02000000"));
  EXPECT_EQ(of_tcp(option(9), without_length), kNo) << "a length of 0 counts as one";
}

TEST(TcpMatch, OptionsThatEndBehindTheHeader) {
  EXPECT_EQ(of_tcp(option(2), with(kSyn, 12, hex("60"))), kDrop);
  EXPECT_EQ(of_tcp(option(2), with(kSyn, 12, hex("40"))), kDrop) << "sixteen bytes of header";
}

TEST(TcpMatch, ShortHeaders) {
  EXPECT_EQ(of_tcp({}, first(kSyn, 19)), kDrop) << "who asks for nothing wants it whole";
  EXPECT_EQ(of_tcp(option(2), first(kSyn, 19)), kDrop);
  EXPECT_EQ(of_tcp({}, kSyn), kYes);
  EXPECT_EQ(of_tcp({.destination_port = {80, 80}}, first(kSyn, 4)), kYes);
  EXPECT_EQ(of_tcp({.destination_port = {80, 80}}, first(kSyn, 3)), kNo);
  EXPECT_EQ(of_tcp({.destination_port = {81, 81, true}}, first(kSyn, 3)), kNo)
      << "nor is it not 81";
  EXPECT_EQ(of_tcp({.source_port = {1000, 1000}}, first(kSyn, 2)), kYes);
  EXPECT_EQ(of_tcp(flags(0x02, 0x02), first(kSyn, 14)), kYes);
  EXPECT_EQ(of_tcp(flags(0x02, 0x02), first(kSyn, 13)), kNo);
}

TEST(TransportMatches, LaterFragmentsMeetNone) {
  const Octets enough(40);
  EXPECT_EQ(of_fragment(TcpMatch{}, protocol::tcp, enough), kNo);
  EXPECT_EQ(of_fragment(UdpMatch{}, protocol::udp, enough), kNo);
  EXPECT_EQ(of_fragment(IcmpMatch{.any = true}, protocol::icmp, enough), kNo);
  EXPECT_EQ(of_fragment(IcmpMatch{.type = 1, .inverted = true}, protocol::icmp, enough), kNo);
  EXPECT_EQ(of_fragment(MultiportMatch{.inverted = true}, protocol::tcp, enough), kNo);
  EXPECT_EQ(of_fragment(SctpMatch{}, protocol::sctp, enough), kNo);
  EXPECT_EQ(of_fragment(EspMatch{}, 50, enough), kNo);
  EXPECT_EQ(of_fragment(AhMatch{}, 51, enough), kNo);
}

TEST(UdpMatch, PortsAndShortHeaders) {
  const Octets header = kPorts + hex("0008 0000");
  const auto of_udp = [&](const UdpMatch& match, std::size_t length = 8) {
    return of(match, protocol::udp, first(header, length));
  };
  EXPECT_EQ(of_udp({.source_port = {1000, 1000}, .destination_port = {53, 80}}), kYes);
  EXPECT_EQ(of_udp({.destination_port = {53, 53}}), kNo);
  EXPECT_EQ(of_udp({.destination_port = {53, 53, true}}), kYes);
  EXPECT_EQ(of_udp({}, 7), kDrop);
  EXPECT_EQ(of_udp({.destination_port = {80, 80}}, 4), kYes);
  EXPECT_EQ(of_udp({.destination_port = {80, 80}}, 3), kNo);
}

TEST(IcmpMatch, TypesAndCodes) {
  const auto of_icmp = [](const IcmpMatch& match, std::size_t length = 8) {
    return of(match, protocol::icmp, first(hex("0304 0000 00000000"), length));
  };
  EXPECT_EQ(of_icmp({.any = true, .type = 200}), kYes);
  EXPECT_EQ(of_icmp({.type = 3}), kYes);
  EXPECT_EQ(of_icmp({.type = 8}), kNo);
  EXPECT_EQ(of_icmp({.type = 8, .inverted = true}), kYes);
  EXPECT_EQ(of_icmp({.type = 3, .code_low = 4, .code_high = 4}), kYes);
  EXPECT_EQ(of_icmp({.type = 3, .code_low = 0, .code_high = 3}), kNo);
  EXPECT_EQ(of_icmp({.type = 3, .code_low = 5, .code_high = 5, .inverted = true}), kYes);
  EXPECT_EQ(of_icmp({.type = 3}, 7), kDrop);
}

TEST(MultiportMatch, EitherSideOfAnyRange) {
  using Which = MultiportMatch::Which;
  const auto of_ports = [](const MultiportMatch& match, std::size_t length = 20) {
    return of(match, protocol::tcp, first(kSyn, length));
  };
  const std::vector<Range<std::uint16_t>> ports = {{22, 22}, {70, 90}};
  EXPECT_EQ(of_ports({.which = Which::destination, .ports = ports}), kYes);
  EXPECT_EQ(of_ports({.which = Which::source, .ports = ports}), kNo);
  EXPECT_EQ(of_ports({.which = Which::either, .ports = ports}), kYes);
  EXPECT_EQ(of_ports({.which = Which::either, .ports = {{1000, 1000}}}), kYes);
  EXPECT_EQ(of_ports({.which = Which::either, .ports = {{1, 2}}}), kNo);
  EXPECT_EQ(of_ports({.which = Which::source, .ports = ports, .inverted = true}), kYes);
  EXPECT_EQ(of_ports({.which = Which::either, .ports = ports, .inverted = true}), kNo);
  EXPECT_EQ(of_ports({.ports = ports}, 4), kYes);
  EXPECT_EQ(of_ports({.ports = ports}, 3), kDrop);
}

class SctpChunks : public ::testing::Test {
 protected:
  using Chunks = SctpMatch::Chunks;

  static SctpMatch asks(Chunks chunks, std::initializer_list<std::size_t> types,
                        bool inverted = false) {
    SctpMatch match{.chunks_given = true, .chunks = chunks};
    for (const std::size_t type : types) match.types.set(type);
    match.chunks_inverted = inverted;
    return match;
  }
  static Matching of_sctp(const SctpMatch& match, const Octets& chunks = kChunks) {
    return of(match, protocol::sctp, kPorts + hex("00000001 00000000") + chunks);
  }

  /// DATA (0) that ends a message, of 17 bytes and three to fill it up, and COOKIE ACK (11).
  inline static const Octets kChunks = hex("0001 0011") + Octets(16) + hex("0b00 0004");
};

TEST_F(SctpChunks, PortsAlone) {
  EXPECT_EQ(of_sctp({.source_port = {1000, 1000}, .source_given = true}), kYes);
  EXPECT_EQ(of_sctp({.destination_port = {81, 81}, .destination_given = true}), kNo);
  EXPECT_EQ(of({SctpMatch{}}, protocol::sctp, kPorts + Octets(7)), kDrop);
}

TEST_F(SctpChunks, AnyAllNoneOnly) {
  EXPECT_EQ(of_sctp(asks(Chunks::any, {11, 20})), kYes);
  EXPECT_EQ(of_sctp(asks(Chunks::any, {20})), kNo);
  EXPECT_EQ(of_sctp(asks(Chunks::any, {20}, true)), kYes);
  EXPECT_EQ(of_sctp(asks(Chunks::all, {0, 11})), kYes);
  EXPECT_EQ(of_sctp(asks(Chunks::all, {0})), kYes);
  EXPECT_EQ(of_sctp(asks(Chunks::all, {0, 20})), kNo);
  EXPECT_EQ(of_sctp(asks(Chunks::none, {20})), kYes);
  EXPECT_EQ(of_sctp(asks(Chunks::none, {0})), kNo);
  EXPECT_EQ(of_sctp(asks(Chunks::only, {0, 11, 20})), kYes);
  EXPECT_EQ(of_sctp(asks(Chunks::only, {0})), kNo);
}

TEST_F(SctpChunks, FlagsOfAType) {
  SctpMatch match = asks(Chunks::any, {0});
  match.flags = {{.type = 0, .mask = 0x03, .flags = 0x01}};
  EXPECT_EQ(of_sctp(match), kYes);
  match.flags = {{.type = 0, .mask = 0x03, .flags = 0x02}};
  EXPECT_EQ(of_sctp(match), kNo);
  match.flags = {{.type = 11, .mask = 0x01, .flags = 0x01}};
  EXPECT_EQ(of_sctp(match), kYes) << "the flags of another type";
}

TEST_F(SctpChunks, BrokenOnes) {
  EXPECT_EQ(of_sctp(asks(Chunks::any, {20}), hex("0000 0000")), kDrop) << "no length";
  EXPECT_EQ(of_sctp(asks(Chunks::any, {20}), hex("0000 00")), kDrop) << "three bytes";
  EXPECT_EQ(of_sctp(asks(Chunks::any, {0}, true), hex("0000 0000")), kDrop) << "inverted or not";
  EXPECT_EQ(of_sctp(asks(Chunks::any, {20}), hex("0000 0100")), kNo) << "longer than the packet";
}

TEST(EspMatch, ItsSpi) {
  const Octets header = hex("00000100 00000001");
  EXPECT_EQ(of(EspMatch{{0x100, 0x100}}, 50, header), kYes);
  EXPECT_EQ(of(EspMatch{{0x101, 0x200}}, 50, header), kNo);
  EXPECT_EQ(of(EspMatch{{0x101, 0x200, true}}, 50, header), kYes);
  EXPECT_EQ(of(EspMatch{{0x100, 0x100}}, 50, first(header, 7)), kDrop);
}

TEST(AhMatch, InIpv4ByItsSpi) {
  const Octets header = hex("11 04 0000 00000100 00000001");
  EXPECT_EQ(of(AhMatch{{0x100, 0x100}}, 51, header), kYes);
  EXPECT_EQ(of(AhMatch{{0x100, 0x100, true}}, 51, header), kNo);
  EXPECT_EQ(of(AhMatch{}, 51, first(header, 11)), kDrop);
}

TEST(AhMatch, InIpv6AmongTheExtensionHeaders) {
  const auto of_six = [](const AhMatch& match, const Octets& rest, std::uint8_t kind = 51) {
    return test(match, Sample(ipv6(kind, rest)));
  };
  const Octets header = hex("3b 04 0000 00000100 00000001 000000000000000000000000");
  EXPECT_EQ(of_six({.spi = {0x100, 0x100}}, header), kYes);
  EXPECT_EQ(of_six({.spi = {0x101, 0x101}}, header), kNo);
  EXPECT_EQ(of_six({.length = {24, 24}}, header), kYes);
  EXPECT_EQ(of_six({.length = {0, 23}}, header), kNo);
  EXPECT_EQ(of_six({.reserved_zero = true}, header), kYes);
  EXPECT_EQ(of_six({.reserved_zero = true}, with(header, 2, hex("0001"))), kNo);
  EXPECT_EQ(of_six({}, first(header, 11)), kDrop);
  EXPECT_EQ(of_six({}, hex("0001 0002 0008 0000"), protocol::udp), kNo) << "there is none";
}

}  // namespace
}  // namespace statewall::rules
