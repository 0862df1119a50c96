#include "capture/filter_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace statewall {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kOperators = "()[]!&|<>=+*/%^";
constexpr std::string_view kPairs[] = {"&&", "||", "<=", ">=", "!=", "==", "<<", ">>"};

// Beyond this the search for the place would take seconds.
constexpr std::size_t kMostTokens = 200;

struct Range {
  std::size_t from;
  std::size_t to;  // behind it
};

std::vector<Range> tokens_of(std::string_view expression) {
  const std::string ends = std::string(kSpace).append(kOperators);
  std::vector<Range> tokens;
  for (std::size_t at = 0; (at = expression.find_first_not_of(kSpace, at)) < expression.size();) {
    const std::string_view rest = expression.substr(at);
    std::size_t size = std::min(rest.find_first_of(ends), rest.size());
    if (size == 0) {
      const bool pair = std::any_of(std::begin(kPairs), std::end(kPairs),
                                    [&](std::string_view p) { return rest.starts_with(p); });
      size = pair ? 2 : 1;
    }
    tokens.push_back({at, at + size});
    at += size;
  }
  return tokens;
}

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_letter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

// Each trial would ask DNS for it anew.
bool is_domain_name(std::string_view word) {
  return word.find('.') != word.npos && std::any_of(word.begin(), word.end(), is_letter) &&
         word.find(':') == word.npos;
}

std::string first_tokens(std::string_view expression, const std::vector<Range>& tokens,
                         std::size_t count) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view word = expression.substr(tokens[i].from, tokens[i].to - tokens[i].from);
    text += expression.substr(at, tokens[i].from - at);
    text += is_domain_name(word) ? "127.0.0.1" : word;
    at = tokens[i].to;
  }
  return text;
}

// What closes the brackets that are open, innermost first.
std::string closing(std::string_view text) {
  std::string closers;
  for (const char c : text) {
    if (c == '(') closers.insert(closers.begin(), ')');
    if (c == '[') closers.insert(closers.begin(), ']');
    if ((c == ')' || c == ']') && !closers.empty()) closers.erase(0, 1);
  }
  return closers;
}

// One of these, with brackets closed, goes on from any place where an expression can be left.
constexpr std::string_view kNextWords[] = {
    "",    "ip",          "1",      "1.2.3.4",   "host 1.2.3.4", "dst host 1.2.3.4",
    "1-2", "1:2:3:4:5:6", "\\icmp", "broadcast", "name",         "= 0",
};
constexpr std::string_view kComparisons[] = {"", " = 0"};

// Does it compile, or fail for another reason than its syntax? Then it can be continued.
bool can_be_continued(const std::string& text) {
  const std::string closers = closing(text);
  const std::size_t inner = std::min(closers.find_first_not_of(']'), closers.size());
  for (const std::string_view word : kNextWords) {
    for (const std::string_view within : kComparisons) {
      for (const std::string_view behind : kComparisons) {
        if (inner == closers.size() && !within.empty()) continue;  // both mean the same
        const std::string whole = fmt::format("{} {}{}{}{}{}", text, word, closers.substr(0, inner),
                                              within, closers.substr(inner), behind);
        if (!BpfProgram(whole, LinkType::ethernet).is_syntax_error()) return true;
      }
    }
  }
  return false;
}

// The first token with which the expression cannot be continued; behind the last one if it ends too
// early. From the end: libpcap stops at the error, so what is longer is no better.
std::optional<Range> syntax_error_place(std::string_view expression) {
  const std::vector<Range> tokens = tokens_of(expression);
  if (tokens.empty() || tokens.size() > kMostTokens) return std::nullopt;
  std::size_t good = tokens.size();
  while (good > 0 && !can_be_continued(first_tokens(expression, tokens, good))) --good;
  if (good < tokens.size()) return tokens[good];
  return Range{tokens.back().to, tokens.back().to};
}

// What a message has in quotes; libpcap uses both kinds.
std::string_view quoted(std::string_view message) {
  const std::size_t quote = message.find_first_of("'\"");
  if (quote == message.npos) return {};
  const std::size_t end = message.find(message[quote], quote + 1);
  return end == message.npos ? std::string_view() : message.substr(quote + 1, end - quote - 1);
}

// Where the expression has these words, from the beginning of a token to the end of one.
std::optional<Range> find_words(std::string_view expression, const std::vector<Range>& tokens,
                                std::string_view words) {
  for (const Range first : tokens) {
    const Range found{first.from, first.from + words.size()};
    const bool whole = std::any_of(tokens.begin(), tokens.end(),
                                   [&](Range token) { return token.to == found.to; });
    if (whole && expression.substr(found.from).starts_with(words)) return found;
  }
  return std::nullopt;
}

// What libpcap's message is about: the words in quotes, or else a number.
std::optional<Range> word_place(std::string_view expression, std::string_view message) {
  const std::vector<Range> tokens = tokens_of(expression);
  const std::string_view words = quoted(message);
  if (!words.empty()) {
    if (const auto found = find_words(expression, tokens, words)) return found;
  }
  for (const Range token : tokens) {
    const std::string_view word = expression.substr(token.from, token.to - token.from);
    if (is_digit(word[0]) && message.find(fmt::format(" {} ", word)) != message.npos) return token;
  }
  return std::nullopt;
}

// A byte that begins a character in UTF-8.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

// On one line.
std::string shown(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  return text;
}

Error pointing_at(const std::string& expression, Range place, const std::string& what) {
  const std::size_t before = characters(std::string_view(expression).substr(0, place.from));
  const std::size_t width =
      characters(std::string_view(expression).substr(place.from, place.to - place.from));
  return filter_error(fmt::format("{}, character {} of the filter\n    {}\n    {:{}}{:^<{}}", what,
                                  before + 1, shown(expression), "", before, "",
                                  std::max<std::size_t>(width, 1)));
}

}  // namespace

Error filter_error(std::string message) {
  return {ErrorKind::usage, "--filter", std::move(message)};
}

Error explain_filter_error(const std::string& expression, const BpfProgram& program) {
  if (program.outcome() == BpfProgram::Outcome::never)
    return filter_error("no packet can match it");
  if (!program.is_syntax_error()) {
    const auto place = word_place(expression, program.error());
    return place ? pointing_at(expression, *place, program.error()) : filter_error(program.error());
  }
  const auto place = syntax_error_place(expression);
  if (!place) return filter_error("syntax error");
  if (place->from == place->to) {
    return pointing_at(expression, *place, "syntax error: it ends too early");
  }
  return pointing_at(expression, *place,
                     fmt::format("syntax error at '{}'",
                                 shown(expression.substr(place->from, place->to - place->from))));
}

}  // namespace statewall
