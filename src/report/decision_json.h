#pragma once

#include <cstdint>
#include <span>

#include "report/buffer.h"
#include "report/decision_record.h"
#include "report/packet_record.h"

namespace statewall {

/// Members of a packet's object: "verdict", "rule", "way", and what happened on the way.
void append_decision_members(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets);

/// "type":"answer": the packet that REJECT sent for frame `cause.frame`, as hexadecimal bytes, and
/// what became of it.
void append_answer_json(Buffer& out, const PacketRecord& cause, const Observation& observation,
                        std::span<const std::uint8_t> bytes, const DecisionRecord& record,
                        const Rulesets& rulesets);

}  // namespace statewall
