#include "verify/campaign.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::icmp, testing::ipv4, testing::read;

const testing::Octets kBytes = ipv4(1, icmp(42, 0, 0));
const CampaignPacket kPacket{kBytes};

TEST(Campaign, APacketThatDiffersAsAScenario) {
  CampaignDifference difference{{kPacket, kPacket}, BothVerdicts{}, {}, 0};
  difference.packet->packet = read(kBytes);
  difference.packet->ours.state = State::invalid;
  difference.packet->ours.reason = Reason::icmp_type_untracked;
  difference.packet->kernels.state = State::new_;
  difference.packet->kernels.direction = Direction::original;
  EXPECT_EQ(scenario_of(difference, "profile linux\n"),
            "statewall-scenario 1\n"
            "profile linux\n"
            "# packet 2: IP 192.168.1.6 > 10.0.0.10: ICMP type 42 (Extended Echo Request), length "
            "8\n"
            "#     statewall INVALID; is ICMP type 42, which neither asks, answers nor reports on "
            "a packet\n"
            "#     kernel    NEW original\n"
            "0  192.168.1.6 > 10.0.0.10 icmp 42/0 length 0\n"
            "0  192.168.1.6 > 10.0.0.10 icmp 42/0 length 0  => state NEW direction original\n");
}

TEST(Campaign, TablesThatDifferAsAScenario) {
  const CampaignDifference difference{{kPacket}, {}, {{"a"}, {"b"}}, 1};
  EXPECT_EQ(scenario_of(difference, ""),
            "statewall-scenario 1\n"
            "# the tables at the end:\n"
            "#     only statewall: a\n"
            "#     only kernel:    b\n"
            "0  192.168.1.6 > 10.0.0.10 icmp 42/0 length 0\n"
            "0  table 1\n");
}

}  // namespace
}  // namespace statewall
