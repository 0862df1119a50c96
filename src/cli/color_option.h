#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "report/style.h"
#include "statewall/result.h"

namespace statewall {

enum class Stream { out, err };

bool is_terminal(Stream stream);

/// --color=auto|always|never. `word` outlives the parsing.
CLI::Option* add_color_option(CLI::App& app, std::string& word);

/// Is standard output to be coloured? "auto" is where it is a terminal that can, and the
/// environment does not say NO_COLOR (no-color.org).
Result<Color> resolve_color(const std::string& word);

}  // namespace statewall
