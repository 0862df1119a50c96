#include "kernel/router.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "kernel/failure.h"
#include "kernel/iptables.h"
#include "kernel/router_hooks.h"
#include "kernel/ruleset.h"
#include "kernel/settings.h"

namespace statewall {
namespace {

/// Where the prefix of what conntrack says itself begins; a rule of NFLOG may use its group, too.
constexpr std::string_view kWordsBegin = "nf_ct_";

bool names(std::string_view rules, std::string_view word) { return rules.find(word) != rules.npos; }

std::vector<LogGroup> groups_of(const RouterConfig& config) {
  std::vector<LogGroup> groups = {{kWordsGroup}, {kStepGroup}, {kPacketGroup, true}};
  for (const std::uint16_t number : config.nflog_groups) {
    if (std::ranges::find(groups, number, &LogGroup::number) == groups.end()) {
      groups.push_back({number});
    }
  }
  return groups;
}

std::optional<Error> write_frame(const RouterPort& port, std::span<const std::uint8_t> frame) {
  while (::write(port.tap.number(), frame.data(), frame.size()) < 0) {
    if (errno == EINTR) continue;
    // Too short for an Ethernet header, or too long.
    if (errno == EINVAL) break;
    return system_failure("the kernel does not take a packet", errno);
  }
  return std::nullopt;
}

Result<Descriptor> raw_socket(int family) {
  Descriptor socket(::socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
  if (!socket) return system_failure("cannot make a raw socket", errno);
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
  return socket;
}

/// Refusals are the rules', or what the router makes of the packet's own header.
void send_raw(int socket, std::span<const std::uint8_t> packet, Family family) {
  sockaddr_in6 to6{};
  sockaddr_in to4{};
  const sockaddr* to = nullptr;
  socklen_t length = 0;
  if (family == Family::ipv6 && packet.size() >= 40) {
    to6.sin6_family = AF_INET6;
    std::memcpy(&to6.sin6_addr, packet.data() + 24, 16);
    to = reinterpret_cast<const sockaddr*>(&to6);
    length = sizeof to6;
  } else if (family == Family::ipv4 && packet.size() >= 20) {
    to4.sin_family = AF_INET;
    std::memcpy(&to4.sin_addr, packet.data() + 16, 4);
    to = reinterpret_cast<const sockaddr*>(&to4);
    length = sizeof to4;
  }
  if (to == nullptr) return;
  while (::sendto(socket, packet.data(), packet.size(), 0, to, length) < 0 && errno == EINTR) {
  }
}

}  // namespace

/// Puts together what the kernel says of one packet and of the answers to it. What it says comes in
/// the order in which it happens, and one thing at a time happens: an answer goes its whole way
/// before the packet goes on.
struct KernelRouter::Hearing {
  explicit Hearing(const RouterNetwork& where, bool router_sends)
      : network(where), sends(router_sends) {}

  void hear(const LogMessage& log) {
    if (log.group == kStepGroup && !log.prefix.empty()) return take_step(log.prefix);
    if (log.group == kPacketGroup && !log.prefix.empty()) {
      return log.prefix[0] == step::sent ? send(log) : end(log);
    }
    if (log.group == kWordsGroup && log.prefix.starts_with(kWordsBegin)) {
      if (!passage.words.empty()) passage.words += "; ";
      passage.words += log.prefix.substr(0, log.prefix.find_last_not_of(' ') + 1);
      return;
    }
    passage.nflog.push_back({log.group, std::string(log.prefix)});
  }

  RouterJourney& current() { return answers ? passage.answers.back() : passage.packet; }

  void take_step(std::string_view prefix) {
    switch (prefix[0]) {
      case step::fragment:
        passage.packet.fragment = true;
        passage.packet.fate = RouterFate::held;
        break;
      case step::arrived:
      case step::looped: current().fate = RouterFate::dropped; break;
      case step::tracked: track(prefix.size() > 1 ? prefix[1] : '\0'); break;
      case step::looked_up: current().fate = RouterFate::not_routed; break;
      case step::routed: current().fate = RouterFate::dropped; break;
      default: break;
    }
  }

