#pragma once

#include <linux/if_packet.h>

#include <array>
#include <vector>

#include "live/port.h"
#include "system/descriptor.h"

namespace statewall {

/// An interface through AF_PACKET: frames come through a ring that the kernel fills (TPACKET_V2),
/// and are sent in batches.
///
/// Not TPACKET_V3: that hands frames over in blocks, when one is full or a timer of the kernel's
/// says so, and a frame in the middle of a wire must not wait for either.
class PacketPort final : public Port {
 public:
  struct Config {
    std::string interface;
    /// Several workers share the frames of an interface by flow, where they name the same group.
    std::optional<std::uint16_t> group = std::nullopt;
    bool outgoing = false;  ///< frames that are sent, too
    /// Frames that may wait, 128 KiB of the kernel's memory each.
    std::size_t slots = 256;
  };
  static Result<std::unique_ptr<Port>> open(const Config& config);
  ~PacketPort() override;

  int descriptor() const override { return socket_.number(); }
  std::size_t receive(std::span<PortFrame> frames) override;
  void release() override;
  void send(const PortFrame& frame) override;
  std::size_t flush() override;
  std::uint64_t take_lost() override;

 private:
  PacketPort(Descriptor socket, std::size_t slots) : slots_(slots), socket_(std::move(socket)) {}
  std::optional<Error> map_ring();
  tpacket2_hdr& slot(std::size_t index);
  static PortFrame frame_of(tpacket2_hdr& header);

  const std::size_t slots_;
  Descriptor socket_;
  std::span<std::uint8_t> ring_;
  std::size_t next_ = 0;   ///< slot that the kernel fills next
  std::size_t taken_ = 0;  ///< slots before it that are not given back
  std::vector<PortFrame> outgoing_;
};

}  // namespace statewall
