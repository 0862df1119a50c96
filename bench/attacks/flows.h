#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "measure/echo_key.h"
#include "measure/random.h"
#include "track/flow_hash.h"
#include "track/hash_index.h"

// The flows that a case has. All sets have the same size, so that they need the same memory.

namespace statewall::bench {

inline constexpr std::uint32_t kFlows = 65'536;

struct Flow {
  std::uint32_t client = 0;
  std::uint16_t number = 0;  ///< the ICMP id, or the client's port
};
using Flows = std::vector<Flow>;

/// One that is told apart from the 16 million before it.
constexpr Flow fresh_flow(std::uint32_t count) {
  return {count % (1U << 24), static_cast<std::uint16_t>(count * 40'503)};
}

/// So many clients, and numbers by chance.
inline Flows many_clients() {
  Flows flows(kFlows);
  Random random;
  for (std::uint32_t i = 0; i < kFlows; ++i) {
    flows[i] = {i, static_cast<std::uint16_t>(random.below(65'536))};
  }
  return flows;
}

/// So many clients of one number.
inline Flows one_number(std::uint16_t number) {
  Flows flows(kFlows);
  for (std::uint32_t i = 0; i < kFlows; ++i) flows[i] = {i, number};
  return flows;
}

/// One client, and every number there is.
inline Flows one_client() {
  Flows flows(kFlows);
  for (std::uint32_t i = 0; i < kFlows; ++i) flows[i].number = static_cast<std::uint16_t>(i);
  return flows;
}

/// Echo flows that somebody found who knows the code, and thinks that he knows the secret: in a
/// table of `guess`, made for so many connections, they would all meet in eight homes.
inline Flows meeting_under(const std::array<std::uint64_t, 2>& guess, std::uint32_t connections) {
  const FlowHash hash(guess);
  const std::uint64_t homes = HashIndex::size_for(connections).homes;
  Flows flows;
  for (std::uint32_t client = 0; flows.size() < kFlows; ++client) {
    for (std::uint32_t id = 0; id < 65'536 && flows.size() < kFlows; ++id) {
      const Flow flow{client, static_cast<std::uint16_t>(id)};
      const std::uint64_t home = (hash(echo_key(flow.client, flow.number)) >> 32) * homes >> 32;
      if (home < 8) flows.push_back(flow);
    }
  }
  return flows;
}

}  // namespace statewall::bench
