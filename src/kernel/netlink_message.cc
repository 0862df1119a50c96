#include "kernel/netlink_message.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace statewall {
namespace {

/// Cuts what `length` says from the front of `bytes`, and what fills it up to four bytes.
std::span<const std::uint8_t> cut(std::span<const std::uint8_t>& bytes, std::size_t length) {
  const std::span<const std::uint8_t> front = bytes.first(length);
  bytes = bytes.subspan(std::min(bytes.size(), (length + 3) & ~std::size_t{3}));
  return front;
}

template <typename Header>
std::optional<Header> header_of(std::span<const std::uint8_t> bytes) {
  Header header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

}  // namespace

std::optional<NetlinkAttribute> NetlinkAttributes::next() {
  const auto header = header_of<nlattr>(rest_);
  if (!header || header->nla_len < sizeof *header || header->nla_len > rest_.size()) {
    return std::nullopt;
  }
  return NetlinkAttribute{static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
                          cut(rest_, header->nla_len).subspan(sizeof *header)};
}

std::optional<NetlinkMessage> NetlinkMessages::next() {
  const auto header = header_of<nlmsghdr>(rest_);
  if (!header || header->nlmsg_len < sizeof *header || header->nlmsg_len > rest_.size()) {
    return std::nullopt;
  }
  return NetlinkMessage{header->nlmsg_type, cut(rest_, header->nlmsg_len).subspan(sizeof *header)};
}

std::optional<int> error_number(const NetlinkMessage& message) {
  if (message.type != NLMSG_ERROR) return std::nullopt;
  constexpr int kMostErrors = 4095;  // a kernel's numbers go so far
  const auto error = header_of<int>(message.payload);
  if (!error) return 0;
  return *error <= 0 && *error >= -kMostErrors ? -*error : EBADMSG;
}

}  // namespace statewall
