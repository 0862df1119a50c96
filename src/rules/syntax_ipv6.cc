#include "rules/syntax_groups.h"

// The extension headers of IPv6: frag, rt, hbh and dst.

namespace statewall::rules {
namespace {

constexpr std::size_t kMostAddresses = 16, kMostOptions = 16;

/// A number that is compared with a header's length or type.
template <typename Struct, std::uint32_t Struct::*value, bool Struct::*given,
          bool Struct::*inverted>
bool read_compared(Argument& argument, Struct& match) {
  match.*given = true;
  match.*inverted = argument.inverted();
  return read_number_into<0, 0xffffffff>(argument, match.*value);
}

void print_frag(RuleWriter& out, const FragMatch& match) {
  if (match.id != kAnySpi) out.option("fragid", match.id.inverted).range(match.id);
  if (match.length_given) out.option("fraglen", match.length_inverted).number(match.length);
  if (match.reserved) out.option("fragres");
  if (match.first) out.option("fragfirst");
  if (match.more) out.option("fragmore");
  if (match.last) out.option("fraglast");
}

bool read_segments(Argument& argument, RtMatch& match) {
  match.segments_left_given = true;
  return read_range_into<0xffffffff>(argument, match.segments_left);
}

bool read_addresses(Argument& argument, std::vector<Address>& out) {
  std::string_view rest = argument.text();
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    const auto address = read_address(argument, split_off(rest, ','));
    if (!address) return false;
    out.push_back(*address);
    if (out.size() > kMostAddresses) return argument.fail("more than 16 addresses");
  }
  return true;
}

constexpr std::uint32_t kRtType = 1, kRtSegments = 2, kRtLength = 4, kRtReserved = 8,
                        kRtAddresses = 16, kRtNotStrict = 32;

std::string check_rt(const Surroundings& around, Match& part) {
  const RtMatch& match = *std::get_if<RtMatch>(&part);
  const bool of_type_0 = match.type_given && match.type == 0 && !match.type_inverted;
  const bool asks = (around.given & (kRtReserved | kRtAddresses | kRtNotStrict)) != 0;
  return asks && !of_type_0 ? "'--rt-0-res' and its like need '--rt-type 0'" : "";
}

void print_rt(RuleWriter& out, const RtMatch& match) {
  if (match.type_given) out.option("rt-type", match.type_inverted).number(match.type);
  if (match.segments_left != kAnySpi) {
    out.option("rt-segsleft", match.segments_left.inverted).range(match.segments_left);
  }
  if (match.length_given) out.option("rt-len", match.length_inverted).number(match.length);
  if (match.reserved) out.option("rt-0-res");
  if (!match.addresses.empty()) {
    out.option("rt-0-addrs");
    char separator = ' ';
    for (const Address& address : match.addresses) {
      out.text() += separator;
      append_address(out.text(), address, Family::ipv6);
      separator = ',';
    }
  }
  if (match.addresses_not_strict) out.option("rt-0-not-strict");
}

/// `TYPE` or `TYPE:LENGTH`, with commas between them.
bool read_header_options(Argument& argument, std::vector<OptionsMatch::Option>& out) {
  std::string_view rest = argument.text();
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    std::string_view part = split_off(rest, ',');
    const bool has_length = part.find(':') != part.npos;
    const auto type = read_number(argument, split_off(part, ':'), "a type of option", 0, 255);
    if (!type) return false;
    OptionsMatch::Option option{static_cast<std::uint8_t>(*type), -1};
    if (has_length) {
      const auto length = read_number(argument, part, "a length", 0, 255);
      if (!length) return false;
      option.length = static_cast<std::int16_t>(*length);
    }
    out.push_back(option);
    if (out.size() > kMostOptions) return argument.fail("more than 16 options");
  }
  return true;
}

void print_options(RuleWriter& out, const OptionsMatch& match) {
  if (match.length_given) {
    out.option(match.destination ? "dst-len" : "hbh-len", match.length_inverted)
        .number(match.length);
  }
  if (match.options.empty()) return;
  out.option(match.destination ? "dst-opts" : "hbh-opts");
  char separator = ' ';
  for (const OptionsMatch::Option& option : match.options) {
    out.text() += separator;
    append_number(out.text(), option.type);
    if (option.length >= 0) {
      out.text() += ':';
      append_number(out.text(), static_cast<std::uint64_t>(option.length));
    }
    separator = ',';
  }
}

