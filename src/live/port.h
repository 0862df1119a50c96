#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "statewall/packet.h"
#include "statewall/result.h"

namespace statewall {

/// What packet(7) calls a virtio_net_hdr: how a checksum and segments are left to the network card.
/// (Its own header is not for C++.)
struct CardWork {
  static constexpr std::uint8_t kNeedsChecksum = 1;
  static constexpr std::uint8_t kNoSegments = 0;

  std::uint8_t flags = 0;
  std::uint8_t segments = kNoSegments;  ///< the kind
  std::uint16_t header_length = 0;      ///< of all segments
  std::uint16_t segment_size = 0;
  std::uint16_t checksum_start = 0;   ///< in the frame: from where it is computed
  std::uint16_t checksum_offset = 0;  ///< from there: where it goes
};
static_assert(sizeof(CardWork) == 10);

/// A frame at a port, and what the system left to the network card: a checksum that is not there
/// yet, segments that are still one.
struct PortFrame {
  std::span<std::uint8_t> bytes;
  CardWork work{};

  bool checksum_not_ready() const { return (work.flags & CardWork::kNeedsChecksum) != 0; }
  /// How it is to be read.
  ChecksumMode checksums() const {
    return checksum_not_ready() ? ChecksumMode::automatic : ChecksumMode::verify;
  }
};

/// One interface, from which whole frames come and to which they are sent.
class Port {
 public:
  virtual ~Port() = default;

  /// To wait for: readable when frames are there.
  virtual int descriptor() const = 0;

  /// Takes frames that are there, at most as many as `frames` has room for; how many. Their bytes
  /// are valid, and may be changed, until `release`.
  virtual std::size_t receive(std::span<PortFrame> frames) = 0;
  virtual void release() = 0;

  /// Puts a frame on its way. Its bytes must be there until `flush`.
  virtual void send(const PortFrame& frame) = 0;
  /// Sends what was put on its way. How many frames the system did not take.
  virtual std::size_t flush() = 0;

  /// Frames that found no room before they were taken, since the last call.
  virtual std::uint64_t take_lost() = 0;
};

}  // namespace statewall
