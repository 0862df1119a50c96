#include "live/queue_message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include <algorithm>
#include <cstring>

#include "wire/bytes.h"

namespace statewall {
namespace {

constexpr std::size_t kFamilyHeader = sizeof(nfgenmsg);

std::optional<rules::Hook> hook_of(std::uint8_t number) {
  switch (number) {
    case NF_INET_PRE_ROUTING: return rules::Hook::prerouting;
    case NF_INET_LOCAL_IN: return rules::Hook::input;
    case NF_INET_FORWARD: return rules::Hook::forward;
    case NF_INET_LOCAL_OUT: return rules::Hook::output;
    case NF_INET_POST_ROUTING: return rules::Hook::postrouting;
    default: return std::nullopt;
  }
}

void read_attribute(const NetlinkAttribute& attribute, QueuedPacket& packet, bool& has_id) {
  const Bytes value(attribute.value);
  switch (attribute.type) {
    case NFQA_PACKET_HDR:
      has_id = value.size() >= sizeof(nfqnl_msg_packet_hdr) && hook_of(value.u8(6));
      packet.id = value.u32(0);
      packet.hook = hook_of(value.u8(6)).value_or(rules::Hook::forward);
      break;
    case NFQA_MARK: packet.mark = value.u32(0); break;
    case NFQA_IFINDEX_INDEV: packet.in = value.u32(0); break;
    case NFQA_IFINDEX_OUTDEV: packet.out = value.u32(0); break;
    case NFQA_PAYLOAD: packet.payload = attribute.value; break;
    case NFQA_CAP_LEN: packet.length = value.u32(0); break;
    case NFQA_SKB_INFO: packet.checksum_not_ready = value.u32(0) & NFQA_SKB_CSUMNOTREADY; break;
    case NFQA_HWADDR:
      packet.source_mac = attribute.value.subspan(std::min<std::size_t>(4, value.size()));
      packet.source_mac =
          packet.source_mac.first(std::min<std::size_t>(value.u16(0), packet.source_mac.size()));
      break;
    default: break;
  }
}

/// A message about a queue, written into `bytes` at their end.
class Message {
 public:
  Message(std::vector<std::uint8_t>& bytes, std::uint16_t type, std::uint16_t queue,
          std::size_t room)
      : bytes_(bytes), begin_(bytes.size()) {
    bytes_.resize(begin_ + MNL_NLMSG_HDRLEN + kFamilyHeader + room);
    header_ = mnl_nlmsg_put_header(bytes_.data() + begin_);
    header_->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_QUEUE << 8 | type);
    header_->nlmsg_flags = NLM_F_REQUEST;
    auto* family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
    family->nfgen_family = AF_UNSPEC;
    family->version = NFNETLINK_V0;
    family->res_id = htons(queue);
  }
  ~Message() { bytes_.resize(begin_ + MNL_ALIGN(header_->nlmsg_len)); }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  void put(std::uint16_t type, const void* data, std::size_t size) {
    mnl_attr_put(header_, type, size, data);
  }
  void put32(std::uint16_t type, std::uint32_t value) {
    mnl_attr_put_u32(header_, type, htonl(value));
  }

 private:
  std::vector<std::uint8_t>& bytes_;
  std::size_t begin_;
  nlmsghdr* header_;
};

constexpr std::size_t kRoomForOptions = 64;

}  // namespace

std::optional<QueuedPacket> read_queued_packet(const NetlinkMessage& message) {
  if (message.type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET)) return std::nullopt;
  if (message.payload.size() < kFamilyHeader) return std::nullopt;
  QueuedPacket packet;
  bool has_id = false;
  NetlinkAttributes attributes(message.payload.subspan(kFamilyHeader));
  while (const auto attribute = attributes.next()) read_attribute(*attribute, packet, has_id);
  if (!has_id || packet.payload.empty()) return std::nullopt;
  packet.length = std::max(packet.length, static_cast<std::uint32_t>(packet.payload.size()));
  return packet;
}

void VerdictMessages::add(std::uint32_t id, bool accept, const Change& change) {
  Message message(bytes_, NFQNL_MSG_VERDICT, queue_, kRoomForOptions + change.payload.size());
  nfqnl_msg_verdict_hdr verdict{};
  verdict.verdict = htonl(accept ? NF_ACCEPT : NF_DROP);
  verdict.id = htonl(id);
  message.put(NFQA_VERDICT_HDR, &verdict, sizeof verdict);
  if (change.mark) message.put32(NFQA_MARK, *change.mark);
  if (!change.payload.empty()) {
    message.put(NFQA_PAYLOAD, change.payload.data(), change.payload.size());
  }
}

std::vector<std::vector<std::uint8_t>> queue_setup_messages(const QueueSetup& setup) {
  std::vector<std::vector<std::uint8_t>> messages(2);
  {
    Message bind(messages[0], NFQNL_MSG_CONFIG, setup.number, kRoomForOptions);
    nfqnl_msg_config_cmd command{};
    command.command = NFQNL_CFG_CMD_BIND;
    bind.put(NFQA_CFG_CMD, &command, sizeof command);
  }
  Message settings(messages[1], NFQNL_MSG_CONFIG, setup.number, kRoomForOptions);
  nfqnl_msg_config_params whole{};
  whole.copy_range = htonl(0xffff);
  whole.copy_mode = NFQNL_COPY_PACKET;
  settings.put(NFQA_CFG_PARAMS, &whole, sizeof whole);
  settings.put32(NFQA_CFG_QUEUE_MAXLEN, setup.length);
  settings.put32(NFQA_CFG_FLAGS, NFQA_CFG_F_GSO | (setup.fail_open ? NFQA_CFG_F_FAIL_OPEN : 0U));
  settings.put32(NFQA_CFG_MASK, NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN);
  return messages;
}

}  // namespace statewall
