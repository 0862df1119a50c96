#include "report/packet_line.h"

#include "report/decision_text.h"
#include "report/packet_text.h"
#include "report/reason_text.h"
#include "report/time_text.h"
#include "statewall/reason.h"

namespace statewall {
namespace {

std::string_view short_name(Direction direction) {
  switch (direction) {
    case Direction::original: return "orig";
    case Direction::reply: return "reply";
    case Direction::none: break;
  }
  return "-";
}

/// "#1    ", in six columns.
void append_connection(Buffer& out, const ConnectionId& id) {
  const fmt::format_int digits(id.number);
  append(out, id ? "#" : "-");
  append_padded(out, id ? std::string_view(digits.data(), digits.size()) : "", 4);
  out.push_back(' ');
}

/// "vxlan 42: ", one for each tunnel.
void append_tunnels(Buffer& out, const InnerPath& path) {
  for (std::size_t i = 0; i < path.depth; ++i) {
    append(out, name(path.levels[i].tunnel));
    if (path.levels[i].id != 0) append(out, " {}", path.levels[i].id);
    append(out, ": ");
  }
}

}  // namespace

void append_packet_line(Buffer& out, const PacketRecord& record, Color color) {
  const Observation& seen = record.observation;
  append_number(out, record.frame, 5);
  out.push_back(' ');
  append_time_of_day(out, record.time);
  out.push_back(' ');
  append_state(out, seen.state, 12, color);
  append_padded(out, short_name(seen.direction), 6);
  append_connection(out, seen.connection);
  if (record.decision) append_verdict(out, record.decision->decision.verdict, color);
  if (record.path) append_tunnels(out, *record.path);
  append_packet(out, record.packet);
  append(out, "; ");
  append_reason(out, record.subject(), seen);
  append_datagram(out, record.packet, seen);
  if (!record.decision) return;
  append_decision(out, *record.decision, *record.rulesets);
  append_happenings(out, *record.decision, *record.rulesets);
}

void append_answer_line(Buffer& out, const Packet& packet, const DecisionRecord& record,
                        const Rulesets& rulesets) {
  const Decision& decision = record.decision;
  append(out, "        answers ");
  append_packet(out, packet);
  append(out, "; {}",
         decision.observation.state == State::none ? "no state" : name(decision.observation.state));
  if (decision.verdict != Verdict::accept) append(out, " {}", name(decision.verdict));
  append_happenings(out, record, rulesets);
}

}  // namespace statewall
