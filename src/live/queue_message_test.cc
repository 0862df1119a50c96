#include "live/queue_message.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include <array>
#include <cstring>

namespace statewall {
namespace {

/// A message as the kernel writes one.
class FromKernel {
 public:
  FromKernel() {
    header_ = mnl_nlmsg_put_header(bytes_.data());
    header_->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET;
    mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg));
  }
  FromKernel& hook(std::uint8_t number) {
    nfqnl_msg_packet_hdr packet{};
    packet.packet_id = htonl(41);
    packet.hook = number;
    return put(NFQA_PACKET_HDR, &packet, sizeof packet);
  }
  FromKernel& number(std::uint16_t type, std::uint32_t value) {
    value = htonl(value);
    return put(type, &value, sizeof value);
  }
  FromKernel& put(std::uint16_t type, const void* data, std::size_t size) {
    mnl_attr_put(header_, type, size, data);
    return *this;
  }
  std::span<const std::uint8_t> bytes() const {
    return std::span(bytes_).first(header_->nlmsg_len);
  }
  std::optional<QueuedPacket> read() const {
    NetlinkMessages messages(bytes());
    return read_queued_packet(*messages.next());
  }

 private:
  std::array<std::uint8_t, 512> bytes_{};
  nlmsghdr* header_;
};

TEST(QueueMessage, APacketIsRead) {
  nfqnl_msg_packet_hw mac{};
  mac.hw_addrlen = htons(6);
  mac.hw_addr[0] = 2;
  FromKernel message;
  message.hook(NF_INET_LOCAL_OUT)
      .number(NFQA_MARK, 7)
      .number(NFQA_IFINDEX_INDEV, 3)
      .number(NFQA_IFINDEX_OUTDEV, 4)
      .number(NFQA_CAP_LEN, 1500)
      .number(NFQA_SKB_INFO, NFQA_SKB_CSUMNOTREADY | NFQA_SKB_GSO)
      .put(NFQA_HWADDR, &mac, sizeof mac)
      .put(NFQA_PAYLOAD, "abc", 3);
  const auto packet = message.read();
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->id, 41u);
  EXPECT_EQ(packet->hook, rules::Hook::output);
  EXPECT_EQ(packet->mark, 7u);
  EXPECT_EQ(packet->in, 3u);
  EXPECT_EQ(packet->out, 4u);
  EXPECT_EQ(packet->length, 1500u);
  EXPECT_TRUE(packet->checksum_not_ready);
  EXPECT_EQ(packet->source_mac.size(), 6u);
  EXPECT_EQ(packet->source_mac[0], 2);
  EXPECT_EQ(packet->payload.size(), 3u);
}

TEST(QueueMessage, WithoutIdPayloadOrAHookThatIsKnownItIsNone) {
  EXPECT_FALSE(FromKernel().put(NFQA_PAYLOAD, "abc", 3).read());
  EXPECT_FALSE(FromKernel().hook(NF_INET_FORWARD).read());
  EXPECT_FALSE(FromKernel().hook(9).put(NFQA_PAYLOAD, "abc", 3).read());
}

TEST(QueueMessage, NoCutOfAMessageIsReadBeyondItsEnd) {
  FromKernel message;
  message.hook(NF_INET_FORWARD).number(NFQA_MARK, 7).put(NFQA_PAYLOAD, "abcdefgh", 8);
  for (std::size_t size = 0; size < message.bytes().size(); ++size) {
    const std::vector<std::uint8_t> cut(message.bytes().begin(),
                                        message.bytes().begin() + static_cast<long>(size));
    NetlinkMessages messages(cut);
    if (const auto one = messages.next()) read_queued_packet(*one);
    if (size < 20) continue;
    // A header that promises less, too.
    std::vector<std::uint8_t> lying = cut;
    const auto length = static_cast<std::uint32_t>(size);
    std::memcpy(lying.data(), &length, sizeof length);
    NetlinkMessages others(lying);
    if (const auto one = others.next()) read_queued_packet(*one);
  }
}

TEST(QueueMessage, VerdictsStandOneBehindTheOther) {
  VerdictMessages verdicts(5);
  verdicts.add(1, true, {});
  verdicts.add(2, false, {});
  const std::vector<std::uint8_t> payload = {1, 2, 3};
  verdicts.add(3, true, {.mark = 9, .payload = payload});
  NetlinkMessages messages(verdicts.bytes());
  std::vector<std::uint32_t> ids, verdicts_told;
  while (const auto message = messages.next()) {
    EXPECT_EQ(message->type, NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT);
    nfgenmsg family;
    std::memcpy(&family, message->payload.data(), sizeof family);
    EXPECT_EQ(ntohs(family.res_id), 5);
    NetlinkAttributes attributes(message->payload.subspan(sizeof family));
    const auto first = attributes.next();
    ASSERT_TRUE(first && first->type == NFQA_VERDICT_HDR);
    nfqnl_msg_verdict_hdr verdict;
    std::memcpy(&verdict, first->value.data(), sizeof verdict);
    ids.push_back(ntohl(verdict.id));
    verdicts_told.push_back(ntohl(verdict.verdict));
    if (ids.size() < 3) {
      EXPECT_FALSE(attributes.next());
      continue;
    }
    EXPECT_EQ(attributes.next()->type, NFQA_MARK);
    EXPECT_EQ(attributes.next()->value.size(), 3u);
  }
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(verdicts_told, (std::vector<std::uint32_t>{NF_ACCEPT, NF_DROP, NF_ACCEPT}));
  verdicts.clear();
  EXPECT_TRUE(verdicts.bytes().empty());
}

}  // namespace
}  // namespace statewall
