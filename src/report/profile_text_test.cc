#include "report/profile_text.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

const Switch& row(std::string_view name) { return *find_switch(name); }

TEST(ProfileText, ValuesOfEachKind) {
  EXPECT_EQ(switch_value_text(row("icmp_further_query_new"), 1), "on");
  EXPECT_EQ(switch_value_text(row("icmp_further_query_new"), 0), "off");
  EXPECT_EQ(switch_value_text(row("icmp_timeout"), 30), "30");
  EXPECT_EQ(switch_value_text(row("error_ends"), 1U << 3 | 1U << 11 | 1U << 12), "3,11,12");
  EXPECT_EQ(switch_value_text(row("error_ends"), 0), "none");
  EXPECT_EQ(switch_value_text(row("table_format"), 0), "tutorial");
  EXPECT_EQ(switch_value_text(row("table_format"), 1), "ip_conntrack");
}

TEST(ProfileText, WhatIsPrintedCanBeSet) {
  for (const Switch& line : switches()) {
    for (const std::uint32_t value : line.values) {
      Profile profile{};
      EXPECT_EQ(set_switch(profile, line, switch_value_text(line, value)), SwitchError::none)
          << line.name;
      EXPECT_EQ(profile.*line.field, value) << line.name;
    }
  }
}

TEST(ProfileText, WhatASwitchTakes) {
  EXPECT_EQ(switch_range_text(row("icmp_timeout")), "0 to 2147483 seconds");
  EXPECT_EQ(switch_range_text(row("icmp_further_query_new")), "on or off");
  EXPECT_EQ(switch_range_text(row("quote_bytes_other")), "0 to 8 bytes");
  EXPECT_EQ(switch_range_text(row("max")), "1 to 1073741824");
  EXPECT_EQ(switch_range_text(row("error_ends")), "some of the ICMP types 3,4,5,11,12, or none");
  EXPECT_EQ(switch_range_text(row("table_format")),
            "tutorial, ip_conntrack, nf_conntrack or conntrack");
}

TEST(ProfileText, Names) {
  EXPECT_EQ(profile_names(),
            (std::vector<std::string_view>{"tutorial", "linux-2.4", "linux", "strict"}));
  EXPECT_EQ(switch_names().size(), switches().size());
}

}  // namespace
}  // namespace statewall