  /// What goes out and comes in again has its state from the way out.
  void track(char letter) {
    const auto mark = std::ranges::find(marks(), letter, &Mark::letter);
    if (mark == marks().end() || current().state != State::none) return;
    current().state = mark->state;
    current().direction = mark->direction;
    current().fate = RouterFate::dropped;
  }

  void send(const LogMessage& log) {
    if (sends) {
      sends = false;
    } else {
      passage.answers.emplace_back();
      answers = true;
    }
    current().fate = RouterFate::dropped;
    current().written.assign(log.payload.begin(), log.payload.end());
  }

  void end(const LogMessage& log) {
    RouterJourney& journey = current();
    journey.fate = log.prefix[0] == step::delivered ? RouterFate::delivered : RouterFate::forwarded;
    journey.bytes.assign(log.payload.begin(), log.payload.end());
    const auto byte = [&](std::size_t at) {
      return at < log.payload.size() ? log.payload[at] : std::uint8_t{0};
    };
    const bool six = byte(0) >> 4 == 6;
    journey.tos = six ? static_cast<std::uint8_t>(byte(0) << 4 | byte(1) >> 4) : byte(1);
    journey.ttl = six ? byte(7) : byte(8);
    journey.mark = log.mark;
    const RouterPort* port = network.port(log.out);
    if (journey.fate == RouterFate::forwarded && port) journey.out = port->name;
    answers = false;
  }

