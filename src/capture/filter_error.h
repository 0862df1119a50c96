#pragma once

#include <string>

#include "capture/bpf_program.h"
#include "statewall/result.h"

namespace statewall {

/// An Error of the filter as a whole; its position is "--filter".
Error filter_error(std::string message);

/// What is wrong with an expression that does not compile, and where: libpcap does not tell the
/// place of a syntax error, so it is found by trial. The Error's message has three lines:
///
///     syntax error at 'adn', character 6 of the filter
///         icmp adn port 53
///              ^^^
///
/// REQUIRES: `program` is of this expression and is not compiled.
Error explain_filter_error(const std::string& expression, const BpfProgram& program);

}  // namespace statewall
