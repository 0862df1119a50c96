#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "scenario/packet_maker.h"
#include "scenario/parser.h"

// For tests: lines of a scenario, read and made.

namespace statewall::testing {

inline ParsedScenario parse_lines(std::string_view lines) {
  return parse_scenario("statewall-scenario 1\n" + std::string(lines), "x");
}

/// The packets that these lines send, each whole.
inline std::vector<PacketBytes> packets_of(std::string_view lines) {
  const ParsedScenario parsed = parse_lines(lines);
  for (const Error& error : parsed.errors) ADD_FAILURE() << error.text();
  std::vector<PacketBytes> sent;
  for (const Step& step : parsed.scenario.steps) {
    const auto* packet = std::get_if<PacketStep>(&step.what);
    if (packet != nullptr) sent.push_back(make_packet(packet->packet, sent));
  }
  return sent;
}

/// The last of them.
inline PacketBytes last_packet(std::string_view lines) {
  const std::vector<PacketBytes> sent = packets_of(lines);
  return sent.empty() ? PacketBytes{} : sent.back();
}

/// The text of the only error.
inline std::string error_of(std::string_view lines) {
  const ParsedScenario parsed = parse_lines(lines);
  EXPECT_EQ(parsed.errors.size(), 1u) << lines;
  return parsed.errors.empty() ? "" : parsed.errors[0].text();
}

}  // namespace statewall::testing
