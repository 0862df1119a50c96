#include "kernel/kernel_tracker.h"

#include <sys/uio.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "kernel/failure.h"
#include "kernel/proc_file.h"
#include "kernel/ruleset.h"
#include "kernel/settings.h"
#include "kernel/table_text.h"
#include "wire/ipv6.h"

namespace statewall {
namespace {

constexpr std::size_t kLinkHeader = 14;

/// Ethernet: to nobody that the bridge knows, so that it goes to every port.
std::array<std::uint8_t, kLinkHeader> link_header(const KernelPacket& packet) {
  const bool nibble = !packet.bytes.empty() && packet.bytes[0] >> 4 == 6;
  const bool ipv6 = packet.family == Family::none ? nibble : packet.family == Family::ipv6;
  std::array<std::uint8_t, kLinkHeader> header{};
  std::ranges::copy(packet.drop ? kDropAddress : kPassAddress, header.begin());
  std::ranges::copy(kNumberPrefix, header.begin() + 6);
  for (unsigned i = 0; i < 4; ++i) {
    header[8 + i] = static_cast<std::uint8_t>(packet.number >> (24 - 8 * i));
  }
  header[12] = ipv6 ? 0x86 : 0x08;
  header[13] = ipv6 ? 0xdd : 0x00;
  return header;
}

/// What a bridge would judge otherwise than a router: it looks at the hop-by-hop header of IPv6
/// before it cuts off what follows the packet's own length, and once more after that, behind
/// connection tracking. A router cuts first.
std::span<const std::uint8_t> as_a_router_would(std::span<const std::uint8_t> ip) {
  if (ip.size() < kIpv6Header || ip[0] >> 4 != 6 || ip[6] != 0) return ip;
  const std::size_t length = static_cast<std::size_t>(ip[4] << 8 | ip[5]);
  return length == 0 ? ip : ip.first(std::min(ip.size(), kIpv6Header + length));
}

}  // namespace

Result<KernelTracker> KernelTracker::create(const KernelConfig& config) {
  auto place = NetworkNamespace::create();
  if (!place) return place.error();
  const auto visit = NetworkNamespace::Visit::begin(*place);
  if (!visit) return visit.error();
  if (auto error = quiet_ipv6()) return *error;
  auto devices = make_devices();
  if (!devices) return devices.error();
  if (auto error = send_bridged_packets_to_netfilter()) return *error;
  constexpr LogGroup kGroups[] = {{kWordsGroup}, {kStateGroup}};
  auto log = LogSocket::open(kGroups);
  if (!log) return log.error();
  if (auto error = load_ruleset()) return *error;
  if (auto error = set_up_conntrack(config.raise_timeouts)) return *error;
  auto conntrack = ConntrackSocket::open();
  if (!conntrack) return conntrack.error();
  KernelTracker tracker(std::move(*place), std::move(*devices), std::move(*log),
                        std::move(*conntrack));
  auto unknown = apply_settings(config.settings);
  if (!unknown) return unknown.error();
  tracker.unknown_settings_ = std::move(*unknown);
  if (auto error = tracker.probe()) return *error;
  return tracker;
}

/// Sends an echo reply to no query, which is INVALID and leaves nothing behind, to see whether
/// packets arrive, and whether verdicts are there at once: they are where the thread that writes a
/// packet is the one that handles it, which a machine may be set up not to do.
std::optional<Error> KernelTracker::probe() {
  constexpr std::array<std::uint8_t, 28> kReply{0x45, 0,    0,    28,   0, 0, 0,   0, 64, 1,
                                                0xf6, 0xdd, 192,  0,    2, 1, 192, 0, 2,  2,
                                                0,    0,    0xff, 0xff, 0, 0, 0,   0};
  constexpr int kLongest = 1000, kSlow = 50;  // milliseconds
  for (const int patience : {0, kLongest}) {
    patience_ = patience;
    const auto verdict = pass({.bytes = kReply, .number = 0xffffffff});
    if (!verdict) return verdict.error();
    if (verdict->state != State::invalid) continue;
    patience_ = patience == 0 ? 0 : kSlow;
    auto counters = read_all_counters();
    if (counters) before_ = std::move(*counters);
    return std::nullopt;
  }
  return failure("what crosses a bridge here does not reach connection tracking");
}

Result<KernelVerdict> KernelTracker::pass(const KernelPacket& packet) {
  if (auto error = write_frame(packet)) return *error;
  // The kernel is through with the packet when it has taken it: what it had to say waits already.
  // Its own words come before the state, which comes last.
  KernelVerdict verdict;
  for (bool complete = false; !complete;) {
    const auto more = log_.hear(
        [&](const LogMessage& log) { complete = hear(log, packet, verdict) || complete; });
    if (!more) return more.error();
    if (!*more && (patience_ == 0 || !log_.wait(patience_))) break;
  }
  fragments_ |= verdict.fragment;
  return verdict;
}

std::optional<Error> KernelTracker::write_frame(const KernelPacket& packet) {
  auto header = link_header(packet);
  const std::span<const std::uint8_t> bytes = as_a_router_would(packet.bytes);
  const std::array<iovec, 2> parts{iovec{header.data(), header.size()},
                                   iovec{const_cast<std::uint8_t*>(bytes.data()), bytes.size()}};
  while (::writev(devices_.in.number(), parts.data(), parts.size()) < 0) {
    if (errno == EINTR) continue;
    return system_failure("the kernel does not take a packet", errno);
  }
  return std::nullopt;
}

/// True if that was the last that it says of a packet.
bool KernelTracker::hear(const LogMessage& log, const KernelPacket& packet,
                         KernelVerdict& verdict) {
  // A datagram that was reassembled may carry another fragment's number; else it would be about an
  // earlier packet, whose verdict came too late.
  if (log.number && *log.number != packet.number && !verdict.fragment) return false;
  if (log.group == kWordsGroup) {
    if (!verdict.words.empty()) verdict.words += "; ";
    verdict.words += log.prefix.substr(0, log.prefix.find_last_not_of(' ') + 1);
    return false;
  }
  if (log.prefix.empty()) return false;
  if (log.prefix[0] == kFragmentLetter) {
    verdict.fragment = true;
    return false;
  }
  const auto mark = std::ranges::find(marks(), log.prefix[0], &Mark::letter);
  if (mark == marks().end()) return false;
  verdict.state = mark->state;
  verdict.direction = mark->direction;
  verdict.number = log.number.value_or(0);
  return true;
}

Result<std::vector<std::string>> KernelTracker::table() {
  const auto visit = NetworkNamespace::Visit::begin(place_);
  if (!visit) return visit.error();
  const auto text = read_proc_file("/proc/thread-self/net/nf_conntrack");
  return text ? lines_of(*text) : table_by_netlink();
}

Result<bool> KernelTracker::reset() {
  if (fragments_) return false;
  if (auto error = conntrack_.flush()) return *error;
  if (auto counters = read_all_counters()) before_ = std::move(*counters);
  return true;
}

Result<std::vector<KernelTracker::Counter>> KernelTracker::counters() const {
  auto counters = read_all_counters();
  if (!counters || before_.size() != counters->size()) return counters;
  for (std::size_t i = 0; i < before_.size(); ++i) {
    Counter& counter = (*counters)[i];
    if (counter.name != "entries") counter.value -= before_[i].value;
  }
  return counters;
}

Result<std::vector<KernelTracker::Counter>> KernelTracker::read_all_counters() const {
  const auto visit = NetworkNamespace::Visit::begin(place_);
  if (!visit) return visit.error();
  const auto text = read_proc_file("/proc/thread-self/net/stat/nf_conntrack");
  if (!text) return text.error();
  std::vector<Counter> counters;
  for (auto& [name, value] : read_counters(*text)) counters.push_back({std::move(name), value});
  return counters;
}

std::string kernel_release() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "unknown";
}

}  // namespace statewall
