#pragma once

#include <span>
#include <string>
#include <string_view>

namespace statewall {

/// The known name that a mistyped one most likely means: the first of those with the smallest edit
/// distance, letters compared in any case. Empty if even that one differs in more than a third of
/// the word, or the word is longer than 64 bytes.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

/// "unknown switch 'icmp_timeot'; did you mean 'icmp_timeout'?", the question only where there is
/// a nearest name.
std::string unknown_name(std::string_view what, std::string_view word,
                         std::span<const std::string_view> known);

}  // namespace statewall
