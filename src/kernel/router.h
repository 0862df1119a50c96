#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/conntrack_socket.h"
#include "kernel/kernel_log.h"
#include "kernel/kernel_tracker.h"
#include "kernel/log_socket.h"
#include "kernel/network_namespace.h"
#include "kernel/router_network.h"
#include "statewall/address.h"
#include "statewall/connection.h"
#include "statewall/result.h"

// This machine's own kernel as a router behind an iptables ruleset, asked packet by packet: what it
// does is the truth about rules. Linux only, and only for root.

namespace statewall {

struct RouterConfig {
  RouterPlan plan;
  std::string rules;       ///< as iptables-restore reads them; empty: none
  std::string rules6;      ///< as ip6tables-restore does
  KernelConfig conntrack;  ///< how its tracker begins
  /// Groups of NFLOG that are listened to: those that the rules name.
  std::vector<std::uint16_t> nflog_groups;
};

/// How far a packet got.
enum class RouterFate : std::uint8_t {
  refused,     ///< never reached netfilter: its IP header is not right, or it is for another host
  held,        ///< a fragment whose datagram is not whole yet, or that the reassembly dropped
  dropped,     ///< by a rule, or by conntrack
  not_routed,  ///< the rules of PREROUTING let it through, the router itself did not
  delivered,   ///< to the router itself
  forwarded,   ///< out of an interface
};

/// A packet on its way through the router: one that came in, or one that it sends.
struct RouterJourney {
  RouterFate fate = RouterFate::refused;
  State state = State::none;  ///< none: it did not reach conntrack, or was refused by it
  Direction direction = Direction::none;
  bool fragment = false;  ///< it came in one
  std::string out;        ///< forwarded: the interface
  // Delivered or forwarded: the IP packet, as it then was, two of its fields, and its mark.
  std::vector<std::uint8_t> bytes;
  std::uint8_t tos = 0, ttl = 0;
  std::uint32_t mark = 0;
  std::vector<std::uint8_t> written;  ///< sent by the router: as it was before any rule saw it
};

/// What happened when a packet was shown to it.
struct RouterPassage {
  RouterJourney packet;
  std::vector<RouterJourney> answers;  ///< what the router sent, in order: REJECT's answers, mostly

  struct Nflog {
    std::uint16_t group = 0;
    std::string prefix;
    friend bool operator==(const Nflog&, const Nflog&) = default;
  };
  std::vector<Nflog> nflog;        ///< in order
  std::vector<KernelLogLine> log;  ///< what LOG printed, in order
  std::string words;               ///< what the kernel itself said of it; empty mostly
};

/// A router of the kernel's, in a network namespace of its own that ends with it. Whatever is
/// through with the rules ends there: it is neither answered nor sent. Not thread-safe; several
/// may live at once.
class KernelRouter {
 public:
  /// An Error says what this machine lacks, or what iptables-restore refuses.
  static Result<KernelRouter> create(const RouterConfig& config);

  /// An Ethernet frame comes in at an interface. An Error is one of this machine.
  Result<RouterPassage> pass(std::span<const std::uint8_t> frame, std::string_view interface);

  /// The router itself sends an IP packet, its headers as they are (a raw socket), but that the
  /// kernel writes the length and checksum of IPv4's header, and its id if that is 0.
  Result<RouterPassage> send(std::span<const std::uint8_t> packet, Family family);

  /// The Ethernet address of an interface: frames for the router go there. REQUIRES: it has one of
  /// that name.
  std::array<std::uint8_t, 6> mac_of(std::string_view interface) const {
    return network_.port(interface)->mac;
  }
  bool has_interface(std::string_view name) const { return network_.port(name) != nullptr; }

  /// What `iptables-save -c` prints now.
  Result<std::string> saved(Family family) const;

  /// The connections, a line each, as `conntrack_line` has them, in no order.
  Result<std::vector<std::string>> table() { return conntrack_.list(); }

  /// Empties the table and loads the rules anew, much quicker than another router is made. False,
  /// and nothing done, if it was shown fragments: those it may hold it cannot be made to forget.
  Result<bool> reset();

  const std::vector<std::string>& unknown_settings() const { return unknown_settings_; }

 private:
  struct Hearing;

  KernelRouter(RouterConfig config, NetworkNamespace place, RouterNetwork network, LogSocket log,
               ConntrackSocket conntrack)
      : config_(std::move(config)),
        place_(std::move(place)),
        network_(std::move(network)),
        log_(std::move(log)),
        conntrack_(std::move(conntrack)) {}

  std::optional<Error> load_rules();
  std::optional<Error> open_raw_sockets();
  std::optional<Error> probe();
  template <typename Write>
  Result<RouterPassage> watch(const Write& write, bool sends);

  RouterConfig config_;
  NetworkNamespace place_;
  RouterNetwork network_;
  LogSocket log_;
  ConntrackSocket conntrack_;
  std::optional<KernelLog> kernel_log_;  ///< if a rule logs to it
  Descriptor raw4_, raw6_;               ///< by which it sends
  std::vector<std::string> unknown_settings_;
  bool fragments_ = false;  ///< it was shown some
  int patience_ = 0;        ///< milliseconds that a step may take
};

}  // namespace statewall
