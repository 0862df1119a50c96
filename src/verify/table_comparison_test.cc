#include "verify/table_comparison.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "statewall/packet.h"

namespace statewall {
namespace {

Connection udp_connection() {
  Connection connection;
  connection.original = {.source = Address::ipv4(0x0a000001),
                         .destination = Address::ipv4(0x0a000002),
                         .family = Family::ipv4,
                         .protocol = 17,
                         .source_port = 1,
                         .destination_port = 2};
  connection.reply = {.source = Address::ipv4(0x0a000002),
                      .destination = Address::ipv4(0x0a000001),
                      .family = Family::ipv4,
                      .protocol = 17,
                      .source_port = 2,
                      .destination_port = 1};
  return connection;
}

TEST(ComparableEntry, LeavesOutTimesAndUses) {
  EXPECT_EQ(comparable_entry("ipv4     2 udp      17 119 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 "
                             "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 zone=0 "
                             "use=2"),
            "ipv4 2 udp 17 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 "
            "sport=2 dport=1 [ASSURED] mark=0 zone=0");
  EXPECT_EQ(comparable_entry("ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 use=2"),
            "ipv4 2 tcp 6 ESTABLISHED src=10.0.0.1");
  EXPECT_EQ(
      comparable_entry("ipv4     2 gre      47 29 timeout=30, stream_timeout=180 src=10.0.0.1 "
                       "srckey=0x0 delta-time=3"),
      "ipv4 2 gre 47 src=10.0.0.1 srckey=0x0");
  EXPECT_EQ(comparable_entry(""), "");
}

TEST(CompareTables, TellsWhatOnlyOneHas) {
  const std::vector<Connection> ours{udp_connection()};
  const std::string same =
      "ipv4     2 udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] "
      "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 zone=0 use=2";
  EXPECT_FALSE(compare_tables(ours, std::vector{same}));
  EXPECT_FALSE(compare_tables({}, {}));
  const TableDifference twice = compare_tables(ours, std::vector{same, same});
  EXPECT_TRUE(twice.only_ours.empty());
  EXPECT_EQ(twice.only_kernels.size(), 1u);
  const TableDifference none = compare_tables(ours, {});
  EXPECT_TRUE(none);
  EXPECT_EQ(none.only_ours, std::vector{comparable_entry(same)});
}

}  // namespace
}  // namespace statewall
