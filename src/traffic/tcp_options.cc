#include "traffic/tcp_options.h"

namespace statewall {
namespace {

enum Kind : std::uint8_t { end = 0, filler = 1, mss = 2, scale = 3, sack_ok = 4, sack = 5 };
constexpr std::uint8_t kTimestamps = 8;
constexpr std::size_t kMost = 40;

void fillers(Octets& options, std::size_t count) { options.insert(options.end(), count, filler); }

}  // namespace

void add_mss(Octets& options, std::uint32_t value) {
  options.insert(options.end(), {mss, 4});
  append16(options, value);
}

void add_window_scale(Octets& options, std::uint8_t shift) {
  options.insert(options.end(), {filler, scale, 3, shift});
}

void add_sack_permitted(Octets& options) {
  fillers(options, 2);
  options.insert(options.end(), {sack_ok, 2});
}

void add_timestamps(Octets& options, std::uint32_t now) {
  fillers(options, 2);
  options.insert(options.end(), {kTimestamps, 10});
  append32(options, now);
  append32(options, now - 1);
}

void add_sack(Octets& options, std::span<const SackBlock> blocks) {
  fillers(options, 2);
  options.insert(options.end(), {sack, static_cast<std::uint8_t>(2 + 8 * blocks.size())});
  for (const SackBlock& block : blocks) {
    append32(options, block.left);
    append32(options, block.right);
  }
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
