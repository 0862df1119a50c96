#pragma once

#include "report/buffer.h"
#include "report/packet_record.h"

// JSON Lines, version 1: one object a line, without its newline. `docs/replay.md` describes the
// fields, `docs/schema/replay.v1.schema.json` is their schema.

namespace statewall {

/// "type":"packet".
void append_packet_json(Buffer& out, const PacketRecord& record);

}  // namespace statewall
