#include "scenario/check_parser.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "scenario/expectation.h"
#include "scenario/icmp_words.h"

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

constexpr std::string_view kNone = "none";

bool takes_none(Line& line) {
  if (line.peek().text != kNone || line.peek().quoted) return false;
  line.take();
  return true;
}

// Takes what stands in quotation marks. `what` is for the error.
std::optional<std::string> quoted(Line& line, std::string_view what) {
  const Word word = line.take();
  if (word.quoted) return std::string(word.text);
  line.fail_expected(what, word);
  return {};
}

// `log "WORDS"`, `log none`
bool log(Line& line, Step& step) {
  LogCheck check;
  if (!takes_none(line)) {
    check.line = quoted(line, "words of a line in quotation marks, or none");
    if (!check.line) return false;
  }
  step.what = std::move(check);
  return true;
}

// `nflog GROUP "PREFIX"`, `nflog none`
bool nflog(Line& line, Step& step) {
  NflogCheck check;
  if (!takes_none(line)) {
    const auto group = line.number("a group", 0, 0xffff);
    if (!group) return false;
    check.group = static_cast<std::uint16_t>(*group);
    auto prefix = quoted(line, "a prefix in quotation marks");
    if (!prefix) return false;
    check.prefix = std::move(*prefix);
  }
  step.what = std::move(check);
  return true;
}

// `nat "DNAT to 10.0.0.5:80"`, `nat none`
bool nat(Line& line, Step& step) {
  NatCheck check;
  if (!takes_none(line)) {
    check.text = quoted(line, "a translation in quotation marks, or none");
    if (!check.text) return false;
  }
  step.what = std::move(check);
  return true;
}

bool icmp_answer(Line& line, AnswerCheck& check, bool six) {
  const auto icmp = six ? take_icmp6_type(line) : take_icmp_type(line);
  if (!icmp) return false;
  check.kind = six ? AnswerCheck::Kind::icmp6 : AnswerCheck::Kind::icmp;
  check.icmp_type = icmp->type;
  check.icmp_code = icmp->code.value_or(0);
  return true;
}

// `reject none`, `reject tcp-reset`, `reject icmp TYPE`, `reject icmp6 TYPE`; the three with
// expectations
bool reject(Line& line, Step& step) {
  constexpr std::string_view kKinds[] = {kNone, "tcp-reset", "icmp", "icmp6"};
  AnswerCheck check;
  const std::size_t first = line.position();
  const auto kind = line.one_of("an answer", kKinds);
  if (!kind) return false;
  check.kind = static_cast<AnswerCheck::Kind>(*kind);
  const bool six = check.kind == AnswerCheck::Kind::icmp6;
  if ((six || check.kind == AnswerCheck::Kind::icmp) && !icmp_answer(line, check, six)) {
    return false;
  }
  for (const Word& word : line.taken(first)) {
    check.words += (check.words.empty() ? "" : " ") + std::string(word.text);
  }
  if (check.kind != AnswerCheck::Kind::none && !parse_expectations(line, check.expectations)) {
    return false;
  }
  step.what = std::move(check);
  return true;
}

struct Check {
  std::string_view word;
  bool (*parse)(Line&, Step&);
};
constexpr Check kChecks[] = {{"table", table}, {"entry", entry}, {"event", event},  {"log", log},
                             {"nflog", nflog}, {"nat", nat},     {"reject", reject}};

}  // namespace

bool is_check_word(std::string_view word) {
  return std::ranges::find(kChecks, word, &Check::word) != std::end(kChecks);
}

bool parse_check(Line& line, Step& step) {
  const Check* check = std::ranges::find(kChecks, line.take().text, &Check::word);
  return check->parse(line, step) && line.end();
}

}  // namespace statewall
