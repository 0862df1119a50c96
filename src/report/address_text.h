#pragma once

#include <string>

#include "report/buffer.h"
#include "statewall/address.h"

namespace statewall {

/// Dotted decimal, or the compressed form of RFC 5952 with its dotted tail for IPv4-mapped
/// addresses. Family::none prints as "?".
void append_address(Buffer& out, const Address& address, Family family);
std::string address_text(const Address& address, Family family);

}  // namespace statewall