  const RouterNetwork& network;
  bool sends;  ///< the router itself sends the packet, and that has not been heard yet
  RouterPassage passage;
  bool answers = false;  ///< the last of the answers is under way
};

Result<KernelRouter> KernelRouter::create(const RouterConfig& config) {
  std::optional<KernelLog> kernel_log;
  if (names(config.rules, "LOG") || names(config.rules6, "LOG")) {
    auto opened = KernelLog::open();
    if (!opened) return opened.error();
    kernel_log.emplace(std::move(*opened));
  }
  auto place = NetworkNamespace::create();
  if (!place) return place.error();
  const auto visit = NetworkNamespace::Visit::begin(*place);
  if (!visit) return visit.error();
  if (auto error = set_up_router()) return *error;
  auto network = make_router_network(config.plan);
  if (!network) return network.error();
  if (network->ports.empty()) return failure("a router without interfaces routes nothing");
  auto log = LogSocket::open(groups_of(config));
  if (!log) return log.error();
  if (auto error = load_router_ends()) return *error;
  if (auto error = load_router_steps()) return *error;
  if (auto error = join_groups(config.plan, *network)) return *error;
  if (auto error = set_up_conntrack(config.conntrack.raise_timeouts)) return *error;
  auto unknown = apply_settings(config.conntrack.settings);
  if (!unknown) return unknown.error();
  auto conntrack = ConntrackSocket::open();
  if (!conntrack) return conntrack.error();
  KernelRouter router(config, std::move(*place), std::move(*network), std::move(*log),
                      std::move(*conntrack));
  router.unknown_settings_ = std::move(*unknown);
  if (auto error = router.open_raw_sockets()) return *error;
  if (auto error = router.probe()) return *error;
  if (auto error = router.load_rules()) return *error;
  router.kernel_log_ = std::move(kernel_log);
  return router;
}

std::optional<Error> KernelRouter::open_raw_sockets() {
  for (const auto& [family, socket] : {std::pair(AF_INET, &raw4_), std::pair(AF_INET6, &raw6_)}) {
    auto opened = raw_socket(family);
    if (!opened) return opened.error();
    *socket = std::move(*opened);
  }
  return std::nullopt;
}

/// Sends an echo reply to no query, which is INVALID and leaves nothing behind, before there are
/// rules to see it: to learn whether packets arrive, and whether all is said of them at once. So it
/// is where the thread that writes a packet is the one that handles it, which a machine may be set
/// up not to do.
std::optional<Error> KernelRouter::probe() {
  constexpr std::array<std::uint8_t, 28> kReply{0x45, 0,    0,    28,   0, 0, 0,   0, 64, 1,
                                                0xf6, 0xdd, 192,  0,    2, 1, 192, 0, 2,  2,
                                                0,    0,    0xff, 0xff, 0, 0, 0,   0};
  constexpr int kLongest = 1000, kSlow = 50;  // milliseconds
  const RouterPort& port = network_.ports.front();
  std::vector<std::uint8_t> frame(port.mac.begin(), port.mac.end());
  frame.insert(frame.end(), {0x02, 0, 0, 0, 0, 1, 0x08, 0x00});
  frame.insert(frame.end(), kReply.begin(), kReply.end());
  for (const int patience : {0, kLongest}) {
    patience_ = patience;
    const auto passage = pass(frame, port.name);
    if (!passage) return passage.error();
    if (passage->packet.state != State::invalid) continue;
    patience_ = patience == 0 ? 0 : kSlow;
    return std::nullopt;
  }
  return failure("what arrives at an interface here does not reach connection tracking");
}

std::optional<Error> KernelRouter::load_rules() {
  const auto visit = NetworkNamespace::Visit::begin(place_);
  if (!visit) return visit.error();
  for (const auto& [family, text] :
       {std::pair(Family::ipv4, &config_.rules), std::pair(Family::ipv6, &config_.rules6)}) {
    if (text->empty()) continue;
    if (auto error = restore_rules(family, *text)) return error;
  }
  return std::nullopt;
}

template <typename Write>
Result<RouterPassage> KernelRouter::watch(const Write& write, bool sends) {
  std::optional<KernelLog::Ear> ear;
  if (kernel_log_) {
    ear.emplace(*kernel_log_);
    if (auto error = ear->begin()) return *error;
  }
  if (std::optional<Error> error = write()) return *error;
  // The kernel is through with the packet when it has taken it: what it had to say waits already.
  Hearing hearing(network_, sends);
  for (;;) {
    const auto more = log_.hear([&](const LogMessage& log) { hearing.hear(log); });
    if (!more) return more.error();
    if (!*more && (patience_ == 0 || !log_.wait(patience_))) break;
  }
  RouterPassage& passage = hearing.passage;
  if (ear) {
    auto lines = ear->hear();
    if (!lines) return lines.error();
    passage.log = std::move(*lines);
  }
  fragments_ |= passage.packet.fragment;
  return std::move(passage);
}

Result<RouterPassage> KernelRouter::pass(std::span<const std::uint8_t> frame,
                                         std::string_view interface) {
  const RouterPort* port = network_.port(interface);
  if (!port) return failure("the router has no interface " + std::string(interface));
  return watch([&] { return write_frame(*port, frame); }, false);
}

Result<RouterPassage> KernelRouter::send(std::span<const std::uint8_t> packet, Family family) {
  const int socket = family == Family::ipv6 ? raw6_.number() : raw4_.number();
  return watch(
      [&] {
        send_raw(socket, packet, family);
        return std::optional<Error>();
      },
      true);
}

Result<std::string> KernelRouter::saved(Family family) const {
  const auto visit = NetworkNamespace::Visit::begin(place_);
  if (!visit) return visit.error();
  return save_rules(family);
}

Result<bool> KernelRouter::reset() {
  // Lists that have a name outlive the rules that use them, for a while.
  for (const std::string* text : {&config_.rules, &config_.rules6}) {
    if (fragments_ || names(*text, "recent") || names(*text, "hashlimit")) return false;
  }
  if (auto error = load_rules()) return *error;
  if (auto error = conntrack_.flush()) return *error;
  return true;
}

}  // namespace statewall
