#pragma once

#include "scenario/packet_maker.h"

namespace statewall {

/// All that follows IP: the header that the words describe, before its payload. Empty if the two do
/// not fit into a packet.
PacketBytes make_transport(const PacketSpec& packet, const PacketBytes& payload);

}  // namespace statewall
