#include "traffic/mix.h"

#include <algorithm>

namespace statewall {
namespace {

constexpr std::string_view kNames[kTrafficKinds] = {"query",   "icmp", "error", "tcp",  "udp",
                                                    "udplite", "sctp", "gre",   "other"};

constexpr TrafficMix fragments() {
  TrafficMix mix;
  mix.damaged = 10;
  mix.fragmented = 900;
  mix.decorated = 150;
  return mix;
}

constexpr TrafficMix headers() {
  TrafficMix mix;
  mix.damaged = 400;
  mix.decorated = 500;
  return mix;
}

//                                      query icmp error tcp udp lite sctp gre other
constexpr NamedMix kMixes[] = {
    {"all", "of everything", {}},
    {"icmp", "queries, replies, any type", {.weights = {60, 30, 5, 1, 2, 0, 0, 0, 1}}},
    {"errors", "errors about all the rest", {.weights = {8, 2, 60, 8, 8, 4, 6, 4, 4}}},
    {"tcp", "TCP alone", {.weights = {0, 0, 0, 1, 0, 0, 0, 0, 0}, .fragmented = 0}},
    {"udp", "UDP and UDP-Lite", {.weights = {0, 0, 5, 0, 60, 35, 0, 0, 0}}},
    {"sctp", "SCTP alone", {.weights = {0, 0, 0, 0, 0, 0, 1, 0, 0}, .fragmented = 0}},
    {"gre", "GRE and protocols without ports", {.weights = {0, 0, 5, 0, 0, 0, 0, 60, 35}}},
    {"fragments", "nearly all of it in fragments", fragments()},
    {"headers", "IP headers that lie, options, extension headers", headers()},
};

}  // namespace

std::string_view name(TrafficKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::span<const NamedMix> traffic_mixes() { return kMixes; }

const TrafficMix* traffic_mix(std::string_view name) {
  const auto found = std::ranges::find(kMixes, name, &NamedMix::name);
  return found != std::end(kMixes) ? &found->mix : nullptr;
}

}  // namespace statewall
