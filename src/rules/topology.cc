#include "rules/topology.h"

#include <algorithm>
#include <charconv>

#include "rules/address_parser.h"

namespace statewall::rules {
namespace {

constexpr Address kLoopbackBroadcast = Address::ipv4(0x7fffffff);

constexpr std::uint8_t full_length(Family family) { return family == Family::ipv4 ? 32 : 128; }

/// Are the first `length` bits equal?
bool same_network(const Address& a, const Address& b, unsigned length) {
  const unsigned whole = length / 8;
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
  const unsigned rest = length % 8;
  return rest == 0 || ((a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest)) == 0;
}

bool all_ones(const Address& address, unsigned from_bit) {
  for (unsigned bit = from_bit; bit < 32; ++bit) {
    if ((address.bytes[bit / 8] >> (7 - bit % 8) & 1) == 0) return false;
  }
  return true;
}

bool is_at(const Topology::Local& local, std::string_view interface) {
  return interface.empty() || local.interface == interface;
}

struct AddressAndLength {
  Address address;
  Family family;
  std::uint8_t length;
  bool written;  ///< the length
};

std::optional<AddressAndLength> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view written = text.substr(0, slash);
  const Family family = written.find(':') == std::string_view::npos ? Family::ipv4 : Family::ipv6;
  const std::optional<Address> address = parse_address(written, family);
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) {
    return AddressAndLength{*address, family, full_length(family), false};
  }
  const std::string_view number = text.substr(slash + 1);
  std::uint8_t length = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), length);
  if (error != std::errc() || end != number.data() + number.size() ||
      length > full_length(family)) {
    return std::nullopt;
  }
  return AddressAndLength{*address, family, length, true};
}

}  // namespace

std::optional<Topology::Local> Topology::parse_local(std::string_view text) {
  const std::size_t equals = text.find('=');
  const auto prefix = parse_prefix(text.substr(0, equals));
  if (!prefix) return std::nullopt;
  Local local{prefix->address, prefix->family, 0, {}};
  if (prefix->written) local.prefix_length = prefix->length;
  if (equals != std::string_view::npos) {
    local.interface = text.substr(equals + 1);
    if (local.interface.empty()) return std::nullopt;
  }
  return local;
}

std::vector<Topology::Route> Topology::parse_route(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals + 1 == text.size()) return {};
  const std::string interface(text.substr(equals + 1));
  if (text.substr(0, equals) == "default") {
    return {{Address{}, Family::ipv4, 0, interface}, {Address{}, Family::ipv6, 0, interface}};
  }
  const auto prefix = parse_prefix(text.substr(0, equals));
  if (!prefix) return {};
  return {{prefix->address, prefix->family, prefix->length, interface}};
}

void Topology::add(const Local& local) {
  locals_.push_back(local);
  if (local.prefix_length > 0 && !local.interface.empty()) {
    add(Route{local.address, local.family, local.prefix_length, local.interface});
  }
}

void Topology::add(const Route& route) {
  const auto shorter = [&](const Route& other) {
    return other.prefix_length < route.prefix_length;
  };
  routes_.insert(std::ranges::find_if(routes_, shorter), route);
}

const std::string* Topology::interface_of(const Address& address, Family family) const {
  for (const Route& route : routes_) {
    if (route.family == family && same_network(route.network, address, route.prefix_length)) {
      return &route.interface;
    }
  }
  return nullptr;
}

bool Topology::is_local(const Address& address, Family family, std::string_view interface) const {
  if (is_loopback(address, family)) return interface.empty() || interface == "lo";
  return std::ranges::any_of(locals_, [&](const Local& local) {
    return local.family == family && local.address == address && is_at(local, interface);
  });
}

bool Topology::is_limited_broadcast(const Address& address) { return all_ones(address, 0); }

bool Topology::is_broadcast(const Address& address, Family family,
                            std::string_view interface) const {
  if (family != Family::ipv4) return false;
  if (is_limited_broadcast(address)) return true;
  if (address == kLoopbackBroadcast) return interface.empty() || interface == "lo";
  return std::ranges::any_of(locals_, [&](const Local& local) {
    return local.family == family && local.prefix_length > 0 && local.prefix_length < 31 &&
           is_at(local, interface) && same_network(local.address, address, local.prefix_length) &&
           all_ones(address, local.prefix_length);
  });
}

bool Topology::is_multicast(const Address& address, Family family) {
  return family == Family::ipv4 ? address.bytes[0] >> 4 == 14 : address.bytes[0] == 0xff;
}

const Topology::Local* Topology::source_towards(const Address& address, Family family) const {
  const std::string* interface = interface_of(address, family);
  const Local* any = nullptr;
  for (const Local& local : locals_) {
    if (local.family != family || is_link_local(local.address, family)) continue;
    if (interface && local.interface == *interface) return &local;
    if (!any) any = &local;
  }
  return any;
}

bool Topology::is_loopback(const Address& address, Family family) {
  if (family == Family::ipv4) return address.bytes[0] == 127 && address != kLoopbackBroadcast;
  Address one;
  one.bytes[15] = 1;
  return address == one;
}

bool Topology::is_link_local(const Address& address, Family family) {
  return family == Family::ipv6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80;
}

}  // namespace statewall::rules
