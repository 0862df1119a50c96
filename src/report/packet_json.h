#pragma once

#include "report/buffer.h"
#include "report/packet_record.h"
#include "statewall/connection.h"

// JSON Lines, version 1: one object a line, without its newline. `docs/replay.md` describes the
// fields, `docs/schema/replay.v1.schema.json` is their schema.

namespace statewall {

/// `"v"` of every line. It rises only when a field goes or changes its meaning.
inline constexpr int kJsonVersion = 1;

/// "type":"packet".
void append_packet_json(Buffer& out, const PacketRecord& record);

/// ,"key":{...}: one direction of a connection.
void append_tuple_json(Buffer& out, std::string_view key, const Tuple& tuple);

/// "type":"connection": one entry of the table of `file` at `now`.
void append_connection_json(Buffer& out, std::string_view file, const Connection& connection,
                            Nanoseconds now);

}  // namespace statewall
