#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "capture/reader.h"
#include "replay/histories.h"
#include "replay/reading.h"
#include "replay/what_if.h"
#include "replay/world.h"
#include "replay/worlds.h"
#include "report/explanation.h"
#include "statewall/result.h"

namespace statewall {

/// Plays a capture up to the packet that is to be explained, to the world that was asked for, and
/// to others beside it that differ in one switch or in their profile.
class Explainer {
 public:
  static Result<Explainer> create(const WorldConfig& config, const FrameReading& reading);

  /// A packet that comes before.
  void pass(const Frame& frame);

  /// The packet itself. `file` outlives the explanation.
  Explanation explain(std::string_view file, const Frame& frame);

 private:
  explicit Explainer(const FrameReading& reading) : reading_(reading) {}

  struct Step {
    Packet packet;
    Observation observation;
    std::optional<Packet> tracked;  ///< what was: perhaps the datagram that the packet completed
    std::vector<Event> events;
  };
  void advance(const Frame& frame);
  Step show(const Frame& frame);

  FrameReading reading_;
  std::unique_ptr<World> world_;
  Worlds others_;  ///< of the profiles, then of the variants
  std::vector<Variant> variants_;
  Histories histories_;
};

}  // namespace statewall
