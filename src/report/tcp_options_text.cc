#include "report/tcp_options_text.h"

#include <string_view>

namespace statewall {
namespace {

void append_mss(Buffer& out, Bytes data) { append(out, "mss {}", data.u16(0)); }
void append_scale(Buffer& out, Bytes data) { append(out, "wscale {}", data.u8(0)); }
void append_sack_ok(Buffer& out, Bytes) { append(out, "sackOK"); }
void append_timestamps(Buffer& out, Bytes data) {
  append(out, "TS val {} ecr {}", data.u32(0), data.u32(4));
}

void append_sack(Buffer& out, Bytes data) {
  append(out, "sack");
  for (; data.size() >= 8; data = data.from(8)) append(out, " {}:{}", data.u32(0), data.u32(4));
}

constexpr std::size_t kAnyLength = 0;

struct Option {
  std::uint8_t kind;
  std::size_t data;  ///< bytes behind kind and length
  void (*append)(Buffer&, Bytes);
};

// RFC 9293 3.2, RFC 7323, RFC 2018.
constexpr Option kOptions[] = {{2, 2, append_mss},
                               {3, 1, append_scale},
                               {4, 0, append_sack_ok},
                               {5, kAnyLength, append_sack},
                               {8, 8, append_timestamps}};

void append_option(Buffer& out, std::uint8_t kind, Bytes data) {
  for (const Option& row : kOptions) {
    if (row.kind == kind && (row.data == data.size() || row.data == kAnyLength)) {
      return row.append(out, data);
    }
  }
  append(out, "option {}", kind);
}

}  // namespace

void append_tcp_options(Buffer& out, Bytes options) {
  constexpr std::uint8_t end = 0, nop = 1;
  std::string_view separator = ", options [";
  while (options.size() > 0 && options.u8(0) != end) {
    append(out, separator);
    separator = ",";
    const std::size_t length = options.u8(0) == nop ? 1 : options.u8(1);
    if (options.u8(0) == nop) {
      append(out, "nop");
    } else if (length < 2 || length > options.size()) {
      append(out, "[bad]");
      break;
    } else {
      append_option(out, options.u8(0), options.first(length).from(2));
    }
    options = options.from(length);
  }
  if (separator == ",") append(out, "]");
}

}  // namespace statewall
