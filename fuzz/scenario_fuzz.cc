#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "require.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

// Any text as a scenario. What parses is run.

namespace {

using namespace statewall;

constexpr std::size_t kMostPackets = 200;
constexpr std::size_t kMostFragmented = 4;  // of which each may be 8192 fragments

void require_sense(const ParsedScenario& parsed) {
  for (const Error& error : parsed.errors) {
    STATEWALL_REQUIRE(error.kind == ErrorKind::input);
    STATEWALL_REQUIRE(error.where.starts_with("fuzz:"));
    const bool printable =
        std::ranges::all_of(error.message, [](char c) { return c >= ' ' && c <= '~'; });
    STATEWALL_REQUIRE(printable);
  }
  std::uint32_t packets = 0;
  Nanoseconds time = 0;
  for (const Step& step : parsed.scenario.steps) {
    STATEWALL_REQUIRE(step.time >= time);
    time = step.time;
    const auto* packet = std::get_if<PacketStep>(&step.what);
    if (packet == nullptr) continue;
    ++packets;
    STATEWALL_REQUIRE(packet->number >= packets);
    STATEWALL_REQUIRE(packet->packet.quoting < packet->number);
  }
  STATEWALL_REQUIRE(packets <= parsed.scenario.packets);
  STATEWALL_REQUIRE(!parsed.errors.empty() || packets == parsed.scenario.packets);
}

bool too_much(const Scenario& scenario) {
  std::size_t fragmented = 0;
  for (const Step& step : scenario.steps) {
    const auto* packet = std::get_if<PacketStep>(&step.what);
    if (packet != nullptr && packet->packet.fragment_size != 0) ++fragmented;
  }
  return scenario.packets > kMostPackets || fragmented > kMostFragmented;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParsedScenario parsed = parse_scenario(text, "fuzz");
  require_sense(parsed);
  if (!parsed.errors.empty() || too_much(parsed.scenario)) return 0;
  const auto result = run_scenario(parsed.scenario);
  STATEWALL_REQUIRE(static_cast<bool>(result));
  STATEWALL_REQUIRE(result->failures.size() <= result->checked);
  for (const Failure& failure : result->failures) STATEWALL_REQUIRE(!failure.text().empty());
  return 0;
}
