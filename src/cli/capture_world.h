#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "capture/reader.h"
#include "cli/output.h"
#include "cli/replay_options.h"
#include "replay/world.h"
#include "statewall/result.h"

namespace statewall {

/// Sums over a run.
struct ReplayTotals {
  std::uint64_t frames = 0;
  std::array<std::uint64_t, 6> states{};  ///< by State
  std::uint64_t opened = 0;               ///< connections
  std::uint64_t left = 0;                 ///< of these, still in the tables at the end
};

/// A capture's own world: a new table, its clock, and the numbers of its connections, which go on
/// where those of the capture before ended, since none is used twice in a run.
class CaptureWorld {
 public:
  /// REQUIRES: all that is referred to outlives the world.
  static Result<std::unique_ptr<CaptureWorld>> create(const ReplayOptions& options,
                                                      const std::string& file,
                                                      std::uint64_t numbers_used, Output& out);

  /// Shows a frame to the tracker, lets it out, and prints its line.
  void pass(const Frame& frame, ReplayTotals& totals);

  /// Prints the table as it is at the time of the last frame, in the order of numbers; behind an
  /// empty line if it is to be set apart.
  void print_table(bool set_apart);

  /// The highest number of a connection so far.
  std::uint64_t numbers_used() const { return world_->numbers_used(); }

  /// Adds what is known at the end.
  void add_to(ReplayTotals& totals) const;

 private:
  CaptureWorld(const ReplayOptions& options, const std::string& file, Output& out,
               std::unique_ptr<World> world);

  void advance(const Frame& frame);
  void print(const Frame& frame, const Packet& packet, const Observation& observation);

  const ReplayOptions& options_;
  const std::string& file_;
  Output& out_;
  std::unique_ptr<World> world_;
  bool ran_backwards_ = false;
};

}  // namespace statewall
