#include "track/tcp_window.h"

#include <algorithm>

namespace statewall {

void begin_side(TcpPart::Side& side, std::uint8_t& scale, std::uint8_t& traits, std::uint32_t end,
                std::uint16_t window, const TcpHeader& header) {
  side.end = side.max_end = end;
  side.max_window = std::max<std::uint32_t>(window, 1);
  if (!header.has_options) return;  // then what was offered before holds
  scale = header.has_window_scale ? std::min(header.window_scale, kMaxScale) : std::uint8_t{0};
  traits &= tcp_trait::liberal;
  if (header.has_window_scale) traits |= tcp_trait::scales;
  if (header.sack_permitted) traits |= tcp_trait::sack_permitted;
}

}  // namespace statewall
