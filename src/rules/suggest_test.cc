#include "rules/suggest.h"

#include <gtest/gtest.h>

#include <array>

namespace statewall {
namespace {

constexpr std::array<std::string_view, 4> kKnown = {"icmp_timeout", "udp_timeout", "max",
                                                    "buckets"};

TEST(Suggest, TheNearestNameIsOffered) {
  EXPECT_EQ(nearest("icmp_timeot", kKnown), "icmp_timeout");
  EXPECT_EQ(nearest("upd_timeout", kKnown), "udp_timeout");  // a swap is one slip
  EXPECT_EQ(nearest("MAX", kKnown), "max");
  EXPECT_EQ(nearest("bukets", kKnown), "buckets");
}

TEST(Suggest, FarOffNothingIsOffered) {
  EXPECT_EQ(nearest("tcp_window", kKnown), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest("icmp_timeout", {}), "");
}

TEST(Suggest, TheMessage) {
  EXPECT_EQ(unknown_name("switch", "icmp_timeot", kKnown),
            "unknown switch 'icmp_timeot'; did you mean 'icmp_timeout'?");
  EXPECT_EQ(unknown_name("switch", "colour", kKnown), "unknown switch 'colour'");
}

}  // namespace
}  // namespace statewall
