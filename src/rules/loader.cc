#include "rules/loader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "rules/complaints.h"
#include "rules/list_memory.h"
#include "rules/rule_reader.h"
#include "rules/syntax.h"
#include "rules/table_builder.h"
#include "rules/text.h"
#include "rules/words.h"

namespace statewall::rules {
namespace {

constexpr std::size_t kLongestLine = 10239;  // that iptables-restore reads in one piece
constexpr std::size_t kLongestWord = 1023;

std::optional<TableKind> table_named(std::string_view text) {
  for (int i = 0; i < kTables; ++i) {
    if (name(static_cast<TableKind>(i)) == text) return static_cast<TableKind>(i);
  }
  return {};
}

/// "[PACKETS:BYTES]", whole.
std::optional<RuleCounters> parse_counters(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (!text.starts_with('[') || !text.ends_with(']') || colon == text.npos) return {};
  const auto packets = parse_number(text.substr(1, colon - 1), ~0ull);
  const auto bytes = parse_number(text.substr(colon + 1, text.size() - colon - 2), ~0ull);
  if (!packets || !bytes) return {};
  return RuleCounters{*packets, *bytes};
}

class Loader {
 public:
  Loader(std::string_view text, std::string_view file, const LoadOptions& options)
      : text_(text), options_(options), complaints_(file) {
    ruleset_.family = options.family;
  }

  Loaded load() {
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      ++number_;
      line_ = rest.substr(0, end);
      if (is_text()) read_line();
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (in_table_) {
      complaints_.add(table_place_, "the table does not end: there is no COMMIT behind it");
    }
    check_lists();
    Loaded loaded;
    if (complaints_.empty()) loaded.ruleset = std::move(ruleset_);
    loaded.errors = complaints_.take();
    return loaded;
  }

 private:
  Place whole() const { return {number_, line_, 1, static_cast<std::uint32_t>(line_.size())}; }
  Place place_of(std::string_view part) const {
    return {number_, line_, static_cast<std::uint32_t>(part.data() - line_.data()) + 1,
            static_cast<std::uint32_t>(part.size())};
  }
  bool complain(std::string_view part, std::string_view message) {
    return complaints_.add(place_of(part), message);
  }

  bool is_text() {
    if (line_.size() > kLongestLine) {
      return complain(line_.substr(kLongestLine, 1), "a line has at most 10,239 bytes");
    }
    const std::size_t zero = line_.find('\0');
    if (zero != line_.npos) return complain(line_.substr(zero, 1), "a zero byte: this is no text");
    if (line_.ends_with('\r')) {
      return complain(line_.substr(line_.size() - 1),
                      "a carriage return ends the line, as Windows writes it");
    }
    return true;
  }

  bool read_line() {
    if (line_.empty() || line_[0] == '#') return true;
    if (in_table_ && line_ == "COMMIT") return commit();
    if (line_[0] == '*') return begin_table();
    if (!in_table_) return complain(line_, "expected a table: '*filter'");
    if (skipping_) return true;
    return line_[0] == ':' ? chain() : rule();
  }

  bool begin_table() {
    if (in_table_) return complain(line_, "the table before has no COMMIT");
    in_table_ = true;
    skipping_ = true;  // if nothing else is said: its lines would only be errors that follow
    table_place_ = whole();
    std::string_view rest = line_.substr(1);
    const std::string_view word = take_word(rest);
    const auto kind = table_named(word);
    if (!kind) return unknown_table(word);
    if (ruleset_.table(*kind)) return complain(word, "the table stands twice");
    builder_.emplace(options_.family, *kind, text_, complaints_, extra_rules_);
    skipping_ = false;
    return true;
  }

  bool unknown_table(std::string_view word) {
    if (word == "security") {
      return options_.skip_unsupported || complain(word, "the table 'security' is not supported");
    }
    std::vector<std::string_view> known;
    for (int i = 0; i < kTables; ++i) known.push_back(name(static_cast<TableKind>(i)));
    return complain(word.empty() ? line_ : word, unknown("table", word, known));
  }

