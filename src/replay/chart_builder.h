#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/chart_lines.h"
#include "replay/world.h"
#include "report/chart.h"
#include "statewall/event.h"
#include "statewall/packet.h"

namespace statewall {

/// What is to be drawn.
struct ChartOptions {
  std::string name = {};         ///< of the capture, as the user gave it
  std::string settings = {};     ///< how it is tracked, for people
  std::uint64_t connection = 0;  ///< only what belongs to this one, or is about it; 0: all
  std::size_t limit = 200;       ///< packets; those that follow are counted
};

/// Makes the chart of a capture while it plays it to a world. Memory grows with what is drawn, not
/// with the capture. Times are those of the world's clock, which never runs backwards.
class ChartBuilder {
 public:
  /// REQUIRES: the world is new, and outlives the builder.
  ChartBuilder(World& world, const ChartOptions& options);

  /// Plays the next packet, and draws it if it is to be drawn.
  void pass(std::uint64_t frame, Nanoseconds time, const Packet& packet,
            std::span<const std::uint8_t> bytes = {});

  /// The chart as it is after the last packet. REQUIRES: it is called once.
  Chart finish();

 private:
  bool wanted(const Observation& seen) const;
  void draw(std::uint64_t frame, const Packet& packet, const Packet& subject,
            const Observation& seen, const std::vector<Event>& events);
  void end_alone(const Event& event);
  void end(ChartLife& life, std::size_t row, const Event& event);
  ChartLife* living(std::uint64_t connection);
  void begin(const Event& event, std::size_t row);
  ChartRow& add_row(ChartRow::Kind kind, std::uint64_t time);
  std::uint64_t since_start(Nanoseconds time) const;

  World& world_;
  ChartOptions options_;
  Chart chart_;
  ChartLines lines_;
  std::optional<Nanoseconds> start_;
  std::size_t packets_ = 0;
  std::map<std::uint64_t, std::size_t> living_;  ///< connection to index of its life
  std::vector<ConnectionId> ids_;                ///< of the lives
  std::vector<bool> lanes_;                      ///< which are taken
};

}  // namespace statewall
