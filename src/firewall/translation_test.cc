#include "firewall/translation.h"

#include <gtest/gtest.h>

#include <string>

#include "firewall/testing.h"

namespace statewall {
namespace {

using namespace testing;

/// What is said of this rule, which stands in this chain.
std::string said(const char* chain, const char* target, Family family = Family::ipv4) {
  const std::string text = table("nat", std::string("-A ") + chain + " -p tcp -j " + target);
  const rules::Ruleset rules = ruleset(text, family);
  for (const rules::Chain& c : rules.table(rules::TableKind::nat)->chains) {
    if (c.rules.empty()) continue;
    TextWriter out;
    write_translation(out, *std::get_if<rules::NatTarget>(&c.rules[0].target), family);
    return std::string(out.text());
  }
  return "nothing";
}

TEST(Translation, InWords) {
  EXPECT_EQ(said("PREROUTING", "DNAT --to-destination 10.0.0.5"), "DNAT to 10.0.0.5");
  EXPECT_EQ(said("PREROUTING", "DNAT --to-destination 10.0.0.5:80"), "DNAT to 10.0.0.5:80");
  EXPECT_EQ(said("PREROUTING", "DNAT --to-destination 10.0.0.5-10.0.0.9:80-90"),
            "DNAT to 10.0.0.5-10.0.0.9:80-90");
  EXPECT_EQ(said("PREROUTING", "DNAT --to-destination :80"), "DNAT to port 80");
  EXPECT_EQ(said("POSTROUTING", "SNAT --to-source 192.0.2.1"), "SNAT to 192.0.2.1");
  EXPECT_EQ(said("POSTROUTING", "MASQUERADE"), "MASQUERADE");
  EXPECT_EQ(said("POSTROUTING", "MASQUERADE --to-ports 1024-2048"),
            "MASQUERADE to ports 1024-2048");
  EXPECT_EQ(said("PREROUTING", "REDIRECT --to-ports 8080"), "REDIRECT to port 8080");
  EXPECT_EQ(said("PREROUTING", "REDIRECT"), "REDIRECT");
  EXPECT_EQ(said("PREROUTING", "NETMAP --to 10.1.0.0/16"), "NETMAP to 10.1.0.0/255.255.0.0");
  EXPECT_EQ(said("PREROUTING", "DNAT --to-destination [fd00::5]:80", Family::ipv6),
            "DNAT to [fd00:0000:0000:0000:0000:0000:0000:0005]:80");
}

TEST(Translations, RememberAsManyAsThereIsRoomFor) {
  Translations translations;
  const auto id = [](std::uint64_t number) { return ConnectionId{number, 0}; };
  for (std::uint64_t i = 1; i <= Translations::kRoom; ++i) translations.add(id(i));
  translations.add(id(1));
  EXPECT_TRUE(translations.holds(id(1)));
  translations.add(id(Translations::kRoom + 1));
  EXPECT_FALSE(translations.holds(id(1))) << "the oldest goes";
  EXPECT_TRUE(translations.holds(id(2)));
  EXPECT_TRUE(translations.holds(id(Translations::kRoom + 1)));
}

}  // namespace
}  // namespace statewall
