#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/netlink_socket.h"
#include "live/held_fragments.h"
#include "live/interface_names.h"
#include "live/queue_message.h"
#include "live/raw_sender.h"
#include "live/source.h"

namespace statewall {

struct QueueConfig {
  QueueSetup setup;
  std::size_t socket_bytes = std::size_t{16} << 20;  ///< that may wait in the socket
  std::uint32_t answer_mark = 0;                     ///< of what REJECT sends
  Nanoseconds patience = 0;                          ///< with fragments, see HeldFragments
};

/// Packets that the kernel's NFQUEUE hands over, from its hooks INPUT, FORWARD and OUTPUT, and
/// takes back with their verdict.
class Queue final : public Source, private FrameSink {
 public:
  static Result<std::unique_ptr<Queue>> open(const QueueConfig& config);

  std::vector<int> descriptors() const override { return {socket_.descriptor()}; }
  std::optional<Error> serve(EngineWorker& worker) override;
  std::optional<std::string> tick(Nanoseconds now) override;
  const SourceCounters& counters() const override { return counters_; }

 private:
  /// What the kernel has put into a message besides, and the longest packet.
  static constexpr std::size_t kDatagram = 0xffff + 4096;
  static constexpr std::size_t kBatch = EngineWorker::kBatch;

  Queue(const QueueConfig& config, NetlinkSocket socket, RawSender sender);

  std::size_t receive();
  void take(std::span<const std::uint8_t> datagram);
  LiveFrame frame_of(const QueuedPacket& packet, std::size_t index);
  void decided(std::size_t index, const LiveOutcome& outcome) override;
  void answer(std::size_t index, const Packet& refused,
              std::span<const std::uint8_t> packet) override;
  void release(const QueuedPacket& packet, const LiveOutcome& outcome);
  void send_verdicts();
  bool send(std::span<const std::uint8_t> messages);

  const QueueConfig config_;
  NetlinkSocket socket_;
  RawSender sender_;
  InterfaceNames names_;
  HeldFragments<std::uint32_t> held_;  ///< by their ids
  std::vector<std::uint8_t> buffers_;  ///< a batch of datagrams
  std::vector<QueuedPacket> packets_;
  std::vector<LiveFrame> frames_;
  std::array<std::array<std::uint8_t, 14>, kBatch> link_headers_{};
  std::vector<std::uint8_t> rewritten_;
  VerdictMessages verdicts_;
  SourceCounters counters_;
  Nanoseconds names_since_ = 0;
  Nanoseconds now_ = 0;
};

}  // namespace statewall
