#include "live/packet_port.h"

#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "kernel/failure.h"

namespace statewall {
namespace {

// A slot holds the longest frame that segmentation leaves to the card.
constexpr std::size_t kSlot = std::size_t{1} << 17;
constexpr int kSendRoom = 16 << 20;  // frames that a card has not sent yet
constexpr std::size_t kVlanTag = 4;
constexpr std::size_t kAddresses = 12;  // of an Ethernet header: what stands before its tags

template <typename T>
std::optional<Error> demand(const Descriptor& socket, int option, const T& value,
                            const std::string& what) {
  if (::setsockopt(socket.number(), SOL_PACKET, option, &value, sizeof value) == 0) {
    return std::nullopt;
  }
  return system_failure(what, errno);
}

/// Everything but the ring and the interface.
std::optional<Error> prepare(const Descriptor& socket, bool outgoing) {
  const int version = TPACKET_V2, on = 1, ignored = outgoing ? 0 : 1;
  const unsigned room = kVlanTag;  // before a frame: a tag that the card took off goes back there
  if (auto error = demand(socket, PACKET_VERSION, version, "cannot use a packet ring")) {
    return error;
  }
  if (auto error = demand(socket, PACKET_VNET_HDR, on, "cannot see what is left to the card")) {
    return error;
  }
  if (auto error =
          demand(socket, PACKET_IGNORE_OUTGOING, ignored, "cannot leave out what is sent")) {
    return error;
  }
  return demand(socket, PACKET_RESERVE, room, "cannot reserve room for a tag");
}

std::optional<Error> attach(const Descriptor& socket, const PacketPort::Config& config) {
  const unsigned index = ::if_nametoindex(config.interface.c_str());
  const std::string what = "cannot take frames from interface " + config.interface;
  if (index == 0) return system_failure(what, errno);
  sockaddr_ll where{};
  where.sll_family = AF_PACKET;
  where.sll_protocol = htons(ETH_P_ALL);
  where.sll_ifindex = static_cast<int>(index);
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) < 0) {
    return system_failure(what, errno);
  }
  packet_mreq all{};
  all.mr_ifindex = static_cast<int>(index);
  all.mr_type = PACKET_MR_PROMISC;
  if (auto error = demand(socket, PACKET_ADD_MEMBERSHIP, all, what)) return error;
  if (!config.group) return std::nullopt;
  const int fanout = *config.group | PACKET_FANOUT_HASH << 16;
  return demand(socket, PACKET_FANOUT, fanout, "cannot share the frames of " + config.interface);
}

}  // namespace

Result<std::unique_ptr<Port>> PacketPort::open(const Config& config) {
  // Protocol 0: nothing comes before the interface is chosen.
  Descriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return system_failure("cannot open a packet socket", errno);
  if (auto error = prepare(socket, config.outgoing)) return *error;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendRoom, sizeof kSendRoom);
  std::unique_ptr<PacketPort> port(new PacketPort(std::move(socket), config.slots));
  if (auto error = port->map_ring()) return *error;
  if (auto error = attach(port->socket_, config)) return *error;
  // What came before it was one of its group came to another one, too.
  std::array<PortFrame, 32> unwanted;
  while (config.group && port->receive(unwanted) != 0) port->release();
  return std::unique_ptr<Port>(std::move(port));
}

PacketPort::~PacketPort() {
  if (!ring_.empty()) ::munmap(ring_.data(), ring_.size());
}

std::optional<Error> PacketPort::map_ring() {
  tpacket_req request{};
  request.tp_block_size = request.tp_frame_size = kSlot;
  request.tp_block_nr = request.tp_frame_nr = static_cast<unsigned>(slots_);
  if (auto error = demand(socket_, PACKET_RX_RING, request, "cannot make a packet ring")) {
    return error;
  }
  const std::size_t size = kSlot * slots_;
  void* const start =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, socket_.number(), 0);
  if (start == MAP_FAILED) return system_failure("cannot map a packet ring", errno);
  ring_ = {static_cast<std::uint8_t*>(start), size};
  return std::nullopt;
}

tpacket2_hdr& PacketPort::slot(std::size_t index) {
  return *reinterpret_cast<tpacket2_hdr*>(ring_.data() + index % slots_ * kSlot);
}

std::size_t PacketPort::receive(std::span<PortFrame> frames) {
  std::size_t count = 0;
  while (count < frames.size() && taken_ < slots_) {
    tpacket2_hdr& header = slot(next_);
    const std::atomic_ref<std::uint32_t> status(header.tp_status);
    if ((status.load(std::memory_order_acquire) & TP_STATUS_USER) == 0) break;
    frames[count++] = frame_of(header);
    next_ = (next_ + 1) % slots_;
    ++taken_;
  }
  if (count == 0) {
    // An interface that is down says so until somebody listens.
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  return count;
}

void PacketPort::release() {
  for (; taken_ > 0; --taken_) {
    const std::atomic_ref<std::uint32_t> status(slot(next_ + slots_ - taken_).tp_status);
    status.store(TP_STATUS_KERNEL, std::memory_order_release);
  }
}

/// The frame in a slot, with the tag that the card or the kernel took out of it.
PortFrame PacketPort::frame_of(tpacket2_hdr& header) {
  PortFrame frame;
  auto* start = reinterpret_cast<std::uint8_t*>(&header) + header.tp_mac;
  std::memcpy(&frame.work, start - sizeof frame.work, sizeof frame.work);
  std::size_t size = header.tp_snaplen;
  if ((header.tp_status & TP_STATUS_VLAN_VALID) != 0 && size >= kAddresses) {
    const bool told = (header.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
    const std::uint16_t tag[2] = {htons(told ? header.tp_vlan_tpid : ETH_P_8021Q),
                                  htons(header.tp_vlan_tci)};
    start -= kVlanTag;
    size += kVlanTag;
    std::memmove(start, start + kVlanTag, kAddresses);
    std::memcpy(start + kAddresses, tag, sizeof tag);
    if (frame.checksum_not_ready()) frame.work.checksum_start += kVlanTag;
    if (frame.work.segments != CardWork::kNoSegments) frame.work.header_length += kVlanTag;
  }
  frame.bytes = {start, size};
  return frame;
}

void PacketPort::send(const PortFrame& frame) { outgoing_.push_back(frame); }

std::size_t PacketPort::flush() {
  constexpr std::size_t kMost = 64;
  std::array<mmsghdr, kMost> messages;
  std::array<iovec, 2 * kMost> parts;
  std::size_t failed = 0;
  for (std::size_t done = 0; done < outgoing_.size();) {
    const std::size_t count = std::min(kMost, outgoing_.size() - done);
    for (std::size_t i = 0; i < count; ++i) {
      PortFrame& frame = outgoing_[done + i];
      parts[2 * i] = {&frame.work, sizeof frame.work};
      parts[2 * i + 1] = {frame.bytes.data(), frame.bytes.size()};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &parts[2 * i];
      messages[i].msg_hdr.msg_iovlen = 2;
    }
    const int sent = ::sendmmsg(socket_.number(), messages.data(), static_cast<unsigned>(count), 0);
    if (sent <= 0) {
      // The first of them is what it does not take.
      ++failed;
      ++done;
    } else {
      done += static_cast<std::size_t>(sent);
    }
  }
  outgoing_.clear();
  return failed;
}

std::uint64_t PacketPort::take_lost() {
  tpacket_stats statistics{};
  socklen_t size = sizeof statistics;
  ::getsockopt(socket_.number(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size);
  return statistics.tp_drops;
}

}  // namespace statewall
