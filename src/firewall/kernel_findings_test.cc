#include <gtest/gtest.h>

#include <string_view>

#include "firewall/firewall.h"
#include "rules/loader.h"
#include "track/testing.h"
#include "wire/testing.h"

// What this machine's own iptables was found to do, packet by packet (`statewall verify --rules`),
// and nobody would have thought.

namespace statewall {
namespace {

using testing::hex, testing::Octets, testing::ipv4, testing::ipv6;

class KernelFindings : public ::testing::Test {
 protected:
  /// The verdict on a packet that is forwarded, with these rules in FORWARD.
  Verdict verdict(std::string_view rules, const Octets& bytes) {
    const bool six = bytes[0] >> 4 == 6;
    const std::string text = "*filter\n:FORWARD ACCEPT [0:0]\n" + std::string(rules) + "COMMIT\n";
    const auto loaded = rules::load(text, "x", {.family = six ? Family::ipv6 : Family::ipv4});
    EXPECT_TRUE(loaded.ruleset) << (loaded.ruleset ? "" : loaded.errors[0].text());
    if (!loaded.ruleset) return Verdict::none;
    FirewallConfig config;
    (six ? config.ipv6 : config.ipv4) = &*loaded.ruleset;
    Firewall firewall(config);
    testing::World world(linux_6());
    const Packet packet = read_ip(bytes);
    Lookup lookup;
    world.tracker().prepare({&packet, 1}, {&lookup, 1});
    const Decision decision =
        firewall.handle(world.tracker(), {.packet = packet, .bytes = bytes}, lookup, 0);
    answered_ = !firewall.answer().empty();
    return decision.verdict;
  }

  bool answered_ = false;
};

TEST_F(KernelFindings, PortsAreReadFromAHeaderThatIsCutBehindThem) {
  const Octets ports = ipv4(protocol::tcp, hex("0400 0050"));
  EXPECT_EQ(verdict("-A FORWARD -p tcp -m tcp --dport 80 -j REJECT\n", ports), Verdict::reject);
  EXPECT_EQ(verdict("-A FORWARD -p tcp -m tcp --dport 81 -j REJECT\n", ports), Verdict::accept);
  const Octets source = ipv4(protocol::udp, hex("0400"));
  EXPECT_EQ(verdict("-A FORWARD -p udp -m udp --sport 1024 -j REJECT\n", source), Verdict::reject);
  EXPECT_EQ(verdict("-A FORWARD -p udp -m udp --dport 0 -j REJECT\n", source), Verdict::accept);
}

TEST_F(KernelFindings, OtherConditionsOfTcpDropWhatLacksItsHeader) {
  const Octets ports = ipv4(protocol::tcp, hex("0400 0050"));
  EXPECT_EQ(verdict("-A FORWARD -p tcp -m tcp --tcp-option 8 -j ACCEPT\n", ports), Verdict::drop);
  EXPECT_EQ(verdict("-A FORWARD -p tcp -m tcp --syn -j REJECT\n", ports), Verdict::accept);
  const Octets short_query = ipv4(protocol::icmp, hex("0800 f7ff"));
  EXPECT_EQ(verdict("-A FORWARD -p icmp -m icmp --icmp-type 0 -j ACCEPT\n", short_query),
            Verdict::drop);
}

TEST_F(KernelFindings, AnAuthenticationHeaderIsTheTransportOfRules) {
  const Octets packet = ipv6(51, hex("11 00 0000 00000000") + hex("0400 0035 0008 0000"));
  EXPECT_EQ(verdict("-A FORWARD -p udp -j DROP\n", packet), Verdict::accept);
  EXPECT_EQ(verdict("-A FORWARD -p ah -j DROP\n", packet), Verdict::drop);
}

TEST_F(KernelFindings, ExtensionHeadersThatEndTooSoonHaveNoProtocol) {
  const Octets packet = ipv6(60, hex("3c"));
  EXPECT_EQ(verdict("-A FORWARD ! -p tcp -j DROP\n", packet), Verdict::accept);
  // One that tells what follows, though it is not there.
  EXPECT_EQ(verdict("-A FORWARD ! -p tcp -j DROP\n", ipv6(60, hex("0700"))), Verdict::drop);
}

TEST_F(KernelFindings, ALaterFragmentOfExtensionHeadersHasNoProtocol) {
  // Not a multiple of eight bytes: reassembly leaves it alone.
  const auto later = [](const char* next) {
    return ipv6(44, hex(next) + hex("00 0011 00000000") + hex("0000 8b00"));
  };
  EXPECT_EQ(verdict("-A FORWARD ! -p tcp -j DROP\n", later("3c")), Verdict::accept);
  EXPECT_EQ(verdict("-A FORWARD -p 60 -j DROP\n", later("3c")), Verdict::accept);
  EXPECT_EQ(verdict("-A FORWARD ! -p tcp -j DROP\n", later("11")), Verdict::drop);
  EXPECT_EQ(verdict("-A FORWARD ! -p tcp -j DROP\n", later("3b")), Verdict::drop) << "none";
}

TEST_F(KernelFindings, RejectAsksForChecksumsOfProtocolsThatHaveNone) {
  const std::string_view reject = "-A FORWARD -j REJECT\n";
  EXPECT_EQ(verdict(reject, ipv4(253, Octets(6))), Verdict::reject);
  EXPECT_TRUE(answered_) << "zeros are right";
  verdict(reject, ipv4(253, hex("0001")));
  EXPECT_FALSE(answered_);
  verdict(reject, ipv4(33, hex("0001")));
  EXPECT_FALSE(answered_) << "DCCP, since kernels know it no more";
  verdict(reject, ipv6(253, Octets(6)));
  EXPECT_FALSE(answered_) << "with a pseudo header";
  // GRE with a checksum, which is wrong.
  EXPECT_EQ(verdict(reject, ipv4(47, hex("8000 0800 1234 0000"))), Verdict::reject);
  EXPECT_TRUE(answered_);
}

}  // namespace
}  // namespace statewall
