#pragma once

#include <string_view>

#include "report/buffer.h"

namespace statewall {

/// Appends `pattern`, with `append_value(name)` in the place of each {name}.
template <typename AppendValue>
void append_filled(Buffer& out, std::string_view pattern, AppendValue&& append_value) {
  for (;;) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = pattern.find('}', open);
    append(out, pattern.substr(0, open));
    if (close == std::string_view::npos) return;
    append_value(pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
}

}  // namespace statewall
