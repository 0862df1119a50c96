#include <algorithm>

#include "wire/build.h"
#include "wire/build_layout.h"
#include "wire/bytes.h"
#include "wire/checksum.h"

namespace statewall {

namespace {
constexpr std::size_t kIgmpHeader = 8;
}  // namespace

std::size_t build_igmp(std::span<std::uint8_t> out, std::uint8_t type, std::uint8_t code,
                       const Address& group, std::span<const std::uint8_t> payload) {
  const build::Output message = build::lay_out(out, kIgmpHeader, {}, payload);
  if (message.empty()) return 0;
  message[0] = type;
  message[1] = code;
  std::copy_n(group.bytes.begin(), 4, message.begin() + 4);
  InternetSum sum;
  sum.add(Bytes(message));
  build::put16(message, 2, sum.checksum());
  return message.size();
}

}  // namespace statewall
