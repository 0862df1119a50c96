#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/conntrack_socket.h"
#include "kernel/devices.h"
#include "kernel/log_socket.h"
#include "kernel/network_namespace.h"
#include "statewall/address.h"
#include "statewall/connection.h"
#include "statewall/result.h"

// This machine's own conntrack, asked packet by packet. Linux only, and only for root.

namespace statewall {

/// How a kernel's tracker begins.
struct KernelConfig {
  /// Every timeout at its longest, so that only packets end connections. Without it, and for
  /// SYN_SENT2, which has no setting, they are the kernel's own.
  bool raise_timeouts = true;
  /// Further settings, by their names: {"nf_conntrack_tcp_loose", "0"}, {"ipfrag_time", "5"}. Those
  /// that this kernel does not have, or not for a namespace, it goes without (see
  /// `unknown_settings`).
  std::vector<std::pair<std::string, std::string>> settings;
};

/// A whole IP packet on its way to the kernel.
struct KernelPacket {
  std::span<const std::uint8_t> bytes;  ///< what follows the packet's own length is sent, too,
                                        ///< but for packets with a hop-by-hop header
  std::uint32_t number = 0;
  Family family = Family::none;  ///< what the link says; none: what its first four bits say
  bool drop = false;             ///< a rule behind conntrack drops it
};

/// What the kernel made of one packet.
struct KernelVerdict {
  State state = State::none;  ///< none: it never reached conntrack, is held, or was refused by it
  Direction direction = Direction::none;
  bool fragment = false;     ///< it arrived as a fragment: with a state it completed its datagram,
                             ///< else it is held, or was dropped by the reassembly
  std::uint32_t number = 0;  ///< the frame whose link header the verdict carries: of a reassembled
                             ///< datagram it may be another fragment's
  std::string words;         ///< what the kernel itself said of it; empty mostly
};

/// A tracker of the kernel's, in a network namespace of its own that ends with it. Not thread-safe;
/// several may live at once.
class KernelTracker {
 public:
  /// An Error says what this machine lacks.
  static Result<KernelTracker> create(const KernelConfig& config);

  /// Sends a packet and tells what became of it. An Error is one of this machine: the verdict was
  /// lost.
  Result<KernelVerdict> pass(const KernelPacket& packet);

  /// The connections, a line each as /proc/net/nf_conntrack prints them, in no order.
  Result<std::vector<std::string>> table();

  /// The same asked over netlink, as `table` does where there is no such file: without the timeouts
  /// of GRE, and with other counts of uses.
  Result<std::vector<std::string>> table_by_netlink() { return conntrack_.list(); }

  /// Empties the table and the counters, much quicker than another tracker is made. False, and
  /// nothing done, if it was shown fragments: those it may hold it cannot be made to forget.
  Result<bool> reset();

  /// The settings of the configuration that it went without.
  const std::vector<std::string>& unknown_settings() const { return unknown_settings_; }

  struct Counter {
    std::string name;
    std::uint64_t value = 0;
  };
  /// The columns of /proc/net/stat/nf_conntrack, summed over the processors; `entries` is the
  /// number of connections.
  Result<std::vector<Counter>> counters() const;

 private:
  KernelTracker(NetworkNamespace place, Devices devices, LogSocket log, ConntrackSocket conntrack)
      : place_(std::move(place)),
        devices_(std::move(devices)),
        log_(std::move(log)),
        conntrack_(std::move(conntrack)) {}

  std::optional<Error> probe();
  Result<std::vector<Counter>> read_all_counters() const;
  std::optional<Error> write_frame(const KernelPacket& packet);
  static bool hear(const LogMessage& log, const KernelPacket& packet, KernelVerdict& verdict);

  NetworkNamespace place_;
  Devices devices_;
  LogSocket log_;
  ConntrackSocket conntrack_;
  std::vector<std::string> unknown_settings_;
  std::vector<Counter> before_;  ///< the counters when the first packet is yet to come
  bool fragments_ = false;       ///< it was shown some
  int patience_ = 0;             ///< milliseconds that a verdict may take
};

/// The release of this machine's kernel: "6.1.0-18-amd64".
std::string kernel_release();

}  // namespace statewall
