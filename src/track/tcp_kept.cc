#include "track/tcp_kept.h"

#include <algorithm>

#include "track/tcp_window.h"

namespace statewall {

SavedConnection::Tcp kept_of(const TcpPart& part) {
  SavedConnection::Tcp kept;
  for (std::size_t way = 0; way < kept.sides.size(); ++way) {
    const TcpPart::Side& side = part.sides[way];
    kept.sides[way] = {side.end,     side.max_end,    side.max_window,
                       side.max_ack, part.scale[way], part.traits[way]};
  }
  kept.last_sequence = part.last_sequence;
  kept.last_ack = part.last_ack;
  kept.last_end = part.last_end;
  kept.last_window = part.last_window;
  kept.last_event = part.last_event;
  kept.last_direction = part.last_direction;
  kept.last_scale = part.last_scale;
  kept.last_traits = part.last_traits;
  kept.repetitions = part.repetitions;
  return kept;
}

bool possible(const SavedConnection::Tcp& kept) {
  const std::uint8_t scale = std::max({kept.sides[0].scale, kept.sides[1].scale, kept.last_scale});
  return scale <= kMaxScale && kept.last_event < kTcpEvents && kept.last_direction <= 1;
}

TcpPart part_of(const SavedConnection::Tcp& kept) {
  TcpPart part{};
  for (std::size_t way = 0; way < kept.sides.size(); ++way) {
    const SavedConnection::Tcp::Side& side = kept.sides[way];
    part.sides[way] = {side.end, side.max_end, side.max_window, side.max_ack};
    part.scale[way] = side.scale;
    part.traits[way] = side.traits;
  }
  part.last_sequence = kept.last_sequence;
  part.last_ack = kept.last_ack;
  part.last_end = kept.last_end;
  part.last_window = kept.last_window;
  part.last_event = kept.last_event;
  part.last_direction = kept.last_direction;
  part.last_scale = kept.last_scale;
  part.last_traits = kept.last_traits;
  part.repetitions = kept.repetitions;
  return part;
}

TcpPart midstream_part(bool closing) {
  TcpPart part{};
  part.traits[0] = part.traits[1] = static_cast<std::uint8_t>(
      tcp_trait::sack_permitted | tcp_trait::liberal | (closing ? tcp_trait::closing : 0));
  return part;
}

}  // namespace statewall
