#include "rules/complaints.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "rules/suggest.h"
#include "rules/text.h"

namespace statewall::rules {
namespace {

constexpr std::size_t kLongestQuote = 60;
constexpr std::size_t kBefore = 60, kBehind = 36;  // bytes of a long line, around a place

bool printable(char c) { return c >= ' ' && c <= '~'; }

// A byte that continues a character of UTF-8 takes no column of its own.
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

void append_printable(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (!continues(c)) out += printable(c) ? c : c == '\t' ? ' ' : '?';
  }
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

}  // namespace

std::string excerpt(const Place& place) {
  const std::size_t at = std::min<std::size_t>(place.column - 1, place.text.size());
  const std::size_t begin = at > kBefore ? at - kBefore : 0;
  const std::size_t end = std::min(place.text.size(), at + kBehind + kBefore - (at - begin));
  std::string out = "\n  ";
  if (begin > 0) out += "...";
  append_printable(out, place.text.substr(begin, end - begin));
  if (end < place.text.size()) out += "...";

  out += "\n  ";
  if (begin > 0) out += "   ";
  out.append(columns(place.text.substr(begin, at - begin)), ' ');
  const std::size_t width = std::min<std::size_t>(place.width, end - at);
  out += '^';
  out.append(std::max<std::size_t>(columns(place.text.substr(at, width)), 1) - 1, '~');
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, kLongestQuote)) out += printable(c) ? c : '?';
  if (text.size() > kLongestQuote) out += "...";
  return out + "'";
}

std::string unknown(std::string_view what, std::string_view word,
                    std::span<const std::string_view> known) {
  std::string out = "unknown ";
  out.append(what).append(" ").append(in_quotes(word));
  const std::string_view guess = nearest(word, known);
  if (!guess.empty()) out.append("; did you mean ").append(in_quotes(guess)).append("?");
  return out;
}

bool Complaints::add(const Place& place, std::string_view message) {
  if (++count_ > kMost) return false;
  std::string where = file_ + ":";
  append_number(where, place.line);
  where += ':';
  append_number(where, place.column);
  complaints_.push_back(
      {place, {ErrorKind::input, std::move(where), std::string(message) + excerpt(place)}});
  return false;
}

std::vector<Error> Complaints::take() {
  const auto order = [](const Complaint& complaint) {
    return std::tuple(complaint.place.line, complaint.place.column);
  };
  std::ranges::stable_sort(complaints_, {}, order);
  std::vector<Error> errors;
  for (Complaint& complaint : complaints_) errors.push_back(std::move(complaint.error));
  if (count_ > kMost) {
    std::string message = "and ";
    append_number(message, count_ - kMost);
    errors.push_back({ErrorKind::input, file_, message + " more errors"});
  }
  return errors;
}

}  // namespace statewall::rules
