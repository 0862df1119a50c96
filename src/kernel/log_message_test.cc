#include "kernel/log_message.h"

#include <gtest/gtest.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include <string_view>
#include <vector>

namespace statewall {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put16(Bytes& bytes, std::size_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value));
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
}

void put_attribute(Bytes& bytes, std::uint16_t type, std::span<const std::uint8_t> value) {
  put16(bytes, 4 + value.size());
  put16(bytes, type);
  bytes.insert(bytes.end(), value.begin(), value.end());
  while (bytes.size() % 4 != 0) bytes.push_back(0);
}

/// A datagram with one log message, little-endian as this machine is.
Bytes datagram(std::uint16_t type, std::uint8_t group, std::string_view prefix,
               const Bytes& link_header) {
  Bytes body{2, 0, 0, group};
  const Bytes text(prefix.begin(), prefix.end());
  put_attribute(body, NFULA_PREFIX, text);
  put_attribute(body, NFULA_HWHEADER, link_header);
  Bytes all;
  put16(all, 16 + body.size());
  put16(all, 0);
  put16(all, type);
  all.resize(16);
  all.insert(all.end(), body.begin(), body.end());
  return all;
}

constexpr std::uint16_t kPacket = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET;
const Bytes kLinkHeader{2, 1, 0, 0, 0, 0, 2, 0, 1, 2, 3, 4, 8, 0};

TEST(NetlinkMessages, TellsEachMessageAndItsAttributes) {
  Bytes bytes = datagram(kPacket, 1, "n", kLinkHeader);
  const Bytes second = datagram(NLMSG_DONE, 0, "", {});
  bytes.insert(bytes.end(), second.begin(), second.end());
  NetlinkMessages messages(bytes);
  const auto first = messages.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, kPacket);
  NetlinkAttributes attributes(first->payload.subspan(4));
  EXPECT_EQ(attributes.next()->type, NFULA_PREFIX);
  EXPECT_EQ(attributes.next()->value.size(), kLinkHeader.size());
  EXPECT_FALSE(attributes.next());
  EXPECT_EQ(messages.next()->type, NLMSG_DONE);
  EXPECT_FALSE(messages.next());
}

TEST(NetlinkMessages, EndsWhereALengthLies) {
  const Bytes whole = datagram(kPacket, 1, "n", kLinkHeader);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_FALSE(NetlinkMessages(cut).next()) << length;
  }
  Bytes short_one = whole;
  short_one[0] = 15;
  EXPECT_FALSE(NetlinkMessages(short_one).next());
  const Bytes no_attribute{3, 0, 1, 0};
  EXPECT_FALSE(NetlinkAttributes(no_attribute).next());
  const Bytes long_attribute{5, 0, 1, 0};
  EXPECT_FALSE(NetlinkAttributes(long_attribute).next());
}

TEST(NetlinkMessages, ErrorNumbers) {
  const Bytes denied{0xff, 0xff, 0xff, 0xff};
  EXPECT_EQ(error_number({NLMSG_ERROR, denied}), 1);
  EXPECT_EQ(error_number({NLMSG_ERROR, {}}), 0);
  EXPECT_FALSE(error_number({NLMSG_DONE, denied}));
}

TEST(LogMessage, TellsGroupPrefixAndNumber) {
  const Bytes bytes =
      datagram(kPacket, 1, std::string_view("nf_ct_proto_1: short \0", 22), kLinkHeader);
  const auto log = read_log_message(*NetlinkMessages(bytes).next());
  ASSERT_TRUE(log);
  EXPECT_EQ(log->group, 1);
  EXPECT_EQ(log->prefix, "nf_ct_proto_1: short ");
  EXPECT_EQ(log->number, 0x01020304u);
}

TEST(LogMessage, OtherLinkHeadersHaveNoNumber) {
  Bytes other = kLinkHeader;
  other[7] = 9;
  const Bytes foreign = datagram(kPacket, 1, "n", other);
  EXPECT_FALSE(read_log_message(*NetlinkMessages(foreign).next())->number);
  const Bytes shorter =
      datagram(kPacket, 1, "n", Bytes(kLinkHeader.begin(), kLinkHeader.begin() + 11));
  EXPECT_FALSE(read_log_message(*NetlinkMessages(shorter).next())->number);
}

TEST(LogMessage, OtherMessagesAreNone) {
  const Bytes bytes = datagram(NLMSG_DONE, 1, "n", kLinkHeader);
  EXPECT_FALSE(read_log_message(*NetlinkMessages(bytes).next()));
  EXPECT_FALSE(read_log_message({kPacket, {}}));
}

}  // namespace
}  // namespace statewall
