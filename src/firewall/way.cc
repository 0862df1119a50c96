#include "firewall/way.h"

namespace statewall {
namespace {

using rules::Hook;
using rules::TableKind;
using rules::Topology;

constexpr Stop kBeforeIn[] = {{Hook::prerouting, TableKind::raw}};
constexpr Stop kBeforeOut[] = {{Hook::output, TableKind::raw}};

constexpr Stop kInput[] = {{Hook::prerouting, TableKind::mangle},
                           {Hook::prerouting, TableKind::nat},
                           {Hook::input, TableKind::mangle},
                           {Hook::input, TableKind::filter},
                           {Hook::input, TableKind::nat}};
constexpr Stop kForward[] = {
    {Hook::prerouting, TableKind::mangle},  {Hook::prerouting, TableKind::nat},
    {Hook::forward, TableKind::mangle},     {Hook::forward, TableKind::filter},
    {Hook::postrouting, TableKind::mangle}, {Hook::postrouting, TableKind::nat}};
constexpr Stop kOutput[] = {{Hook::output, TableKind::mangle},
                            {Hook::output, TableKind::nat},
                            {Hook::output, TableKind::filter},
                            {Hook::postrouting, TableKind::mangle},
                            {Hook::postrouting, TableKind::nat}};
// No connection begins here: those that were new are in the table since they went out.
constexpr Stop kAgain[] = {{Hook::prerouting, TableKind::mangle},
                           {Hook::input, TableKind::mangle},
                           {Hook::input, TableKind::filter}};

}  // namespace

std::span<const Stop> stops_before(Way way) {
  if (way == Way::output || way == Way::loopback) return kBeforeOut;
  return kBeforeIn;
}

std::span<const Stop> stops_behind(Way way) {
  switch (way) {
    case Way::input: return kInput;
    case Way::output:
    case Way::loopback: return kOutput;
    case Way::forward: break;
  }
  return kForward;
}

std::span<const Stop> stops_again() { return kAgain; }

Hook hook_of(Way way) {
  switch (way) {
    case Way::input: return Hook::input;
    case Way::forward: return Hook::forward;
    default: return Hook::output;
  }
}

Way way_of(Hook hook) {
  switch (hook) {
    case Hook::input: return Way::input;
    case Hook::output: return Way::output;
    default: return Way::forward;
  }
}

Way way_of(const Headers& headers, const Topology& topology, bool local) {
  const Family family = headers.family;
  if (!local && !topology.knows_locals()) return Way::forward;
  const auto is_own = [&](const Address& address) { return topology.is_local(address, family); };
  const bool to_us = is_own(headers.destination) ||
                     topology.is_broadcast(headers.destination, family) ||
                     Topology::is_multicast(headers.destination, family);
  if (local || is_own(headers.source)) {
    return is_own(headers.destination) ? Way::loopback : Way::output;
  }
  return to_us ? Way::input : Way::forward;
}

}  // namespace statewall