  bool commit() {
    in_table_ = false;
    if (!skipping_) ruleset_.tables.push_back(builder_->finish());
    builder_.reset();
    return true;
  }

  /// `:NAME POLICY [PACKETS:BYTES]`
  bool chain() {
    std::string_view rest = line_.substr(1);
    const std::string_view name = take_word(rest), policy = take_word(rest),
                           counters = take_word(rest);
    if (name.empty()) return complain(line_, "expected a chain: ':NAME POLICY'");
    if (policy.empty()) return complain(name, "the chain needs a policy, or '-'");
    if (!builder_->declare(name, policy, place_of(name), place_of(policy))) return false;
    if (counters.empty()) return true;
    const auto counted = parse_counters(counters);
    if (!counted) return complain(counters, "expected counters: '[PACKETS:BYTES]'");
    builder_->set_counters(name, *counted);
    return true;
  }

  bool rule() {
    std::optional<RuleCounters> counters;
    std::size_t skip = 0;
    if (line_[0] == '[') {
      skip = std::min(line_.find(']'), line_.size() - 1) + 1;
      counters = parse_counters(line_.substr(0, skip));
      if (!counters) return complain(line_.substr(0, skip), "expected counters: '[PACKETS:BYTES]'");
    }
    if (!words_.split(line_, skip)) {
      return complain(line_.substr(words_.bad_column() - 1, 1), words_.complaint());
    }
    WordReader words(number_, line_, words_.words(), complaints_);
    for (const Word& word : words_.words()) {
      if (word.text.size() > kLongestWord)
        return words.fail(word, "a word has at most 1,023 bytes");
    }
    RuleLine read;
    read.rule.line = number_;
    read.rule.counters = counters;
    const RuleContext context{options_.family, builder_->kind(), options_.skip_unsupported};
    if (!RuleReader(context, words, read).read()) return false;
    if (read.ignored) return true;
    if (read.unsupported) ++ruleset_.skipped;
    count_lists(read);
    return builder_->add(read, words);
  }

  void count_lists(const RuleLine& read) {
    const std::size_t rules = std::max<std::size_t>(read.sources.size(), 1) *
                              std::max<std::size_t>(read.destinations.size(), 1);
    for (const Match& match : read.rule.matches) {
      const std::uint64_t bytes = lists_.add(match, rules);
      if (bytes <= options_.list_bytes || list_too_many_) continue;
      list_too_many_ = place_of_match(syntax_of(match, options_.family)->name);
    }
  }

  /// Where the line at hand has `-m NAME`.
  Place place_of_match(std::string_view name) const {
    std::string_view before;
    for (const Word& word : words_.words()) {
      const bool named = before.starts_with("-m") || before.starts_with("--m");
      if (named && word.text == name) return {number_, line_, word.column, word.width};
      before = word.text;
    }
    return whole();
  }

  void check_lists() {
    if (!list_too_many_) return;
    std::string message = "with this the lists of recent, hashlimit and connlimit take more than ";
    append_mebibytes(message, options_.list_bytes);
    message += "; all that the ruleset asks for is ";
    append_mebibytes(message, lists_.bytes());
    complaints_.add(*list_too_many_, message);
  }

  static void append_mebibytes(std::string& out, std::uint64_t bytes) {
    constexpr unsigned mebibyte = 20;
    append_number(out, bytes >> mebibyte);
    out += " MiB";
  }

  static std::string_view take_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
  }

  const std::string_view text_;
  const LoadOptions& options_;
  Complaints complaints_;
  Ruleset ruleset_;
  std::optional<TableBuilder> builder_;
  LineWords words_;
  std::string_view line_;
  std::uint32_t number_ = 0;
  std::size_t extra_rules_ = 0;
  ListMemory lists_;
  std::optional<Place> list_too_many_;  ///< the first that there is no room for
  bool in_table_ = false;
  bool skipping_ = false;  ///< the lines of this table
  Place table_place_;
};

}  // namespace

Loaded load(std::string_view text, std::string_view file, const LoadOptions& options) {
  return Loader(text, file, options).load();
}

}  // namespace statewall::rules
