#include "rules/rule_reader.h"

#include <algorithm>
#include <utility>

#include "rules/protocol_names.h"
#include "rules/suggest.h"

namespace statewall::rules {
namespace {

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone,
                       kUnsupported = MatchOption::kUnsupported;

bool is_not(const Word& word) { return word.text == "!" && !word.quoted; }

/// As it could stand in a file again.
void append_word(std::string& out, const Word& word) {
  out += ' ';
  if (!word.quoted) {
    out += word.text;
    return;
  }
  out += '"';
  for (const char c : word.text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

/// "'--sport'"
template <typename Part>
std::string dashed(const Option<Part>& option) {
  return "'--" + std::string(option.name) + "'";
}

}  // namespace

bool RuleReader::read() {
  while (!words_.at_end() && !out_.ignored) {
    if (!read_option()) return false;
  }
  return out_.ignored || finish();
}

bool RuleReader::read_option() {
  Word word = words_.take();
  const bool inverted = is_not(word);
  if (inverted) {
    if (words_.at_end()) return words_.fail(word, "nothing follows that could be inverted");
    word = words_.take();
    if (is_not(word)) return words_.fail(word, "a second '!'");
  }
  if (word.text.size() < 2 || word.text[0] != '-') {
    return words_.fail(word, "unexpected " + in_quotes(word.text) + ": options begin with '-'");
  }
  const Spelling spelling(word);
  OptionSearch search = find_option(spelling, extended_);
  // Behind an unsupported match an option is rather that one's than one of the protocol's.
  const bool skipping = !extended_.empty() && extended_.back().unsupported;
  if (!search.found && (!skipping || protocol_has(spelling)) && load_for_protocol()) {
    search = find_option(spelling, extended_);
  }
  if (!search.other.empty()) {
    return words_.fail(word, in_quotes(word.text) + " may mean '--" + std::string(search.name) +
                                 "' or '--" + std::string(search.other) + "'");
  }
  if (search.found) return read_found(*search.found, spelling, inverted);
  if (skipping) return skip_option(extended_.back(), spelling, inverted);
  return words_.fail(word, complain_about_option(spelling, extended_, context_.family));
}

bool RuleReader::read_found(const FoundOption& found, const Spelling& spelling, bool inverted) {
  if (found.general) return read_general(*found.general, spelling, inverted);
  Extended& extended = extended_[found.extended];
  if (extended.match) {
    return read_extended(extended, extended.match->options[found.option],
                         out_.rule.matches[extended.index], spelling, inverted);
  }
  return read_extended(extended, extended.target->options[found.option], out_.rule.target, spelling,
                       inverted);
}

bool RuleReader::read_general(const RuleOption& option, const Spelling& spelling, bool inverted) {
  const std::string written = in_quotes(spelling.word.text);
  if (option.flags & RuleOption::kForeign) {
    return words_.fail(spelling.word, written + " has no place in a file of rules");
  }
  if (letters_.find(option.letter) != letters_.npos) {
    return words_.fail(spelling.word, written + " stands twice");
  }
  if (!(option.flags & RuleOption::kMany)) letters_ += option.letter;
  auto argument = argument_of(spelling, inverted, option.flags);
  if (!argument) return false;
  if (option.read) return option.read(*argument, out_);
  return option.letter == 'm' ? match(*argument) : to_chain(*argument, option.letter == 'g');
}

template <typename Part>
bool RuleReader::read_extended(Extended& extended, const Option<Part>& option, Part& part,
                               const Spelling& spelling, bool inverted) {
  const Word& word = spelling.word;
  if (option.flags & kUnsupported) {
    if (!context_.skip_unsupported) {
      return words_.fail(word, "the option " + in_quotes(word.text) + " is not supported");
    }
    extended.unsupported = true;
    return skip_option(extended, spelling, inverted);
  }
  if (extended.given & option.id) {
    return words_.fail(word, in_quotes(word.text) + " stands twice");
  }
  if (extended.given & option.not_with) {
    return words_.fail(word, in_quotes(word.text) + " excludes an option before it");
  }
  extended.given |= option.id;
  const std::size_t first = words_.position();
  auto argument = argument_of(spelling, inverted, option.flags);
  if (!argument || !option.read(*argument, part)) return false;
  if (context_.skip_unsupported) {
    if (inverted) extended.words += " !";
    append_word(extended.words, word);
    for (const Word& value : words_.since(first)) append_word(extended.words, value);
  }
  return true;
}

/// An option of something that is not supported: what follows is its values, up to the next option.
bool RuleReader::skip_option(Extended& extended, const Spelling& spelling, bool inverted) {
  if (inverted) extended.words += " !";
  append_word(extended.words, spelling.word);
  const auto is_value = [](const Word& word) {
    return word.quoted || (!word.text.starts_with('-') && !is_not(word));
  };
  while (!words_.at_end() && is_value(words_.peek())) append_word(extended.words, words_.take());
  return true;
}

std::optional<Argument> RuleReader::argument_of(const Spelling& spelling, bool inverted,
                                                std::uint8_t flags) {
  const Word& option = spelling.word;
  const auto fail = [&](std::string_view message) {
    words_.fail(option, in_quotes(option.text) + std::string(message));
    return std::optional<Argument>();
  };
  const bool alone = (flags & kAlone) != 0;
  if (alone && spelling.value) return fail(" has no value");
  if (!alone && !spelling.value && words_.at_end()) return fail(" needs a value");

  Word value = spelling.value.value_or(option);
  if (!alone && !spelling.value) value = words_.take();
  // The other place of `!`, between an option and its value, where it stood until iptables 1.4.
  if (!alone && is_not(value) && !inverted && (flags & kNot) && !words_.at_end()) {
    inverted = true;
    value = words_.take();
  }
  if (inverted && !(flags & kNot)) return fail(" cannot be inverted");
  return Argument(words_, option, value, inverted, context_.family);
}

bool RuleReader::match(Argument& argument) {
  if (const auto* syntax = find_match(argument.text(), context_.family)) {
    load(*syntax, argument.value());
    return true;
  }
  if (is_unsupported_match(argument.text())) return load_unsupported(argument, true);
  return argument.fail_unknown("match", argument.text(), match_names(context_.family));
}

void RuleReader::load(const MatchSyntax& syntax, const Word& at) {
  Extended& extended = extended_.emplace_back();
  extended.match = &syntax;
  extended.index = out_.rule.matches.size();
  extended.at = at;
  if (context_.skip_unsupported) extended.words.append("-m ").append(syntax.name);
  out_.rule.matches.push_back(syntax.make(context_.family));
}

bool RuleReader::protocol_has(const Spelling& spelling) const {
  const auto* syntax = match_of_protocol(out_.rule.protocol, context_.family);
  return syntax && std::ranges::any_of(syntax->options, [&](const MatchOption& option) {
           return option.name == spelling.name;
         });
}

/// Behind `-p tcp`, an option that nobody knows may be one of the match tcp, without its `-m`.
bool RuleReader::load_for_protocol() {
  const auto* syntax = match_of_protocol(out_.rule.protocol, context_.family);
  const auto same = [&](const Extended& each) {
    return each.match && each.match->protocol == out_.rule.protocol;
  };
  if (!syntax || std::ranges::any_of(extended_, same)) return false;
  load(*syntax, words_.last());
  return true;
}

bool RuleReader::load_unsupported(Argument& argument, bool is_match) {
  if (!context_.skip_unsupported) {
    return argument.fail((is_match ? "the match " : "the target ") + in_quotes(argument.text()) +
                         " is not supported");
  }
  Extended& extended = extended_.emplace_back();
  extended.index = out_.rule.matches.size();
  extended.at = argument.value();
  extended.unsupported = true;
  extended.words = is_match ? "-m" : "-j";
  append_word(extended.words, argument.value());
  if (is_match) out_.rule.matches.emplace_back(UnsupportedMatch{});
  return true;
}

bool RuleReader::to_chain(Argument& argument, bool is_goto) {
  const bool second = letters_.find('j') != letters_.npos && letters_.find('g') != letters_.npos;
  if (second) return words_.fail(argument.option(), "a second target");
  const std::string_view name = argument.text();
  const auto* syntax = is_goto ? nullptr : find_target(name, context_.family);
  if (!syntax) {
    if (!is_goto && is_unsupported_target(name)) return load_unsupported(argument, false);
    out_.jump = argument.value();
    out_.rule.target = JumpTarget{.is_goto = is_goto};
    return true;
  }
  if ((syntax->tables & bit(context_.table)) == 0) {
    return argument.fail(in_quotes(name) + " is no target of table '" +
                         std::string(rules::name(context_.table)) + "'");
  }
  Extended& extended = extended_.emplace_back();
  extended.target = syntax;
  extended.at = argument.value();
  if (context_.skip_unsupported) extended.words.append("-j ").append(name);
  out_.rule.target = syntax->make(context_.family);
  return true;
}

bool RuleReader::finish() {
  using Command = RuleLine::Command;
  if (out_.command == Command::none) {
    return words_.fail(words_.whole(), "expected a rule: '-A CHAIN ...'");
  }
  if (out_.command == Command::new_chain || out_.command == Command::policy) {
    return letters_.size() == 1 && extended_.empty()
               ? true
               : words_.fail(words_.whole(), "this command takes no more than its chain");
  }
  for (const Extended& each : extended_) {
    const bool good =
        each.unsupported ||
        (each.match ? finish_extended(each, *each.match, out_.rule.matches[each.index])
                    : finish_extended(each, *each.target, out_.rule.target));
    if (!good) return false;
  }
  for (const Extended& each : extended_) {
    if (each.unsupported) keep_as_written(each);
  }
  return interfaces_fit();
}

template <typename Part>
bool RuleReader::finish_extended(const Extended& extended, const Extension<Part>& syntax,
                                 Part& part) {
  if (!all_needed_given(extended, syntax)) return false;
  if (syntax.protocol != 0 && !syntax.without_protocol &&
      (out_.rule.protocol != syntax.protocol || out_.rule.protocol_inverted)) {
    std::string message = "the match '";
    message.append(syntax.name).append("' needs '-p ").append(protocol_name(syntax.protocol));
    return words_.fail(extended.at, message + "'");
  }
  out_.hooks &= syntax.hooks_of ? syntax.hooks_of(part) : syntax.hooks;
  if (!syntax.finish) return true;
  const std::string complaint = syntax.finish({.family = context_.family,
                                               .protocol = out_.rule.protocol,
                                               .protocol_inverted = out_.rule.protocol_inverted,
                                               .given = extended.given},
                                              part);
  return complaint.empty() || words_.fail(extended.at, complaint);
}

template <typename Part>
bool RuleReader::all_needed_given(const Extended& extended, const Extension<Part>& syntax) const {
  const std::string whose = in_quotes(syntax.name);
  if (syntax.any_of != 0 && (extended.given & syntax.any_of) == 0) {
    return words_.fail(extended.at, whose + " needs one of its options");
  }
  for (const Option<Part>& option : syntax.options) {
    const bool here = (extended.given & option.id) != 0;
    if (!here && (syntax.required & option.id)) {
      return words_.fail(extended.at, whose + " needs " + dashed(option));
    }
    if (here && option.needs != 0 && (extended.given & option.needs) == 0) {
      const auto other = std::ranges::find_if(
          syntax.options, [&](const Option<Part>& each) { return (each.id & option.needs) != 0; });
      return words_.fail(extended.at, dashed(option) + " needs " + dashed(*other));
    }
  }
  return true;
}

/// What is not supported stands for what it would have been; its rule is never to match.
void RuleReader::keep_as_written(const Extended& extended) {
  const std::string_view words = extended.words;
  const std::string_view behind = words.substr(3);
  std::string name(behind.substr(0, behind.find(' ')));
  if (words.starts_with("-j")) {
    out_.rule.target = UnsupportedTarget{std::move(name), extended.words};
  } else {
    out_.rule.matches[extended.index] = UnsupportedMatch{std::move(name), extended.words};
  }
  out_.unsupported = true;
}

bool RuleReader::interfaces_fit() {
  const auto is = [this](Hook hook) { return out_.chain.text == name(hook); };
  if (out_.rule.in.given() && (is(Hook::output) || is(Hook::postrouting))) {
    return words_.fail(out_.chain, "no packet has an incoming interface in this chain");
  }
  if (out_.rule.out.given() && (is(Hook::input) || is(Hook::prerouting))) {
    return words_.fail(out_.chain, "no packet has an outgoing interface in this chain");
  }
  return true;
}

}  // namespace statewall::rules
