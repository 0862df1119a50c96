#include <algorithm>

#include "rules/syntax_groups.h"

// The targets of table nat: DNAT, SNAT, MASQUERADE, REDIRECT and NETMAP.

namespace statewall::rules {
namespace {

using N = NatTarget;
using Kind = NatTarget::Kind;
constexpr std::uint32_t kTo = 1, kRandom = 2, kRandomFully = 4, kPersistent = 8;
// ICMP counts as having ports: its ids.
constexpr std::uint8_t kWithPorts[] = {1, 6, 17, 33, 58, 132};

/// `80`, `80-90`, and where `base` is true `80-90/8080`.
bool read_port_range(Argument& argument, std::string_view text, bool base, N& target) {
  std::string_view base_text = text;
  const bool has_base = text.find('/') != text.npos;
  std::string_view high_text = split_off(base_text, '/');
  const bool two = high_text.find('-') != high_text.npos;
  const auto low = read_port(argument, split_off(high_text, '-'));
  if (!low) return false;
  const auto high = two ? read_port(argument, high_text) : low;
  if (!high) return false;
  if (*low > *high) return argument.fail_at(text, "the first port is greater than the second");
  target.ports_given = true;
  target.port_low = *low;
  target.port_high = *high;
  if (!has_base) return true;
  if (!base) return argument.fail_at(base_text, "a shifted range of ports is for DNAT alone");
  const auto port = read_port(argument, base_text);
  if (!port || !two) return port && argument.fail_at(text, "only a range of ports can be shifted");
  target.port_base = *port;
  return true;
}

bool read_address_range(Argument& argument, std::string_view text, N& target) {
  const bool two = text.find('-') != text.npos;
  const auto low = read_address(argument, split_off(text, '-'));
  if (!low) return false;
  const auto high = two ? read_address(argument, text) : low;
  if (!high) return false;
  target.addresses_given = true;
  target.low = *low;
  target.high = *high;
  return true;
}

/// `ADDRESSES`, `ADDRESSES:PORTS` or `:PORTS`; of IPv6, addresses with ports stand in brackets.
bool read_to(Argument& argument, N& target) {
  std::string_view addresses = argument.text(), ports;
  bool has_ports = false;
  if (argument.family() == Family::ipv6 && !addresses.starts_with(':')) {
    if (addresses.starts_with('[')) {
      ports = addresses.substr(1);
      const std::size_t end = ports.find(']');
      if (end == ports.npos) return argument.fail("a bracket without its partner");
      addresses = ports.substr(0, end);
      ports.remove_prefix(end + 1);
      has_ports = !ports.empty();
      if (has_ports && ports[0] != ':') return argument.fail_expected("':' and ports", ports);
      if (has_ports) ports.remove_prefix(1);
    }
  } else if (const std::size_t colon = addresses.find(':'); colon != addresses.npos) {
    has_ports = true;
    ports = addresses.substr(colon + 1);
    addresses = addresses.substr(0, colon);
  }
  // `::1` begins with the colon of `:PORTS`, too.
  if (argument.family() == Family::ipv6 && argument.text().starts_with("::")) {
    has_ports = false;
    addresses = argument.text();
  } else if (argument.family() == Family::ipv6 && argument.text().starts_with(':')) {
    has_ports = true;
    ports = argument.text().substr(1);
    addresses = {};
  }
  if (!addresses.empty() || !has_ports) {
    if (!read_address_range(argument, addresses, target)) return false;
  }
  return !has_ports || read_port_range(argument, ports, target.kind == Kind::dnat, target);
}

bool read_to_ports(Argument& argument, N& target) {
  return read_port_range(argument, argument.text(), false, target);
}

bool read_netmap(Argument& argument, N& target) {
  const auto network = read_network(argument, argument.text(), read_address);
  if (!network) return false;
  if (prefix_of_mask(network->mask, argument.family()) < 0) {
    return argument.fail("the bits of this mask must all stand at its beginning");
  }
  target.addresses_given = true;
  target.low = masked(network->address, network->mask);
  target.high = network->mask;
  return true;
}

std::string check(const Surroundings& around, Target& part) {
  if (!std::get_if<N>(&part)->ports_given) return {};
  if (std::ranges::find(kWithPorts, around.protocol) != std::end(kWithPorts)) return {};
  return "ports need '-p' with tcp, udp, sctp or dccp";
}

void print_addresses(RuleWriter& out, const N& target) {
  if (!target.addresses_given) return;
  const bool brackets = target.ports_given && out.family() == Family::ipv6;
  if (brackets) out.text() += '[';
  append_address(out.text(), target.low, out.family());
  if (target.high != target.low) {
    out.text() += '-';
    append_address(out.text(), target.high, out.family());
  }
  if (brackets) out.text() += ']';
}

void print_ports(RuleWriter& out, const N& target) {
  append_number(out.text(), target.port_low);
  if (target.port_high != target.port_low) {
    out.text() += '-';
    append_number(out.text(), target.port_high);
  }
  if (target.port_base == 0) return;
  out.text() += '/';
  append_number(out.text(), target.port_base);
}

void print(RuleWriter& out, const N& target) {
  constexpr std::string_view options[] = {"to-destination", "to-source", "to-ports", "to-ports",
                                          "to"};
  const bool given = target.addresses_given || target.ports_given;
  if (given) out.option(options[static_cast<int>(target.kind)]);
  if (target.kind == Kind::netmap) {
    out.network({target.low, target.high, false});
    return;
  }
  if (given) out.text() += ' ';
  print_addresses(out, target);
  if (target.addresses_given && target.ports_given) out.text() += ':';
  if (!target.addresses_given && target.ports_given && target.kind < Kind::masquerade) {
    out.text() += ':';
  }
  if (target.ports_given) print_ports(out, target);
  if (target.random) out.option("random");
  if (target.random_fully) out.option("random-fully");
  if (target.persistent) out.option("persistent");
}

template <Kind kind>
Target make_nat(Family) {
  N target;
  target.kind = kind;
  return target;
}

template <Kind kind>
bool is(const Target& target) {
  return std::get_if<N>(&target)->kind == kind;
}

constexpr std::uint8_t kAlone = TargetOption::kAlone;
constexpr TargetOption kRandomOption{"random", kRandom, kAlone, into_target<&N::random, read_flag>};
constexpr TargetOption kFullyOption{"random-fully", kRandomFully, kAlone,
                                    into_target<&N::random_fully, read_flag>};
constexpr TargetOption kPersistentOption{"persistent", kPersistent, kAlone,
                                         into_target<&N::persistent, read_flag>};
constexpr auto kReadTo = of_target<N, read_to>;
constexpr auto kReadPorts = of_target<N, read_to_ports>;

constexpr TargetOption kDnatOptions[] = {
    {"to-destination", kTo, 0, kReadTo}, kRandomOption, kPersistentOption};
constexpr TargetOption kSnatOptions[] = {
    {"to-source", kTo, 0, kReadTo}, kRandomOption, kFullyOption, kPersistentOption};
constexpr TargetOption kMasqueradeOptions[] = {
    {"to-ports", kTo, 0, kReadPorts}, kRandomOption, kFullyOption};
constexpr TargetOption kRedirectOptions[] = {{"to-ports", kTo, 0, kReadPorts}, kRandomOption};
constexpr TargetOption kNetmapOptions[] = {{"to", kTo, 0, of_target<N, read_netmap>}};

// By name, since Clang 16 forgets to make a function that only a template refers to.
constexpr auto kPrint = prints_target<N, print>;

template <Kind kind>
constexpr TargetSyntax nat(std::string_view name, std::span<const TargetOption> options,
                           std::uint32_t required, int hooks) {
  return {.name = name,
          .kind = kIndexIn<N, Target>,
          .make = make_nat<kind>,
          .options = options,
          .print = kPrint,
          .required = required,
          .finish = check,
          .owns = is<kind>,
          .tables = bit(TableKind::nat),
          .hooks = static_cast<std::uint8_t>(hooks)};
}

constexpr int kEarly = bit(Hook::prerouting) | bit(Hook::output);
constexpr int kLate = bit(Hook::postrouting) | bit(Hook::input);
constexpr TargetSyntax kTargets[] = {
    nat<Kind::dnat>("DNAT", kDnatOptions, kTo, kEarly),
    nat<Kind::snat>("SNAT", kSnatOptions, kTo, kLate),
    nat<Kind::masquerade>("MASQUERADE", kMasqueradeOptions, 0, bit(Hook::postrouting)),
    nat<Kind::redirect>("REDIRECT", kRedirectOptions, 0, kEarly),
    nat<Kind::netmap>("NETMAP", kNetmapOptions, kTo, kEarly | kLate),
};

}  // namespace

std::span<const TargetSyntax> nat_targets() { return kTargets; }

}  // namespace statewall::rules
