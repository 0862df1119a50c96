#include "track/classify.h"

#include <gtest/gtest.h>

#include "track/testing.h"

namespace statewall {
namespace {

using namespace testing;

Reason reason_of(WireError error, bool cut, std::uint32_t l4_length = 40) {
  Packet packet = echo(A, B, 7);
  packet.error = error;
  packet.cut = cut;
  packet.l4_length = l4_length;
  Lookup lookup;
  classify(packet, tutorial(), lookup);
  return lookup.plan >= Lookup::Plan::query ? Reason::count : lookup.reason;
}

// A cut frame is not excused for what is wrong in the part of it that is there.
TEST(Classify, TheSnapLengthExcusesOnlyWhatItTook) {
  using enum WireError;
  for (const WireError error :
       {link_short, ipv4_short, ipv4_options_short, ipv6_short, ipv6_extension_short, icmp_short}) {
    EXPECT_EQ(reason_of(error, true), Reason::cut_short) << slug(error);
  }
  for (const WireError error : {ipv4_version, ipv4_header_length, ipv4_total_length, ipv4_truncated,
                                ipv4_checksum, ipv6_version, ipv6_truncated}) {
    EXPECT_EQ(reason_of(error, true), Reason::ip_unreadable) << slug(error);
    EXPECT_EQ(reason_of(error, false), Reason::ip_unreadable) << slug(error);
  }
  EXPECT_EQ(reason_of(link_short, false), Reason::link_unreadable);
  EXPECT_EQ(reason_of(ipv4_short, false), Reason::ip_unreadable);
}

TEST(Classify, APacketTooShortByItsOwnLengthIsInvalidThoughCut) {
  EXPECT_EQ(reason_of(WireError::icmp_short, true, 8), Reason::cut_short);
  EXPECT_EQ(reason_of(WireError::icmp_short, true, 7), Reason::header_short);
  EXPECT_EQ(reason_of(WireError::icmp_short, false, 7), Reason::header_short);
}

// The classic kernels do not hold these against a packet (E23, D25).
TEST(Classify, LengthsThatKernels24DoNotCheckAreNoFault) {
  EXPECT_EQ(reason_of(WireError::none, false), Reason::count);
  EXPECT_EQ(reason_of(WireError::none, true), Reason::count) << "tracked by its headers";
  Packet packet = tcp(A, B, 1, 2, tcp_flag::syn);
  packet.error = WireError::tcp_data_offset;
  Lookup lookup;
  classify(packet, linux_2_4(), lookup);
  EXPECT_EQ(lookup.plan, Lookup::Plan::flow);
  packet = udp(A, B, 1, 2);
  packet.error = WireError::udp_length;
  classify(packet, linux_2_4(), lookup);
  EXPECT_EQ(lookup.plan, Lookup::Plan::datagram);
}

}  // namespace
}  // namespace statewall
