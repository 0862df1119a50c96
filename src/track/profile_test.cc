#include "statewall/profile.h"

#include <gtest/gtest.h>

#include <set>

namespace statewall {
namespace {

TEST(Profile, EverySwitchIsOneFieldWithItsValueInEachProfile) {
  std::set<std::string_view> names;
  for (const Switch& row : switches()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(tutorial().*row.field, row.values[0]) << row.name;
    EXPECT_EQ(linux_2_4().*row.field, row.values[1]) << row.name;
    EXPECT_EQ(find_switch(row.name), &row);
    EXPECT_FALSE(row.meaning.empty());
    EXPECT_FALSE(row.source.empty());
  }
  // Each field of the struct has a row: behind the name, 32-bit fields and at most some padding.
  const std::size_t room = (sizeof(Profile) - sizeof(std::string_view)) / sizeof(std::uint32_t);
  EXPECT_LE(room - switches().size(), 1U);
}

TEST(Profile, IsFoundByName) {
  EXPECT_EQ(find_profile("tutorial"), &tutorial());
  EXPECT_EQ(find_profile("linux-2.4"), &linux_2_4());
  EXPECT_EQ(find_profile("linux-2.5"), nullptr);
}

// T10, D19: the names that kernels and the tutorial gave them.
TEST(Profile, SwitchesKnowNetfiltersNames) {
  EXPECT_EQ(find_switch("ip_ct_icmp_timeout"), find_switch("icmp_timeout"));
  EXPECT_EQ(find_switch("ip_conntrack_udp_timeout_stream"), find_switch("udp_timeout_stream"));
  EXPECT_EQ(find_switch("nf_conntrack_udp_stream_timeout"), find_switch("udp_timeout_stream"));
  EXPECT_EQ(find_switch("nf_conntrack_max")->name, "max");
  EXPECT_EQ(find_switch("ip_ct_tcp_timeout_established")->name, "tcp_timeout_established");
  EXPECT_EQ(find_switch("icmp"), nullptr);
  EXPECT_EQ(find_switch(""), nullptr);
}

struct Case {
  std::string_view name;
  std::string_view text;
  SwitchError error;
  std::uint32_t value;
};

TEST(Profile, ValuesAreReadAndHeldToTheirRange) {
  using enum SwitchError;
  const Case cases[] = {
      {"icmp_timeout", "10", none, 10},
      {"icmp_timeout", "0", none, 0},
      {"icmp_timeout", "2147483", none, 2147483},
      {"icmp_timeout", "2147484", out_of_range, 0},
      {"icmp_timeout", "99999999999", out_of_range, 0},
      {"icmp_timeout", "", not_a_number, 0},
      {"icmp_timeout", "-1", not_a_number, 0},
      {"icmp_timeout", "10s", not_a_number, 0},
      {"max", "0", out_of_range, 0},
      {"max", "1", none, 1},
      {"error_to_sender", "on", none, 1},
      {"error_to_sender", "no", none, 0},
      {"error_to_sender", "2", out_of_range, 0},
      {"error_to_sender", "maybe", not_a_number, 0},
      {"error_ends", "none", none, 0},
      {"error_ends", "3,11", none, 1U << 3 | 1U << 11},
      {"error_ends", "3,", not_a_type_set, 0},
      {"error_ends", "8", out_of_range, 0},
      {"error_ends", "99", out_of_range, 0},
      {"table_format", "ip_conntrack", none, 1},
      {"table_format", "xml", not_a_format, 0},
  };
  for (const Case& c : cases) {
    Profile profile = tutorial();
    const Switch& row = *find_switch(c.name);
    EXPECT_EQ(set_switch(profile, row, c.text), c.error) << c.name << "=" << c.text;
    EXPECT_EQ(profile.*row.field, c.error == none ? c.value : row.values[0]) << c.name;
  }
}

}  // namespace
}  // namespace statewall
