#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/port.h"
#include "live/source.h"

namespace statewall {

/// An interface that is looked at, and no more: what comes and goes there passes whatever rules
/// say.
class Watch final : public Source, private FrameSink {
 public:
  static Result<std::unique_ptr<Watch>> open(const std::string& interface);

  std::vector<int> descriptors() const override { return {port_->descriptor()}; }
  std::optional<Error> serve(EngineWorker& worker) override;
  std::optional<std::string> tick(Nanoseconds now) override;
  const SourceCounters& counters() const override { return counters_; }

 private:
  static constexpr std::size_t kBatch = EngineWorker::kBatch;

  Watch(std::string interface, LinkType link, std::unique_ptr<Port> port)
      : interface_(std::move(interface)), link_(link), port_(std::move(port)) {}
  void decided(std::size_t, const LiveOutcome&) override {}
  void answer(std::size_t, const Packet&, std::span<const std::uint8_t>) override {}

  const std::string interface_;
  const LinkType link_;
  std::unique_ptr<Port> port_;
  bool gone_ = false;
  std::array<PortFrame, kBatch> frames_;
  std::vector<LiveFrame> live_;
  SourceCounters counters_;
};

}  // namespace statewall
