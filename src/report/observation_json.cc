#include "report/observation_json.h"

#include "report/json.h"
#include "report/reason_text.h"
#include "statewall/reason.h"

namespace statewall {

void append_state_json(Buffer& out, State state) {
  if (state == State::none) {
    append(out, "null");
  } else {
    append(out, "\"{}\"", name(state));
  }
}

void append_text_member(Buffer& out, std::string_view key, std::string_view text) {
  append(out, ",\"{}\":", key);
  append_json_string(out, text);
}

void append_observation_json(Buffer& out, const Packet& packet, const Observation& observation) {
  append(out, "\"state\":");
  append_state_json(out, observation.state);
  if (observation.direction == Direction::none) {
    append(out, ",\"direction\":null");
  } else {
    append_text_member(out, "direction", name(observation.direction));
  }
  append_text_member(out, "reason", slug(observation.reason));
  append_text_member(out, "text", reason_text(packet, observation));
  if (observation.connection) {
    append(out, ",\"conn\":{}", observation.connection.number);
  } else {
    append(out, ",\"conn\":null");
  }
}

}  // namespace statewall
