#include "rules/rate.h"
#include "rules/syntax_groups.h"

// hashlimit: a rate for each host, in packets or in bytes.

namespace statewall::rules {
namespace {

using H = HashlimitMatch;

constexpr std::uint64_t kScale = 1000000;  // periods a second
constexpr std::uint64_t kMostBurst = 1000000;
constexpr std::uint64_t kMostBytes = 0xffffffff;
// At 250 and at 1000 ticks a second, kernels keep times in parts of which 2^27 milliseconds fill
// 64 bits.
constexpr std::uint64_t kWrap = std::uint64_t{1} << 27;
constexpr std::uint32_t kExpireOfBytes = 15000, kExpireOfByteBurst = 60000;  // milliseconds

// Options, by their bits.
constexpr std::uint32_t kUpto = 1, kAbove = 2, kBurst = 4, kMode = 8, kName = 16, kSrcmask = 32,
                        kDstmask = 64, kSize = 128, kMax = 256, kGcInterval = 512, kExpire = 1024,
                        kRateMatch = 2048, kRateInterval = 4096;

/// The kernel counts bytes by sixteens, and keeps a rate as what a credit costs, a number of 32
/// bits: not each number of bytes a second can be kept.
std::uint64_t cost_of(std::uint64_t bytes) { return 0xffffffff / ((bytes >> 4) + 1); }
std::uint64_t kept(std::uint64_t bytes) { return (0xffffffff / cost_of(bytes) - 1) << 4; }

struct ByteUnit {
  char letter;
  unsigned shift;
};
constexpr ByteUnit kByteUnits[] = {{'m', 20}, {'k', 10}};

/// `512`, `512b`, `512kb` or `1mb`.
std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  unsigned shift = 0;
  if (text.ends_with('b')) {
    text.remove_suffix(1);
    for (const ByteUnit& unit : kByteUnits) {
      if (!text.ends_with(unit.letter)) continue;
      shift = unit.shift;
      text.remove_suffix(1);
      break;
    }
  }
  const auto number = parse_decimal(text, kMostBytes);
  if (!number || *number << shift > kMostBytes) return {};
  return *number << shift;
}

template <bool above>
bool read_average(Argument& argument, H& match) {
  match.above = above != argument.inverted();
  match.bytes = argument.text().ends_with("b/s");
  if (match.bytes) {
    const auto bytes = parse_bytes(argument.text().substr(0, argument.text().size() - 2));
    if (!bytes) return argument.fail_expected("a rate like 512kb/s", argument.text());
    match.average = kept(*bytes);
    match.unit = 1;
    if (match.average > kMostBytes) return argument.fail("the rate is too fast");
    return match.average != 0 || argument.fail("the rate is less than 16 bytes a second");
  }
  const auto rate = read_rate(argument, kScale);
  if (!rate) return false;
  match.average = rate->count;
  match.unit = rate->seconds;
  return true;
}

bool read_burst(Argument& argument, std::uint64_t& burst) {
  const auto bytes = parse_bytes(argument.text());
  if (bytes) burst = *bytes;
  return bytes ||
         argument.fail_expected("a number of packets, or of bytes like 1mb", argument.text());
}

constexpr BitName kModes[] = {
    {"srcip", H::kSrcIp}, {"srcport", H::kSrcPort}, {"dstip", H::kDstIp}, {"dstport", H::kDstPort}};

bool read_mode(Argument& argument, std::uint8_t& mode) {
  const auto bits = read_bits(argument, argument.text(), "mode", kModes);
  if (bits) mode = static_cast<std::uint8_t>(*bits);
  return bits.has_value();
}

bool read_prefix(Argument& argument, std::uint8_t& length) {
  const auto bits = read_number(argument, argument.text(), "a number of bits", 0,
                                address_bits(argument.family()));
  if (bits) length = static_cast<std::uint8_t>(*bits);
  return bits.has_value();
}

/// Is the time that the burst lasts, as the kernel keeps it, less than that of one packet? Then it
/// refuses the rule; what wraps and is more it takes.
bool bursts_wrap(const H& match) {
  const std::uint64_t one = match.unit * 1000ull / match.average;
  const std::uint64_t all = match.burst * match.unit * 1000 / match.average;
  return all >= kWrap && all % kWrap < one;
}

std::string check_burst(const Surroundings& around, H& match) {
  const bool given = (around.given & kBurst) != 0;
  if (!match.bytes) {
    if (match.burst < 1 || match.burst > kMostBurst) {
      return "'--hashlimit-burst' must be from 1 to 1000000 packets";
    }
    return bursts_wrap(match) ? "the burst lasts longer than the kernel can count" : "";
  }
  if (!given) match.burst = 0;
  if (given && match.burst < match.average) {
    return "'--hashlimit-burst' is less than the bytes of one second";
  }
  match.burst = (match.burst + match.average - 1) / match.average * match.average;
  return {};
}

std::string finish(const Surroundings& around, Match& part) {
  H& match = *std::get_if<H>(&part);
  const std::string complaint = check_burst(around, match);
  if (!complaint.empty()) return complaint;
  if ((around.given & kExpire) == 0) {
    match.expire = !match.bytes       ? match.unit * 1000
                   : match.burst == 0 ? kExpireOfBytes
                                      : kExpireOfByteBurst;
  }
  if (!match.rate_match) match.rate_interval = 1;
  return {};
}

/// In the greatest unit that, rounded down, means the same to the kernel.
void print_bytes_a_second(RuleWriter& out, std::uint64_t bytes) {
  for (const ByteUnit& unit : kByteUnits) {
    const std::uint64_t whole = bytes >> unit.shift;
    if (whole == 0 || cost_of(whole << unit.shift) != cost_of(bytes)) continue;
    out.number(whole).text().append(1, unit.letter).append("b/s");
    return;
  }
  out.number(bytes).text() += "b/s";
}

void print_burst_of_bytes(RuleWriter& out, std::uint64_t bytes) {
  out.option("hashlimit-burst");
  for (const ByteUnit& unit : kByteUnits) {
    if (bytes >> unit.shift == 0) continue;
    out.number(bytes >> unit.shift).text().append(1, unit.letter).append("b");
    return;
  }
  out.number(bytes).text() += 'b';
}

/// Returns the milliseconds after which a host is forgotten unless the rule says otherwise.
std::uint32_t print_rate_and_burst(RuleWriter& out, const H& match) {
  out.option(match.above ? "hashlimit-above" : "hashlimit-upto");
  if (match.bytes) {
    print_bytes_a_second(out, match.average);
    if (match.burst == 0) return kExpireOfBytes;
    print_burst_of_bytes(out, match.burst);
    return kExpireOfByteBurst;
  }
  const std::uint64_t period = Rate{match.average, match.unit}.period(kScale);
  const std::uint32_t seconds = print_rate(out, period, kScale);
  out.option("hashlimit-burst").number(match.burst);
  return seconds * 1000;
}

void print_mode(RuleWriter& out, std::uint8_t mode) {
  if (mode == 0) return;
  out.option("hashlimit-mode");
  const char* separator = " ";
  for (const BitName& row : kModes) {
    if ((mode & row.bits) == 0) continue;
    out.text().append(separator).append(row.name);
    separator = ",";
  }
}

void print_unless(RuleWriter& out, std::string_view option, std::uint32_t value,
                  std::uint32_t usual) {
  if (value != usual) out.option(option).number(value);
}

void print(RuleWriter& out, const H& match) {
  const std::uint32_t expire = print_rate_and_burst(out, match);
  print_mode(out, match.mode);
  out.option("hashlimit-name").word(match.name);
  print_unless(out, "hashlimit-htable-size", match.size, 0);
  print_unless(out, "hashlimit-htable-max", match.max, 0);
  print_unless(out, "hashlimit-htable-gcinterval", match.gc_interval, H{}.gc_interval);
  print_unless(out, "hashlimit-htable-expire", match.expire, expire);
  print_unless(out, "hashlimit-srcmask", match.source_prefix_length, address_bits(out.family()));
  print_unless(out, "hashlimit-dstmask", match.destination_prefix_length,
               address_bits(out.family()));
  if (!match.rate_match) return;
  out.option("hashlimit-rate-match");
  print_unless(out, "hashlimit-rate-interval", match.rate_interval, 1);
}

Match make_hashlimit(Family family) {
  H match;
  match.source_prefix_length = match.destination_prefix_length =
      static_cast<std::uint8_t>(address_bits(family));
  return match;
}

template <std::uint32_t H::*member, std::uint32_t least>
constexpr auto kNumber = into_match<member, read_number_into<least, 0xffffffff, std::uint32_t>>;

constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr MatchOption kOptions[] = {
    {"hashlimit-upto", kUpto, kNot, of_match<H, read_average<false>>, kAbove},
    {"hashlimit", kUpto, kNot, of_match<H, read_average<false>>, kAbove},
    {"hashlimit-above", kAbove, kNot, of_match<H, read_average<true>>, kUpto},
    {"hashlimit-burst", kBurst, 0, into_match<&H::burst, read_burst>},
    {"hashlimit-mode", kMode, 0, into_match<&H::mode, read_mode>},
    {"hashlimit-name", kName, 0, into_match<&H::name, read_proc_name>},
    {"hashlimit-srcmask", kSrcmask, 0, into_match<&H::source_prefix_length, read_prefix>},
    {"hashlimit-dstmask", kDstmask, 0, into_match<&H::destination_prefix_length, read_prefix>},
    {"hashlimit-htable-size", kSize, 0, kNumber<&H::size, 0>},
    {"hashlimit-htable-max", kMax, 0, kNumber<&H::max, 0>},
    {"hashlimit-htable-gcinterval", kGcInterval, 0, kNumber<&H::gc_interval, 1>},
    {"hashlimit-htable-expire", kExpire, 0, kNumber<&H::expire, 1>},
    {"hashlimit-rate-match", kRateMatch, MatchOption::kAlone,
     into_match<&H::rate_match, read_flag>},
    {"hashlimit-rate-interval", kRateInterval, 0, kNumber<&H::rate_interval, 1>},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "hashlimit",
     .kind = kIndexIn<H, Match>,
     .make = make_hashlimit,
     .options = kOptions,
     .print = prints_match<H, print>,
     .required = kName,
     .any_of = kUpto | kAbove,
     .finish = finish},
};

}  // namespace

std::span<const MatchSyntax> hashlimit_matches() { return kMatches; }

}  // namespace statewall::rules
