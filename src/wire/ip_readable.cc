#include "wire/ip_readable.h"

namespace statewall {

bool ip_readable(WireError error) {
  switch (error) {
    case WireError::link_unsupported:
    case WireError::link_short:
    case WireError::not_ip:
    case WireError::ipv4_short:
    case WireError::ipv4_version:
    case WireError::ipv4_header_length:
    case WireError::ipv4_options_short:
    case WireError::ipv4_total_length:
    case WireError::ipv4_truncated:
    case WireError::ipv4_checksum:
    case WireError::ipv6_short:
    case WireError::ipv6_version:
    case WireError::ipv6_truncated:
    case WireError::ipv6_fragment_short:
    case WireError::ipv6_hop_by_hop: return false;
    default: return true;
  }
}

}  // namespace statewall
