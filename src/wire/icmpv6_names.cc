#include "wire/icmpv6_names.h"

namespace statewall {
namespace {

constexpr Icmpv6Name kNames[] = {
    {"destination-unreachable", 1},
    {"no-route", 1, 0},
    {"communication-prohibited", 1, 1},
    {"beyond-scope", 1, 2},
    {"address-unreachable", 1, 3},
    {"port-unreachable", 1, 4},
    {"failed-policy", 1, 5},
    {"reject-route", 1, 6},
    {"packet-too-big", 2},
    {"time-exceeded", 3},
    {"ttl-exceeded", 3},
    {"ttl-zero-during-transit", 3, 0},
    {"ttl-zero-during-reassembly", 3, 1},
    {"parameter-problem", 4},
    {"bad-header", 4, 0},
    {"unknown-header-type", 4, 1},
    {"unknown-option", 4, 2},
    {"echo-request", 128},
    {"ping", 128},
    {"echo-reply", 129},
    {"pong", 129},
    {"mld-listener-query", 130, -1, false},
    {"mld-listener-report", 131, -1, false},
    {"mld-listener-done", 132, -1, false},
    {"mld-listener-reduction", 132, -1, false},
    {"router-solicitation", 133},
    {"router-advertisement", 134},
    {"neighbour-solicitation", 135},
    {"neighbor-solicitation", 135},
    {"neighbour-advertisement", 136},
    {"neighbor-advertisement", 136},
    {"redirect", 137},
    {"node-information-query", 139, -1, false},
    {"node-information-reply", 140, -1, false},
};

}  // namespace

std::span<const Icmpv6Name> icmpv6_names() { return kNames; }

}  // namespace statewall
