#include "report/difference_text.h"

#include "report/packet_text.h"
#include "report/reason_text.h"
#include "report/time_text.h"

namespace statewall {
namespace {

std::string_view state_text(State state) { return state == State::none ? "-" : name(state); }

void append_side(Buffer& out, char side, const Packet& packet, const Observation& seen) {
  append(out, "\n      {} ", side);
  append_padded(out, state_text(seen.state), 12);
  append_reason(out, packet, seen);
}

}  // namespace

void append_group_heading(Buffer& out, const DifferenceGroup& group) {
  append(out, "{} {} -> {} {}: {} {}", state_text(state_of(group.a)), slug(group.a),
         state_text(state_of(group.b)), slug(group.b), group.packets,
         group.packets == 1 ? "packet" : "packets");
}

void append_difference(Buffer& out, const Difference& difference, bool with_file) {
  if (with_file) {
    append(out, "{}:{} ", difference.file, difference.frame);
  } else {
    append(out, "{:>5} ", difference.frame);
  }
  append_time_of_day(out, difference.time);
  append(out, " ");
  append_packet(out, difference.packet);
  append_side(out, 'A', difference.packet, difference.a);
  append_side(out, 'B', difference.packet, difference.b);
}

}  // namespace statewall
