#include <algorithm>
#include <iterator>

#include "rules/calendar.h"
#include "rules/syntax_groups.h"

// time: dates, times of the day, days of the week and of the month.

namespace statewall::rules {
namespace {

using T = TimeMatch;
constexpr std::uint32_t kDay = 86400;
constexpr std::uint32_t kEveryMonthDay = 0xfffffffe;
constexpr std::uint8_t kEveryWeekDay = 0xfe;
constexpr std::string_view kWeekDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};

/// One or two digits before the next `separator`, or at the end.
std::optional<unsigned> take_number(std::string_view& rest, char separator, unsigned most) {
  const std::string_view part = split_off(rest, separator);
  if (part.size() > 2) return {};
  const auto number = parse_decimal(part, most);
  if (!number) return {};
  return static_cast<unsigned>(*number);
}

/// `hh:mm` or `hh:mm:ss`.
bool read_time(Argument& argument, std::uint32_t& out) {
  std::string_view rest = argument.text();
  const bool colon = rest.find(':') != rest.npos;
  const auto hour = take_number(rest, ':', 23);
  const bool has_second = rest.find(':') != rest.npos;
  const auto minute = take_number(rest, ':', 59);
  const auto second = has_second ? take_number(rest, ' ', 59) : std::optional<unsigned>(0);
  if (!colon || !hour || !minute || !second || !rest.empty()) {
    return argument.fail_expected("a time like 17:30 or 17:30:00", argument.text());
  }
  out = *hour * 3600 + *minute * 60 + *second;
  return true;
}

struct DatePart {
  char before;  ///< stands before it
  unsigned least, most, usual;
};

/// `YYYY`, and as many of `-MM-DDThh:mm:ss` as one likes.
std::optional<std::uint32_t> parse_date(std::string_view text) {
  constexpr DatePart parts[] = {
      {'-', 1, 12, 1}, {'-', 1, 31, 1}, {'T', 0, 23, 0}, {':', 0, 59, 0}, {':', 0, 59, 0}};
  unsigned values[std::size(parts)];
  const auto year = parse_decimal(text.substr(0, text.find('-')), 2038);
  if (!year || *year < 1970) return {};
  text.remove_prefix(std::min(text.find('-'), text.size()));
  for (std::size_t i = 0; i < std::size(parts); ++i) {
    values[i] = parts[i].usual;
    if (text.empty()) continue;
    if (text[0] != parts[i].before) return {};
    text.remove_prefix(1);
    const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
    text.remove_prefix(digits.size());
    if (digits.size() > 2) return {};
    const auto number = parse_decimal(digits, parts[i].most);
    // A 'T' may end it.
    if (digits.empty() && text.empty() && parts[i].before == 'T') continue;
    if (!number || *number < parts[i].least) return {};
    values[i] = static_cast<unsigned>(*number);
  }
  if (!text.empty()) return {};
  const std::int64_t day = day_of({static_cast<std::int64_t>(*year), values[0], values[1]});
  return static_cast<std::uint32_t>(day * kDay + values[2] * 3600 + values[3] * 60 + values[4]);
}

bool read_date(Argument& argument, std::uint32_t& out) {
  const auto date = parse_date(argument.text());
  if (!date) {
    return argument.fail_expected("a date like 2024-12-31 or 2024-12-31T23:59:59 (1970 to 2038)",
                                  argument.text());
  }
  out = *date;
  return true;
}

/// Numbers with commas between them, as bits.
bool read_month_days(Argument& argument, std::uint32_t& out) {
  std::uint32_t days = 0;
  std::string_view rest = argument.text();
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    const auto day = read_number(argument, split_off(rest, ','), "a day of the month", 1, 31);
    if (!day) return false;
    days |= 1u << *day;
  }
  out = argument.inverted() ? kEveryMonthDay & ~days : days;
  return out != 0 || argument.fail("no day is left");
}

/// From 1; 0 if it is none. A name may be cut after its second letter.
unsigned week_day_named(std::string_view text) {
  if (const auto number = parse_decimal(text, 7)) return static_cast<unsigned>(*number);
  for (unsigned i = 0; i < std::size(kWeekDays); ++i) {
    if (text.size() >= 2 && kWeekDays[i].starts_with(text)) return i + 1;
  }
  return 0;
}

