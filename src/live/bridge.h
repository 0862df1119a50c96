#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/held_fragments.h"
#include "live/port.h"
#include "live/source.h"

namespace statewall {

/// How one side of a bridge is opened, at the start and when its interface is back.
struct BridgeSide {
  std::string interface;
  std::function<Result<std::unique_ptr<Port>>()> open;
};

struct BridgeConfig {
  std::array<BridgeSide, 2> sides;
  bool passes_other = true;  ///< frames without IP
  Nanoseconds patience = 0;  ///< with fragments, see HeldFragments
};

/// A bump in the wire: what comes in on one side goes out on the other, as far as the rules let it.
class Bridge final : public Source, private FrameSink {
 public:
  static Result<std::unique_ptr<Bridge>> open(BridgeConfig config);

  std::vector<int> descriptors() const override;
  std::optional<Error> serve(EngineWorker& worker) override;
  std::optional<std::string> tick(Nanoseconds now) override;
  const SourceCounters& counters() const override { return counters_; }

 private:
  static constexpr std::size_t kBatch = EngineWorker::kBatch;
  static constexpr std::size_t kMostHeld = 1024;
  struct Held {
    std::vector<std::uint8_t> bytes;
    CardWork work{};
  };
  struct Side {
    std::unique_ptr<Port> port;  ///< null while the interface is gone
    unsigned index = 0;          ///< of the interface
  };

  explicit Bridge(BridgeConfig config);
  bool serve_side(std::size_t from, EngineWorker& worker);
  void decided(std::size_t index, const LiveOutcome& outcome) override;
  void answer(std::size_t index, const Packet& refused,
              std::span<const std::uint8_t> packet) override;
  void release(std::uint64_t datagram, bool passes);
  std::optional<std::string> look_at(std::size_t side);
  Port* other() { return sides_[1 - from_].port.get(); }

  const BridgeConfig config_;
  std::array<Side, 2> sides_;
  HeldFragments<Held> held_;
  std::array<PortFrame, kBatch> frames_;
  std::vector<LiveFrame> live_;
  /// Bytes of this batch that are no frame of a port: answers, and fragments that were held.
  std::vector<std::vector<std::uint8_t>> kept_;
  std::size_t from_ = 0;  ///< the side of the batch under way
  SourceCounters counters_;
  Nanoseconds now_ = 0, looked_ = 0;
};

}  // namespace statewall
