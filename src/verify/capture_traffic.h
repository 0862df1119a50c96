#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "capture/reader.h"
#include "verify/relocation.h"
#include "verify/rules_campaign.h"

namespace statewall {

/// The IP packets of captures, on their way to a router that knows none of their hosts: each
/// capture is moved by a `Relocation` of its own, which begins with another host each time.
class CaptureTraffic {
 public:
  /// The frames that follow are of another capture.
  void begin_capture() { relocation_ = Relocation(captures_++); }

  void add(const Frame& frame);

  std::span<const RulesPacket> packets() const { return packets_; }
  std::uint64_t cut() const { return cut_; }                ///< frames, which are left out
  std::uint64_t without_ip() const { return without_ip_; }  ///< as well

 private:
  std::size_t captures_ = 0;
  Relocation relocation_{0};
  std::vector<RulesPacket> packets_;
  std::uint64_t cut_ = 0, without_ip_ = 0;
};

}  // namespace statewall
