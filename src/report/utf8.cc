#include "report/utf8.h"

#include <cstdint>

namespace statewall {
namespace {

/// What one lead byte demands (Unicode table 3-7): how many bytes follow it, and the range of the
/// first of these. `following` 0 and not ASCII: never a lead byte.
struct Lead {
  std::uint8_t first, last;
  std::uint8_t following;
  std::uint8_t least, most;
};
constexpr Lead kLeads[] = {
    {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf}, {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf}, {0xf0, 0xf0, 3, 0x90, 0xbf},
    {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

/// XML 1.0 2.2: neither control characters nor U+FFFE and U+FFFF.
bool can_be_shown(std::string_view character) {
  const auto byte = static_cast<std::uint8_t>(character.front());
  if (character.size() == 1) return byte >= 0x20 && byte != 0x7f;
  return character != "\xef\xbf\xbe" && character != "\xef\xbf\xbf";
}

}  // namespace

Utf8 next_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.first || byte(0) > lead.last) continue;
    std::uint8_t least = lead.least, most = lead.most;
    for (std::size_t i = 1; i <= lead.following; ++i) {
      if (i == text.size() || byte(i) < least || byte(i) > most) return {i, false};
      least = 0x80;
      most = 0xbf;
    }
    return {lead.following + std::size_t{1}, true};
  }
  return {1, byte(0) < 0x80};
}

std::string shown(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8 character = next_utf8(text);
    const std::string_view bytes = text.substr(0, character.length);
    out += character.valid && can_be_shown(bytes) ? bytes : kReplacement;
    text.remove_prefix(character.length);
  }
  return out;
}

}  // namespace statewall
