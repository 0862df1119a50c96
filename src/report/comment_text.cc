#include "report/comment_text.h"

#include "report/reason_text.h"
#include "statewall/reason.h"

namespace statewall {
namespace {

void append_connection(Buffer& out, const ConnectionId& id) {
  if (id) {
    append_number(out, id.number);
  } else {
    out.push_back('-');
  }
}

}  // namespace

void append_comment(Buffer& out, const Packet& packet, const Observation& observation) {
  const Observation& seen = observation;
  append(out, "ct=");
  append(out, seen.state == State::none ? "-" : name(seen.state));
  append(out, " dir=");
  append(out, seen.direction == Direction::none ? "-" : name(seen.direction));
  append(out, " conn=");
  append_connection(out, seen.connection);
  if (seen.related_to && seen.related_to.number != seen.connection.number) {
    append(out, " related_to=");
    append_connection(out, seen.related_to);
  }
  if (seen.datagram != 0) {
    append(out, " datagram=");
    append_number(out, seen.datagram);
  }
  append(out, " reason=");
  append(out, slug(seen.reason));
  append(out, ": ");
  append_reason(out, packet, seen);
}

}  // namespace statewall
