#include "replay/what_if.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace statewall {
namespace {

TEST(WhatIf, EachVariantDiffersInTheOneSwitchThatItNames) {
  for (const Profile& profile : profiles()) {
    std::set<std::string> names;
    for (const Variant& variant : variants(profile)) {
      EXPECT_TRUE(names.insert(variant.name).second) << variant.name;
      int changed = 0;
      for (const Switch& row : switches()) {
        if (variant.profile.*row.field == profile.*row.field) continue;
        ++changed;
        EXPECT_TRUE(variant.name.starts_with(std::string(row.name) + "="));
        EXPECT_GE(variant.profile.*row.field, row.least);
        EXPECT_LE(variant.profile.*row.field, row.most);
      }
      EXPECT_EQ(changed, 1) << variant.name;
    }
  }
}

TEST(WhatIf, FlagsTurnOverTimeoutsStretchAndOtherProfilesCount) {
  std::set<std::string> names;
  for (const Variant& variant : variants(tutorial())) names.insert(variant.name);
  for (const char* name : {"icmp_answered_ends=off", "icmp_reply_refreshes=on",
                           "icmp_timeout=2147483", "quote_bytes_ports=4", "error_ends=none"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  for (const char* name : {"table_format=ip_conntrack", "clash_joins=on", "icmp_timeout=30"}) {
    EXPECT_FALSE(names.contains(name)) << name;
  }
}

}  // namespace
}  // namespace statewall
