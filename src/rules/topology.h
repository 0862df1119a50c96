#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/address.h"

// Where the firewall stands: its own addresses, and the interface behind which an address lies. It
// decides which way a packet takes, INPUT, FORWARD or OUTPUT, and what `-i`, `-o`, `--src-type` and
// `--dst-type` see.

namespace statewall::rules {

class Topology {
 public:
  /// One of the firewall's own addresses. With a prefix and an interface it brings the route to
  /// its network, and that network's broadcast address (IPv4), as an interface's address does.
  struct Local {
    Address address;
    Family family = Family::none;
    std::uint8_t prefix_length = 0;  ///< 0: no network behind it
    std::string interface;           ///< empty: none that is known
  };
  struct Route {
    Address network;
    Family family = Family::none;
    std::uint8_t prefix_length = 0;
    std::string interface;
  };

  /// `text` is `ADDRESS`, or `ADDRESS/LENGTH=INTERFACE`. Nothing if it is neither.
  static std::optional<Local> parse_local(std::string_view text);
  /// `text` is `NETWORK/LENGTH=INTERFACE`, or `ADDRESS=INTERFACE`, or `default=INTERFACE` (both
  /// families). Nothing if it is neither.
  static std::vector<Route> parse_route(std::string_view text);

  void add(const Local& local);
  void add(const Route& route);

  /// The longest route that holds this address; nullptr if none does.
  const std::string* interface_of(const Address& address, Family family) const;

  /// One of the firewall's own; with an interface: one of that interface's. Those of loopback are
  /// always, at interface lo.
  bool is_local(const Address& address, Family family, std::string_view interface = {}) const;
  static bool is_limited_broadcast(const Address& address);  ///< 255.255.255.255
  /// That, or the broadcast address of a network that the firewall is in (at that interface).
  bool is_broadcast(const Address& address, Family family, std::string_view interface = {}) const;
  static bool is_multicast(const Address& address, Family family);
  static bool is_loopback(const Address& address, Family family);
  static bool is_link_local(const Address& address, Family family);

  /// The firewall's own address that it speaks from towards this one: that of the interface in that
  /// direction, else the first; nullptr if none is known.
  const Local* source_towards(const Address& address, Family family) const;

  /// Does it say anything?
  bool known() const { return !locals_.empty() || !routes_.empty(); }
  bool knows_locals() const { return !locals_.empty(); }
  const std::vector<Local>& locals() const { return locals_; }

 private:
  std::vector<Local> locals_;
  std::vector<Route> routes_;  ///< longest first
};

}  // namespace statewall::rules
