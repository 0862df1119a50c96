#include "live/xdp_port.h"

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/if_xdp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <xdp/xsk.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/failure.h"
#include "system/descriptor.h"

namespace statewall {
namespace {

constexpr std::uint32_t kFrame = XSK_UMEM__DEFAULT_FRAME_SIZE;
// Half of the frames wait to be filled, the others are there to be sent.
constexpr std::uint32_t kFrames = 2 * XSK_RING_PROD__DEFAULT_NUM_DESCS;

/// One thing that a card does, and how ethtool(8) calls it.
struct Offload {
  std::uint32_t command;
  std::uint32_t flag;  ///< of the answer; 0: it is a number that is 0 where it is off
  std::string_view option;
};
constexpr Offload kOffloads[] = {{ETHTOOL_GFLAGS, ETH_FLAG_LRO, "lro"},
                                 {ETHTOOL_GFLAGS, ETH_FLAG_RXVLAN, "rxvlan"},
                                 {ETHTOOL_GGRO, 0, "gro"}};

bool is_on(const Descriptor& socket, const std::string& interface, const Offload& offload) {
  ifreq request{};
  ethtool_value value{};
  value.cmd = offload.command;
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (::ioctl(socket.number(), SIOCETHTOOL, &request) < 0) return false;
  return (offload.flag == 0 ? value.data : value.data & offload.flag) != 0;
}

}  // namespace

std::string offloads_in_the_way(const std::string& interface) {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::string names, options;
  for (const Offload& offload : kOffloads) {
    if (!is_on(socket, interface, offload)) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", offload.option);
    options += fmt::format(" {} off", offload.option);
  }
  if (names.empty()) return {};
  return fmt::format("{} on at {}, which AF_XDP cannot see: ethtool -K {}{}", names, interface,
                     interface, options);
}

unsigned receive_queues(const std::string& interface) {
  unsigned count = 0;
  std::error_code error;
  const auto folder = "/sys/class/net/" + interface + "/queues";
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    count += entry.path().filename().string().starts_with("rx-");
  }
  return count;
}

struct XdpPort::Rings {
  std::span<std::uint8_t> memory;
  xsk_umem* umem = nullptr;
  xsk_socket* socket = nullptr;
  xsk_ring_prod fill{}, send{};
  xsk_ring_cons receive{}, sent{};

  std::uint8_t* at(std::uint64_t address) { return memory.data() + address; }

  ~Rings() {
    if (socket) xsk_socket__delete(socket);
    if (umem) xsk_umem__delete(umem);
    if (!memory.empty()) ::munmap(memory.data(), memory.size());
  }
};

XdpPort::XdpPort(std::shared_ptr<XdpProgram> program)
    : program_(std::move(program)), rings_(std::make_unique<Rings>()) {}
XdpPort::~XdpPort() = default;

Result<std::unique_ptr<Port>> XdpPort::open(const std::string& interface, unsigned queue,
                                            std::shared_ptr<XdpProgram> program) {
  std::unique_ptr<XdpPort> port(new XdpPort(std::move(program)));
  if (auto error = port->make(interface, queue)) return *error;
  return std::unique_ptr<Port>(std::move(port));
}

std::optional<Error> XdpPort::make(const std::string& interface, unsigned queue) {
  Rings& rings = *rings_;
  const std::string what = fmt::format("cannot open AF_XDP at queue {} of {}", queue, interface);
  constexpr std::size_t kBytes = std::size_t{kFrames} * kFrame;
  void* const start =
      ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return system_failure(what, errno);
  rings.memory = {static_cast<std::uint8_t*>(start), kBytes};
  if (const int error =
          xsk_umem__create(&rings.umem, start, kBytes, &rings.fill, &rings.sent, nullptr)) {
    return system_failure(what, -error);
  }
  xsk_socket_config config{};
  config.rx_size = XSK_RING_CONS__DEFAULT_NUM_DESCS;
  config.tx_size = XSK_RING_PROD__DEFAULT_NUM_DESCS;
  config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
  config.bind_flags = XDP_COPY;
  if (const int error = xsk_socket__create(&rings.socket, interface.c_str(), queue, rings.umem,
                                           &rings.receive, &rings.send, &config)) {
    return system_failure(what, -error);
  }
  for (std::uint32_t i = 0; i < kFrames; ++i) {
    const std::uint64_t address = std::uint64_t{i} * kFrame;
    if (i % 2 == 0) {
      fill(address);
    } else {
      free_.push_back(address);
    }
  }
  return attach(what);
}

