#include "rules/syntax_groups.h"

// recent: lists of addresses that were seen.

namespace statewall::rules {
namespace {

using R = RecentMatch;
constexpr std::uint32_t kSet = 1, kRcheck = 2, kUpdate = 4, kRemove = 8, kSeconds = 16, kHits = 32,
                        kReap = 64, kRttl = 128, kName = 256, kRsource = 512, kRdest = 1024,
                        kMask = 2048;
constexpr std::uint32_t kWhat = kSet | kRcheck | kUpdate | kRemove;

template <R::What what>
bool read_what(Argument& argument, R& match) {
  match.what = what;
  match.inverted = argument.inverted();
  return true;
}

template <bool by_destination>
bool read_side(Argument&, R& match) {
  match.by_destination = by_destination;
  return true;
}

bool read_mask(Argument& argument, Address& mask) {
  const auto address = read_numeric_address(argument, argument.text());
  if (address) mask = *address;
  return address.has_value();
}

std::string check(const Surroundings& around, Match&) {
  const bool looks = (around.given & (kRcheck | kUpdate)) != 0;
  if (looks || (around.given & (kSeconds | kHits)) == 0) return {};
  return "'--seconds' and '--hitcount' are for '--rcheck' and '--update'";
}

void print(RuleWriter& out, const R& match) {
  constexpr std::string_view names[] = {"set", "rcheck", "update", "remove"};
  out.option(names[static_cast<int>(match.what)], match.inverted);
  if (match.seconds != 0) out.option("seconds").number(match.seconds);
  if (match.reap) out.option("reap");
  if (match.hitcount != 0) out.option("hitcount").number(match.hitcount);
  if (match.rttl) out.option("rttl");
  out.option("name").word(match.name).option("mask").address(match.mask);
  out.option(match.by_destination ? "rdest" : "rsource");
}

Match make_recent(Family) {
  R match;
  // All of an address of either family: lists are shared, with the mask of who names them first.
  // One that IPv4 writes out leaves but four bytes of an IPv6 address, as in the kernel.
  match.mask.bytes.fill(0xff);
  return match;
}

template <R::What what>
constexpr auto kDo = of_match<R, read_what<what>>;
template <std::uint32_t R::*member, std::uint32_t least, std::uint32_t most>
constexpr auto kNumber = into_match<member, read_number_into<least, most, std::uint32_t>>;

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone;
constexpr MatchOption kOptions[] = {
    {"set", kSet, kNot | kAlone, kDo<R::What::set>, kWhat | kRttl},
    {"rcheck", kRcheck, kNot | kAlone, kDo<R::What::rcheck>, kWhat},
    {"update", kUpdate, kNot | kAlone, kDo<R::What::update>, kWhat},
    {"remove", kRemove, kNot | kAlone, kDo<R::What::remove>, kWhat | kRttl},
    {"seconds", kSeconds, 0, kNumber<&R::seconds, 1, 0xffffffff>},
    {"hitcount", kHits, 0, kNumber<&R::hitcount, 0, 0xffff>},
    {"reap", kReap, kAlone, into_match<&R::reap, read_flag>, 0, kSeconds},
    {"rttl", kRttl, kAlone, into_match<&R::rttl, read_flag>, kSet | kRemove},
    {"name", kName, 0, into_match<&R::name, read_proc_name>},
    {"rsource", kRsource, kAlone, of_match<R, read_side<false>>},
    {"rdest", kRdest, kAlone, of_match<R, read_side<true>>},
    {"mask", kMask, 0, into_match<&R::mask, read_mask>},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "recent",
     .kind = kIndexIn<R, Match>,
     .make = make_recent,
     .options = kOptions,
     .print = prints_match<R, print>,
     .any_of = kWhat,
     .finish = check},
};

}  // namespace

std::span<const MatchSyntax> recent_matches() { return kMatches; }

}  // namespace statewall::rules
