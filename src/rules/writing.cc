#include "rules/writing.h"

#include <algorithm>

namespace statewall::rules {
namespace {

bool plain(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' ||
         c == '_';
}

bool escaped(char c) { return c == '"' || c == '\\' || c == '\''; }

}  // namespace

RuleWriter& RuleWriter::word(std::string_view text) {
  out_ += ' ';
  out_ += text;
  return *this;
}

RuleWriter& RuleWriter::option(std::string_view name, bool inverted) {
  out_ += inverted ? " ! --" : " --";
  out_ += name;
  return *this;
}

RuleWriter& RuleWriter::number(std::uint64_t number) {
  out_ += ' ';
  append_number(out_, number);
  return *this;
}

RuleWriter& RuleWriter::hex(std::uint64_t number) {
  out_ += ' ';
  append_hex(out_, number);
  return *this;
}

RuleWriter& RuleWriter::byte(std::uint8_t number) {
  out_ += number < 16 ? " 0x0" : " 0x";
  append_number(out_, number, 16);
  return *this;
}

RuleWriter& RuleWriter::quoted(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, plain)) return word(text);
  out_ += " \"";
  for (const char c : text) {
    if (escaped(c)) out_ += '\\';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

RuleWriter& RuleWriter::address(const Address& address) {
  out_ += ' ';
  append_address(out_, address, family_);
  return *this;
}

RuleWriter& RuleWriter::network(const Network& network) {
  address(network.address);
  out_ += '/';
  const int prefix = prefix_of_mask(network.mask, family_);
  if (prefix >= 0) {
    append_number(out_, static_cast<std::uint64_t>(prefix));
  } else {
    append_address(out_, network.mask, family_);
  }
  return *this;
}

RuleWriter& RuleWriter::mask(std::uint32_t mask) {
  if (mask == 0xffffffff) return *this;
  out_ += '/';
  append_hex(out_, mask);
  return *this;
}

}  // namespace statewall::rules
