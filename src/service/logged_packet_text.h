#pragma once

#include <string_view>

#include "live/packet_log.h"
#include "report/buffer.h"

namespace statewall {

/// Where JSON of a capture names its file.
inline constexpr std::string_view kLiveFile = "live";

/// A packet of live traffic and what became of it, as replay prints one of a capture.
void append_logged_packet(Buffer& out, const LoggedPacket& packet, bool json);

}  // namespace statewall
