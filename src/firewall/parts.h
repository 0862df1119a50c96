#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "firewall/firewall.h"
#include "firewall/reject.h"
#include "firewall/reject_pace.h"
#include "firewall/text_writer.h"
#include "firewall/translation.h"
#include "rules/evaluator.h"

namespace statewall {

/// What a firewall keeps from packet to packet.
struct Firewall::Parts {
  explicit Parts(FirewallConfig from)
      : config(std::move(from)), hash{{config.seed, ~config.seed}}, lists(hash), pace(hash) {
    if (config.ipv4) ipv4.emplace(*config.ipv4, lists, hash, config.seed);
    if (config.ipv6) ipv6.emplace(*config.ipv6, lists, hash, config.seed + 1);
  }

  rules::Evaluator* evaluator(Family family) {
    auto& which = family == Family::ipv6 ? ipv6 : ipv4;
    return which ? &*which : nullptr;
  }

  FirewallConfig config;
  rules::HostHash hash;
  rules::RecentLists lists;
  std::optional<rules::Evaluator> ipv4, ipv6;
  Translations translations;
  RejectPace pace;
  TextWriter text;

  // What REJECT answered, and of which connection.
  std::array<std::uint8_t, kLongestAnswer> answer_bytes{};
  std::size_t answer_size = 0;
  std::array<std::uint8_t, kLongestAnswer> sent_bytes{};  ///< of the answer on its way
  Observation answered;
  std::optional<Connection> answered_entry;
};

}  // namespace statewall
