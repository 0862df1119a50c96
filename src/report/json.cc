#include "report/json.h"

#include "report/utf8.h"

namespace statewall {
namespace {

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
    const Utf8 character = next_utf8(text);
    append(out, character.valid ? text.substr(0, character.length) : kReplacement);
    text.remove_prefix(character.length);
  }
  out.push_back('"');
}

}  // namespace statewall