Match make_dst(Family) {
  OptionsMatch match;
  match.destination = true;
  return match;
}

bool is_dst(const Match& match) { return std::get_if<OptionsMatch>(&match)->destination; }
bool is_hbh(const Match& match) { return !is_dst(match); }

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone;
constexpr auto kAnyRange = read_range_into<0xffffffff, std::uint32_t>;

constexpr MatchOption kFragOptions[] = {
    {"fragid", 1, kNot, into_match<&FragMatch::id, kAnyRange>},
    {"fraglen", 2, kNot,
     of_match<FragMatch, read_compared<FragMatch, &FragMatch::length, &FragMatch::length_given,
                                       &FragMatch::length_inverted>>},
    {"fragres", 4, kAlone, into_match<&FragMatch::reserved, read_flag>},
    {"fragfirst", 8, kAlone, into_match<&FragMatch::first, read_flag>},
    {"fragmore", 16, kAlone, into_match<&FragMatch::more, read_flag>, 32},
    {"fraglast", 32, kAlone, into_match<&FragMatch::last, read_flag>, 16},
};

constexpr MatchOption kRtOptions[] = {
    {"rt-type", kRtType, kNot,
     of_match<RtMatch, read_compared<RtMatch, &RtMatch::type, &RtMatch::type_given,
                                     &RtMatch::type_inverted>>},
    {"rt-segsleft", kRtSegments, kNot, of_match<RtMatch, read_segments>},
    {"rt-len", kRtLength, kNot,
     of_match<RtMatch, read_compared<RtMatch, &RtMatch::length, &RtMatch::length_given,
                                     &RtMatch::length_inverted>>},
    {"rt-0-res", kRtReserved, kAlone, into_match<&RtMatch::reserved, read_flag>},
    {"rt-0-addrs", kRtAddresses, 0, into_match<&RtMatch::addresses, read_addresses>},
    {"rt-0-not-strict", kRtNotStrict, kAlone, into_match<&RtMatch::addresses_not_strict, read_flag>,
     0, kRtAddresses},
};

constexpr auto kLength =
    of_match<OptionsMatch,
             read_compared<OptionsMatch, &OptionsMatch::length, &OptionsMatch::length_given,
                           &OptionsMatch::length_inverted>>;
constexpr auto kList = into_match<&OptionsMatch::options, read_header_options>;
constexpr MatchOption kHbhOptions[] = {{"hbh-len", 1, kNot, kLength}, {"hbh-opts", 2, 0, kList}};
constexpr MatchOption kDstOptions[] = {{"dst-len", 1, kNot, kLength}, {"dst-opts", 2, 0, kList}};

constexpr MatchSyntax kMatches[] = {
    {.name = "frag",
     .kind = kIndexIn<FragMatch, Match>,
     .make = make<FragMatch, Match>,
     .options = kFragOptions,
     .print = prints_match<FragMatch, print_frag>,
     .families = kIpv6},
    {.name = "rt",
     .kind = kIndexIn<RtMatch, Match>,
     .make = make<RtMatch, Match>,
     .options = kRtOptions,
     .print = prints_match<RtMatch, print_rt>,
     .families = kIpv6,
     .finish = check_rt},
    {.name = "hbh",
     .kind = kIndexIn<OptionsMatch, Match>,
     .make = make<OptionsMatch, Match>,
     .options = kHbhOptions,
     .print = prints_match<OptionsMatch, print_options>,
     .families = kIpv6,
     .owns = is_hbh},
    {.name = "dst",
     .kind = kIndexIn<OptionsMatch, Match>,
     .make = make_dst,
     .options = kDstOptions,
     .print = prints_match<OptionsMatch, print_options>,
     .families = kIpv6,
     .owns = is_dst},
};

}  // namespace

std::span<const MatchSyntax> ipv6_matches() { return kMatches; }

}  // namespace statewall::rules
