#include "rules/address_parser.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace statewall::rules {
namespace {

// What the system's own parser says.
std::optional<Address> system_says(const std::string& text, Family family) {
  Address address;
  const int domain = family == Family::ipv6 ? AF_INET6 : AF_INET;
  if (inet_pton(domain, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

TEST(AddressParser, AgreesWithTheSystem) {
  const std::string texts[] = {"0.0.0.0",
                               "192.168.1.6",
                               "255.255.255.255",
                               "256.1.1.1",
                               "1.2.3",
                               "1.2.3.4.5",
                               "1.2.3.4.",
                               ".1.2.3.4",
                               "1..2.3",
                               "",
                               "a.b.c.d",
                               "1.2.3.-4",
                               "::",
                               "::1",
                               "1::",
                               "2001:db8::1",
                               "1:2:3:4:5:6:7:8",
                               "1:2:3:4:5:6:7",
                               "1:2:3:4:5:6:7:8:9",
                               "1:2:3:4:5:6:7::",
                               "::2:3:4:5:6:7:8",
                               "1::2::3",
                               ":::",
                               ":1",
                               "1:",
                               "12345::",
                               "g::",
                               "::ffff:192.0.2.1",
                               "::1.2.3",
                               "1:2:3:4:5:6:1.2.3.4",
                               "1:2:3:4:5:6:7:1.2.3.4",
                               "fe80::1%eth0",
                               "::1.2.3.4:5",
                               "FE80::ABCD",
                               "1:::2",
                               "::1:"};
  for (const std::string& text : texts) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      EXPECT_EQ(parse_address(text, family), system_says(text, family))
          << text << " as IPv" << static_cast<int>(family);
    }
  }
}

TEST(AddressParser, AgreesWithTheSystemOnRandomText) {
  constexpr std::string_view kLetters = "0123456789abf:::..";
  std::uint32_t random = 1;
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (std::uint32_t left = 1 + (random >> 16) % 14; left > 0; --left) {
      random = random * 1664525 + 1013904223;
      text += kLetters[(random >> 16) % kLetters.size()];
    }
    // Zeros before a decimal number are nothing here; some systems refuse them.
    if (text.find('0') != text.npos && text.find('.') != text.npos) continue;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      ASSERT_EQ(parse_address(text, family), system_says(text, family)) << text;
    }
  }
}

}  // namespace
}  // namespace statewall::rules
