#include "verify/capture_traffic.h"

#include <utility>

#include "verify/side_by_side.h"

namespace statewall {

void CaptureTraffic::add(const Frame& frame) {
  const Packet read =
      read_frame(frame.bytes, frame.link, frame.original_length, ChecksumMode::verify);
  switch (SideBySide::kind_of(frame, read)) {
    case SideBySide::Kind::cut: ++cut_; return;
    case SideBySide::Kind::not_ip: ++without_ip_; return;
    case SideBySide::Kind::compared: break;
  }
  const auto bytes = frame.bytes.subspan(read.l3_offset);
  RulesPacket packet{{bytes.begin(), bytes.end()},
                     read.ethertype == 0x86dd ? Family::ipv6 : Family::ipv4};
  relocation_.move(packet);
  packets_.push_back(std::move(packet));
}

}  // namespace statewall
