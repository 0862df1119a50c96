#include "scenario/check_parser.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace statewall {
namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

// `table empty`, `table N`
bool table(Line& line, Step& step) {
  if (line.peek().text == "empty") {
    line.take();
    step.what = TableCheck{0};
    return true;
  }
  const auto entries = line.number("'empty' or a number of entries", 0, kMost);
  if (!entries) return false;
  step.what = TableCheck{*entries};
  return true;
}

// `entry "LINE"`. A blank at the end of a line is no matter: kernels 2.4 print one (F1).
bool entry(Line& line, Step& step) {
  const Word word = line.take();
  const std::size_t end = word.text.find_last_not_of(' ');
  if (!word.quoted || end == word.text.npos) {
    return line.fail_expected("an entry in quotation marks", word);
  }
  step.what = EntryCheck{std::string(word.text.substr(0, end + 1))};
  return true;
}

std::optional<DestroyCause> cause_of(std::string_view word) {
  for (std::size_t i = 1; i < kDestroyCauses; ++i) {
    if (name(static_cast<DestroyCause>(i)) == word) return static_cast<DestroyCause>(i);
  }
  return {};
}

// `event none`, `event KIND [CAUSE] conn N`
bool event(Line& line, Step& step) {
  constexpr EventKind kKinds[] = {EventKind::new_, EventKind::update, EventKind::destroy};
  std::vector<std::string_view> words = {"none"};
  for (const EventKind kind : kKinds) words.push_back(name(kind));
  const auto index = line.one_of("a kind of event", words);
  if (!index) return false;
  EventCheck check;
  if (*index != 0) {
    check.kind = kKinds[*index - 1];
    const auto cause = check.kind == EventKind::destroy ? cause_of(line.peek().text) : std::nullopt;
    if (cause) {
      line.take();
      check.cause = *cause;
    }
    if (!line.literal("conn")) return false;
    const auto connection = line.number("a connection", 1, kMost);
    if (!connection) return false;
    check.connection = *connection;
  }
  step.what = check;
  return true;
}

struct Check {
  std::string_view word;
  bool (*parse)(Line&, Step&);
};
constexpr Check kChecks[] = {{"table", table}, {"entry", entry}, {"event", event}};

}  // namespace

bool is_check_word(std::string_view word) {
  return std::ranges::find(kChecks, word, &Check::word) != std::end(kChecks);
}

bool parse_check(Line& line, Step& step) {
  const Check* check = std::ranges::find(kChecks, line.take().text, &Check::word);
  return check->parse(line, step) && line.end();
}

}  // namespace statewall
