#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "capture/fields.h"

namespace statewall {

/// What the header of a pcap file says.
struct PcapFile {
  ByteOrder order = ByteOrder::little;
  std::uint8_t resolution = 6;  ///< times count 10^-resolution seconds
  std::uint16_t link = 0;
  std::uint32_t snap_length = 0;
  std::optional<std::uint8_t> check_sequence_bits;  ///< at the end of each frame, where it is known
};

/// A record of a pcap file, its numbers as they stand there.
struct PcapRecord {
  std::uint64_t ticks = 0;     ///< since the Unix epoch, see PcapFile::resolution
  std::uint32_t original = 0;  ///< length on the wire
  std::span<const std::uint8_t> data;
};

/// A block of a pcapng file, from its type to its trailer. Its lengths are checked.
struct PcapngBlock {
  std::uint32_t type = 0;
  ByteOrder order = ByteOrder::little;
  std::span<const std::uint8_t> bytes;
};

/// A block of a packet, of any of the three kinds.
struct PcapngPacket : PcapngBlock {
  std::size_t data = 0;        ///< offset of the frame in the block
  std::uint32_t captured = 0;  ///< length of the frame
  std::uint32_t original = 0;  ///< length on the wire, as the block claims it
};

/// For whoever writes a capture anew: sees all that a reader reads, as it stands in the file and in
/// its order. Views are valid until the next call to the reader.
class RecordObserver {
 public:
  virtual ~RecordObserver() = default;

  /// Each kind of file calls its own: once `file`, then `record` for each frame; or `block` and
  /// `packet`.
  virtual void file(const PcapFile& file) = 0;
  virtual void record(const PcapRecord& record) = 0;
  virtual void block(const PcapngBlock& block) = 0;
  virtual void packet(const PcapngPacket& packet) = 0;
};

}  // namespace statewall
