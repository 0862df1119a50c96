#include "report/json.h"

#include <cstdint>

namespace statewall {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

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

struct Sequence {
  std::size_t length;  ///< bytes taken, at least 1
  bool valid;
};

/// The UTF-8 character, or the beginning of one, that `text` starts with. REQUIRES: not ASCII.
Sequence next_sequence(std::string_view text) {
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
  return {1, false};
}

void append_escaped(Buffer& out, char c) {
  switch (c) {
    case '"': append(out, "\\\""); return;
    case '\\': append(out, "\\\\"); return;
    case '\n': append(out, "\\n"); return;
    case '\t': append(out, "\\t"); return;
    case '\r': append(out, "\\r"); return;
    default: append(out, "\\u{:04x}", static_cast<unsigned char>(c)); return;
  }
}

bool plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

}  // namespace

void append_json_string(Buffer& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && plain(text[run])) ++run;
    append(out, text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_escaped(out, text.front());
      text.remove_prefix(1);
      continue;
    }
    const Sequence sequence = next_sequence(text);
    append(out, sequence.valid ? text.substr(0, sequence.length) : kReplacement);
    text.remove_prefix(sequence.length);
  }
  out.push_back('"');
}

}  // namespace statewall
