#include "traffic/tcp_options.h"

namespace statewall {
namespace {

enum Kind : std::uint8_t { end = 0, filler = 1, mss = 2, scale = 3, sack_ok = 4, sack = 5 };
constexpr std::uint8_t kTimestamps = 8;
constexpr std::size_t kMost = 40;

}  // namespace

Octets tcp_options(const TcpOptionFields& fields) {
  Octets out(kMost);
  out.resize(build_tcp_options(out, fields));
  return out;
}

Octets broken_options(Random& random, std::uint32_t near) {
  constexpr std::uint8_t kKinds[] = {end,  filler, mss,         scale, sack_ok,
                                     sack, sack,   kTimestamps, 30,    253};
  constexpr std::uint8_t kLengths[] = {0, 1, 2, 3, 4, 9, 10, 11, 18, 40, 255};
  Octets options;
  const std::uint32_t count = 1 + random.below(4);
  for (std::uint32_t i = 0; i < count && options.size() + 10 <= kMost; ++i) {
    options.push_back(random.of(kKinds));
    if (options.back() <= filler) continue;
    options.push_back(random.of(kLengths));
    const std::uint32_t there = random.below(3);
    if (there == 0) continue;
    append32(options, near + random.below(2000) - 1000);
    if (there == 2) append32(options, near + random.below(2000) - 1000);
  }
  return options;
}

}  // namespace statewall
