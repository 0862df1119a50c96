#include "kernel/log_message.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

namespace statewall {
namespace {

constexpr std::uint16_t kPacketMessage = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET;
constexpr std::size_t kAddress = 6;  // bytes of an Ethernet address

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

/// A number of four bytes; 0 if it has not as many.
std::uint32_t word_in(std::span<const std::uint8_t> bytes) {
  return bytes.size() == 4 ? big_endian(bytes) : 0;
}

/// The link header: destination, source, EtherType.
std::optional<std::uint32_t> number_in(std::span<const std::uint8_t> header) {
  constexpr std::size_t kPrefix = sizeof kNumberPrefix;
  if (header.size() < 2 * kAddress) return std::nullopt;
  const std::span<const std::uint8_t> source = header.subspan(kAddress, kAddress);
  if (!std::ranges::equal(source.first(kPrefix), kNumberPrefix)) return std::nullopt;
  return big_endian(source.subspan(kPrefix));
}

std::string_view text_in(std::span<const std::uint8_t> bytes) {
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  return {text, ::strnlen(text, bytes.size())};
}

}  // namespace

std::optional<LogMessage> read_log_message(const NetlinkMessage& message) {
  nfgenmsg general;
  if (message.type != kPacketMessage || message.payload.size() < sizeof general) {
    return std::nullopt;
  }
  std::memcpy(&general, message.payload.data(), sizeof general);
  LogMessage log;
  log.group = static_cast<std::uint16_t>((general.res_id & 0xff) << 8 | general.res_id >> 8);
  NetlinkAttributes attributes(message.payload.subspan(sizeof general));
  while (const auto attribute = attributes.next()) {
    switch (attribute->type) {
      case NFULA_PREFIX: log.prefix = text_in(attribute->value); break;
      case NFULA_HWHEADER: log.number = number_in(attribute->value); break;
      case NFULA_MARK: log.mark = word_in(attribute->value); break;
      case NFULA_IFINDEX_OUTDEV: log.out = word_in(attribute->value); break;
      case NFULA_PAYLOAD: log.payload = attribute->value; break;
      default: break;
    }
  }
  return log;
}

}  // namespace statewall
