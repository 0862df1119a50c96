#include "scenario/line.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "rules/suggest.h"

namespace statewall {
namespace {

constexpr std::uint32_t kLongestScenario = 1'000'000'000;  // seconds
constexpr std::size_t kFractionDigits = 9;
constexpr std::size_t kLongestQuotedWord = 40;  // of a word in an error message
constexpr std::size_t kLongestName = 64;        // nothing longer is a mistyped name
constexpr std::size_t kFewWords = 8;            // that an error message lists in full

std::optional<Nanoseconds> parse_time(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto seconds = parse_number(text.substr(0, point), kLongestScenario);
  if (!seconds) return {};
  Nanoseconds fraction = 0;
  if (point != text.size()) {
    std::string digits(text.substr(point + 1));
    if (digits.empty() || digits.size() > kFractionDigits) return {};
    digits.resize(kFractionDigits, '0');
    const auto nanoseconds = parse_number(digits, kNanosecondsPerSecond - 1);
    if (!nanoseconds) return {};
    fraction = *nanoseconds;
  }
  return *seconds * kNanosecondsPerSecond + fraction;
}

std::optional<std::uint32_t> parse_in_base(std::string_view text, std::uint32_t most, int base) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end || value > most) return {};
  return value;
}

}  // namespace

Line::Line(std::string_view file, int number, std::string_view text, std::vector<Error>& errors)
    : file_(file), number_(number), words_(split_line(text)), errors_(errors) {
  if (words_.unclosed_column == 0) return;
  fail({{}, words_.unclosed_column, true}, "a quotation mark without its partner");
  words_.words.clear();  // nothing of such a line is to be trusted
}

Word Line::peek() const {
  return at_end() ? Word{{}, words_.end_column, false} : words_.words[next_];
}

Word Line::take() {
  const Word word = peek();
  if (!at_end()) ++next_;
  return word;
}

std::span<const Word> Line::taken(std::size_t from) const {
  return std::span(words_.words).subspan(from, next_ - from);
}

bool Line::fail(const Word& at, std::string message) {
  errors_.push_back(
      {ErrorKind::input, fmt::format("{}:{}:{}", file_, number_, at.column), std::move(message)});
  return false;
}

bool Line::fail(Error error) {
  errors_.push_back(std::move(error));
  return false;
}

bool Line::fail_expected(std::string_view what, const Word& got) {
  const bool ends = got.text.empty() && !got.quoted;
  return fail(got, fmt::format("expected {}, not {}", what,
                               ends ? "the end of the line" : in_quotes(got.text)));
}

bool Line::literal(std::string_view text) {
  const Word word = take();
  return (word.text == text && !word.quoted) || fail_expected(in_quotes(text), word);
}

std::optional<std::uint32_t> Line::number(std::string_view what, std::uint32_t least,
                                          std::uint32_t most) {
  const Word word = take();
  const auto value = parse_any_number(word.text, most);
  if (value && *value >= least && !word.quoted) return value;
  fail_expected(fmt::format("{} ({} to {})", what, least, most), word);
  return {};
}

std::optional<Address> Line::address(std::string_view what) {
  const Word word = take();
  const auto address = parse_address(word.text);
  if (address && !word.quoted) return address;
  fail_expected(what, word);
  return {};
}

std::optional<HostAddress> Line::host(std::string_view what) {
  const Word word = take();
  const auto host = parse_host(word.text);
  if (host && !word.quoted) return host;
  fail_expected(what, word);
  return {};
}

std::optional<std::size_t> Line::one_of(std::string_view what,
                                        std::span<const std::string_view> words) {
  const Word word = take();
  const auto found = std::find(words.begin(), words.end(), word.text);
  if (found != words.end() && !word.text.empty() && !word.quoted) {
    return static_cast<std::size_t>(found - words.begin());
  }
  if (word.text.empty() || word.quoted) {
    fail_expected(what, word);
    return {};
  }
  const std::string_view kind = what.substr(what.find(' ') + 1);  // without its article
  fail(word, fmt::format("unknown {} {}{}", kind, in_quotes(word.text), hint(word.text, words)));
  return {};
}

std::optional<Nanoseconds> Line::time() {
  const Word word = take();
  const auto time = parse_time(word.text);
  if (time && !word.quoted) return time;
  fail_expected("a time in seconds", word);
  return {};
}

bool Line::end() {
  if (at_end()) return true;
  return fail(peek(),
              fmt::format("unexpected {}: nothing may follow here", in_quotes(peek().text)));
}

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t most) {
  return parse_in_base(text, most, 10);
}

std::optional<std::uint32_t> parse_any_number(std::string_view text, std::uint32_t most) {
  const bool hexadecimal = text.starts_with("0x");
  return parse_in_base(text.substr(hexadecimal ? 2 : 0), most, hexadecimal ? 16 : 10);
}

std::optional<Address> parse_address(std::string_view text) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t point = i < 3 ? text.find('.') : text.size();
    if (point == text.npos || point > 3) return {};
    const auto byte = parse_number(text.substr(0, point), 255);
    if (!byte) return {};
    value = value << 8 | *byte;
    text.remove_prefix(std::min(point + 1, text.size()));
  }
  return Address::ipv4(value);
}

std::optional<HostAddress> parse_host(std::string_view text) {
  if (const auto address = parse_address(text)) return HostAddress{*address, Family::ipv4};
  if (text.find('\0') != text.npos) return {};
  HostAddress host{{}, Family::ipv6};
  const std::string terminated(text);
  if (inet_pton(AF_INET6, terminated.c_str(), host.address.bytes.data()) != 1) return {};
  return host;
}

std::string hint(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view guess =
      word.size() <= kLongestName ? nearest(word, known) : std::string_view{};
  if (!guess.empty()) return fmt::format("; did you mean '{}'?", guess);
  if (known.size() > kFewWords) return {};
  return fmt::format("; it may be {}", fmt::join(known, ", "));
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, kLongestQuotedWord)) out += c >= ' ' && c <= '~' ? c : '?';
  if (text.size() > kLongestQuotedWord) out += "...";
  return out + "'";
}

}  // namespace statewall
