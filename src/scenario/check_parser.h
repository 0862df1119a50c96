#pragma once

#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"

namespace statewall {

/// Does this word, behind a time, begin a check: `table`, `log`, ...? No side has such a name.
bool is_check_word(std::string_view word);

/// Reads a check into step.what. REQUIRES: the next word is a check word. False after an error.
bool parse_check(Line& line, Step& step);

}  // namespace statewall
