#pragma once

#include <string_view>

#include "report/buffer.h"

namespace statewall {

/// Appends a JSON string with its quotes (RFC 8259 7). Control characters are escaped; bytes that
/// are not UTF-8 are replaced by U+FFFD, one for each maximal part of a character that was begun
/// (Unicode 3.9, the practice of W3C's encoding standard).
void append_json_string(Buffer& out, std::string_view text);

}  // namespace statewall