bool read_week_days(Argument& argument, std::uint8_t& out) {
  unsigned days = 0;
  std::string_view rest = argument.text();
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    const std::string_view part = split_off(rest, ',');
    const unsigned day = week_day_named(part);
    if (day == 0) return argument.fail_unknown("day of the week", part, kWeekDays);
    days |= 1u << day;
  }
  if (argument.inverted()) days = kEveryWeekDay & ~days;
  out = static_cast<std::uint8_t>(days);
  return days != 0 || argument.fail("no day is left");
}

std::string check(const Surroundings&, Match& part) {
  const T& match = *std::get_if<T>(&part);
  if (!match.contiguous || match.day_stop < match.day_start) return {};
  return "'--contiguous' is for times that end on the next day";
}

void append_two(std::string& out, std::uint64_t number) {
  if (number < 10) out += '0';
  append_number(out, number);
}

void append_time(std::string& out, std::uint32_t seconds) {
  append_two(out, seconds / 3600);
  out += ':';
  append_two(out, seconds / 60 % 60);
  out += ':';
  append_two(out, seconds % 60);
}

void print_date(RuleWriter& out, std::string_view option, std::uint32_t seconds) {
  const Date date = date_of(seconds / kDay);
  out.option(option).number(static_cast<std::uint64_t>(date.year)).text() += '-';
  append_two(out.text(), date.month);
  out.text() += '-';
  append_two(out.text(), date.day);
  out.text() += 'T';
  append_time(out.text(), seconds % kDay);
}

void print_days(RuleWriter& out, const T& match) {
  if (match.month_days != kEveryMonthDay) {
    out.option("monthdays");
    const char* separator = " ";
    for (unsigned day = 1; day <= 31; ++day) {
      if ((match.month_days >> day & 1) == 0) continue;
      out.text() += separator;
      append_number(out.text(), day);
      separator = ",";
    }
  }
  if (match.week_days == kEveryWeekDay) return;
  out.option("weekdays");
  const char* separator = " ";
  for (unsigned day = 1; day <= 7; ++day) {
    if ((match.week_days >> day & 1) == 0) continue;
    out.text().append(separator).append(kWeekDays[day - 1].substr(0, 3));
    separator = ",";
  }
}

void print(RuleWriter& out, const T& match) {
  if (match.day_start != 0 || match.day_stop != kDay - 1) {
    out.option("timestart").text() += ' ';
    append_time(out.text(), match.day_start);
    out.option("timestop").text() += ' ';
    append_time(out.text(), match.day_stop);
  }
  print_days(out, match);
  if (match.date_start != 0) print_date(out, "datestart", match.date_start);
  print_date(out, "datestop", match.date_stop);
  if (match.kerneltz) out.option("kerneltz");
  if (match.contiguous) out.option("contiguous");
}

bool read_utc(Argument&, T&) { return true; }

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone;
constexpr MatchOption kOptions[] = {
    {"datestart", 1, 0, into_match<&T::date_start, read_date>},
    {"datestop", 2, 0, into_match<&T::date_stop, read_date>},
    {"timestart", 4, 0, into_match<&T::day_start, read_time>},
    {"timestop", 8, 0, into_match<&T::day_stop, read_time>},
    {"weekdays", 16, kNot, into_match<&T::week_days, read_week_days>},
    {"monthdays", 32, kNot, into_match<&T::month_days, read_month_days>},
    {"kerneltz", 64, kAlone, into_match<&T::kerneltz, read_flag>, 128},
    {"localtz", 64, kAlone, into_match<&T::kerneltz, read_flag>, 128},
    {"utc", 128, kAlone, of_match<T, read_utc>, 64},
    {"contiguous", 256, kAlone, into_match<&T::contiguous, read_flag>},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "time",
     .kind = kIndexIn<T, Match>,
     .make = make<T, Match>,
     .options = kOptions,
     .print = prints_match<T, print>,
     .finish = check},
};

}  // namespace

std::span<const MatchSyntax> time_matches() { return kMatches; }

}  // namespace statewall::rules