/// From here on what the queue receives is ours.
std::optional<Error> XdpPort::attach(const std::string& what) {
  if (const int error = xsk_socket__update_xskmap(rings_->socket, program_->sockets())) {
    return system_failure(what, -error);
  }
  return program_->attach();
}

void XdpPort::fill(std::uint64_t address) {
  std::uint32_t place = 0;
  if (xsk_ring_prod__reserve(&rings_->fill, 1, &place) != 1) return;
  *xsk_ring_prod__fill_addr(&rings_->fill, place) = address;
  xsk_ring_prod__submit(&rings_->fill, 1);
}

int XdpPort::descriptor() const { return xsk_socket__fd(rings_->socket); }

std::size_t XdpPort::receive(std::span<PortFrame> frames) {
  std::uint32_t place = 0;
  const std::uint32_t count =
      xsk_ring_cons__peek(&rings_->receive, static_cast<std::uint32_t>(frames.size()), &place);
  for (std::uint32_t i = 0; i < count; ++i) {
    const xdp_desc& got = *xsk_ring_cons__rx_desc(&rings_->receive, place + i);
    frames[i] = {{rings_->at(got.addr), got.len}, {}};
    taken_.push_back(got.addr - got.addr % kFrame);
  }
  xsk_ring_cons__release(&rings_->receive, count);
  return count;
}

void XdpPort::release() {
  for (const std::uint64_t address : taken_) fill(address);
  taken_.clear();
}

void XdpPort::send(const PortFrame& frame) {
  if (free_.empty()) take_back();
  if (free_.empty() || frame.bytes.size() > kLongest) {
    ++refused_;
    return;
  }
  const std::uint64_t address = free_.back();
  free_.pop_back();
  std::memcpy(rings_->at(address), frame.bytes.data(), frame.bytes.size());
  addresses_.push_back(address);
  lengths_.push_back(static_cast<std::uint32_t>(frame.bytes.size()));
}

std::size_t XdpPort::flush() {
  const auto count = static_cast<std::uint32_t>(addresses_.size());
  std::uint32_t place = 0;
  // There are no more frames to send with than the ring has places.
  if (count != 0 && xsk_ring_prod__reserve(&rings_->send, count, &place) == count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      xdp_desc& out = *xsk_ring_prod__tx_desc(&rings_->send, place + i);
      out = {addresses_[i], lengths_[i], 0};
    }
    xsk_ring_prod__submit(&rings_->send, count);
    ::sendto(descriptor(), nullptr, 0, MSG_DONTWAIT, nullptr, 0);
  }
  addresses_.clear();
  lengths_.clear();
  take_back();
  return std::exchange(refused_, 0);
}

/// Frames that were sent are free again. In copy mode the kernel sends some a call.
void XdpPort::take_back() {
  std::uint32_t place = 0;
  const std::uint32_t count =
      xsk_ring_cons__peek(&rings_->sent, XSK_RING_CONS__DEFAULT_NUM_DESCS, &place);
  for (std::uint32_t i = 0; i < count; ++i) {
    free_.push_back(*xsk_ring_cons__comp_addr(&rings_->sent, place + i));
  }
  xsk_ring_cons__release(&rings_->sent, count);
  const bool waiting = free_.size() < kFrames / 2;
  if (waiting) ::sendto(descriptor(), nullptr, 0, MSG_DONTWAIT, nullptr, 0);
}

std::uint64_t XdpPort::take_lost() {
  xdp_statistics statistics{};
  socklen_t size = sizeof statistics;
  if (::getsockopt(descriptor(), SOL_XDP, XDP_STATISTICS, &statistics, &size) < 0) return 0;
  const std::uint64_t all =
      statistics.rx_dropped + statistics.rx_ring_full + statistics.rx_fill_ring_empty_descs;
  return all - std::exchange(lost_, all);
}

}  // namespace statewall
