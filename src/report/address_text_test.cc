#include "report/address_text.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

namespace statewall {
namespace {

Address ipv6(const char* text) {
  Address address;
  EXPECT_EQ(inet_pton(AF_INET6, text, address.bytes.data()), 1) << text;
  return address;
}

TEST(AddressText, Ipv4IsDotted) {
  EXPECT_EQ(address_text(Address::ipv4(0xc0a80106), Family::ipv4), "192.168.1.6");
  EXPECT_EQ(address_text(Address::ipv4(0), Family::ipv4), "0.0.0.0");
  EXPECT_EQ(address_text(Address::ipv4(0xffffffff), Family::ipv4), "255.255.255.255");
}

TEST(AddressText, EveryOctetOfIpv4) {
  for (std::uint32_t octet = 0; octet < 256; ++octet) {
    EXPECT_EQ(address_text(Address::ipv4(octet << 24 | octet), Family::ipv4),
              std::to_string(octet) + ".0.0." + std::to_string(octet));
  }
}

TEST(AddressText, Ipv6IsCompressed) {
  // The rules of RFC 5952 4.2.1 to 4.2.3, 4.3 and 5, one by one.
  for (const char* text : {"::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1",
                           "2001:0:0:1::1", "2001:db8::1:0:0:1", "fe80::abcd:ef", "1:2:3:4:5:6:7:8",
                           "::ffff:192.0.2.1", "0:1:2:3:4:5:6:7", "1:2:3:4:5:6:7:0", "1:2::"}) {
    EXPECT_EQ(address_text(ipv6(text), Family::ipv6), text);
  }
}

TEST(AddressText, NoFamilyNoAddress) { EXPECT_EQ(address_text({}, Family::none), "?"); }

TEST(AddressText, WhateverIsPrintedIsReadBackTheSame) {
  std::mt19937 random(1);
  for (int i = 0; i < 10000; ++i) {
    Address address;
    for (std::size_t group = 0; group < 8; ++group) {
      if (random() % 2) continue;  // many zeros, so that all ways to compress occur
      address.bytes[2 * group] = static_cast<std::uint8_t>(random());
      address.bytes[2 * group + 1] = static_cast<std::uint8_t>(random());
    }
    const std::string text = address_text(address, Family::ipv6);
    EXPECT_EQ(ipv6(text.c_str()), address) << text;
  }
}

}  // namespace
}  // namespace statewall
