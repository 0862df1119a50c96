#pragma once

#include <string_view>

#include "report/buffer.h"

namespace statewall {

/// Appends text for XML and HTML, between tags or within double quotes.
inline void append_markup(Buffer& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': append(out, "&amp;"); break;
      case '<': append(out, "&lt;"); break;
      case '>': append(out, "&gt;"); break;
      case '"': append(out, "&quot;"); break;
      default: out.push_back(c);
    }
  }
}

}  // namespace statewall
