#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "report/json.h"
#include "report/json_members.h"
#include "rules/each_place.h"
#include "rules/printer.h"
#include "service/control_jobs.h"
#include "service/live_statistics.h"
#include "service/request_fields.h"

// Jobs about the engine as a whole: its numbers, and what the daemon does for those who ask.

namespace statewall {
namespace {

/// What the rules in force counted, one ruleset after the other. Workers wait while a number is
/// read, so it goes on a few rules at a time.
class RuleCounts {
 public:
  explicit RuleCounts(Engine& engine) : engine_(engine), rules_(engine.rules()) {
    for (const rules::Ruleset* ruleset : {rules_->ipv4(), rules_->ipv6()}) {
      if (!ruleset) continue;
      copies_.push_back(*ruleset);
      std::vector<RulePlace>& places = places_.emplace_back();
      rules::for_each_place(*ruleset, [&](const rules::Table&, const rules::Chain&,
                                          const RulePlace& place) { places.push_back(place); });
    }
    skip_what_is_done();
  }

  bool done() const { return part_ == copies_.size(); }
  const std::vector<rules::Ruleset>& counted() const { return copies_; }

  /// False if other rules took their place meanwhile. REQUIRES: it is not done.
  bool go_on() {
    if (engine_.rules() != rules_) return false;
    rules::Ruleset& copy = copies_[part_];
    const auto left = std::span(places_[part_]).subspan(next_);
    const auto some = left.first(std::min(left.size(), kAtOnce));
    const auto counted = engine_.counters(*rules_, copy.family, some);
    for (std::size_t i = 0; i < some.size(); ++i) write(copy, some[i], counted[i]);
    next_ += some.size();
    skip_what_is_done();
    return true;
  }

 private:
  static constexpr std::size_t kAtOnce = 128;

  static void write(rules::Ruleset& ruleset, const RulePlace& place,
                    const rules::RuleCounters& counted) {
    auto& table = *std::ranges::find(ruleset.tables, place.table, &rules::Table::kind);
    rules::Chain& chain = table.chains[place.chain];
    if (place.rule == RulePlace::kPolicy) {
      chain.counters = counted;
    } else {
      chain.rules[place.rule].counters = counted;
    }
  }

  void skip_what_is_done() {
    for (; !done() && next_ == places_[part_].size(); ++part_) next_ = 0;
  }

  Engine& engine_;
  const std::shared_ptr<const RulesInForce> rules_;
  std::vector<rules::Ruleset> copies_;
  std::vector<std::vector<RulePlace>> places_;  ///< beside `copies_`
  std::size_t part_ = 0;                        ///< the ruleset that is read
  std::size_t next_ = 0;                        ///< its place that comes next
};

class StatsJob final : public ControlJob {
 public:
  StatsJob(const ControlContext& context, bool rules, bool json)
      : engine_(context.engine), handlers_(context.handlers), json_(json) {
    if (rules) rules_.emplace(context.engine);
  }

  Step go_on(ControlAnswer& answer) override {
    if (rules_ && !rules_->done() && !rules_->go_on()) {
      answer.error({ErrorKind::runtime, "", "other rules came into force meanwhile; ask again"});
      return Step::done;
    }
    if (rules_ && !rules_->done()) return Step::more;
    if (!begun_) begin(answer);
    // Many rules are more than the answer has room for.
    while (told_ < text_.size() && !answer.full()) tell_line(answer);
    if (told_ < text_.size()) return Step::more;
    answer.end(1);
    return Step::done;
  }

 private:
  void begin(ControlAnswer& answer) {
    begun_ = true;
    std::vector<LiveStatistic> numbers = live_statistics(engine_);
    if (handlers_.statistics) handlers_.statistics(numbers);
    Buffer text;
    if (json_) {
      append_statistics_json(text, numbers, engine_.now());
    } else {
      append_statistics(text, numbers);
    }
    answer.data({text.data(), text.size()});
    if (rules_) write_rules();
  }

  void write_rules() {
    for (const rules::Ruleset& ruleset : rules_->counted()) {
      std::string text;
      rules::append_ruleset(text, ruleset, true);
      if (json_) {
        Buffer line;
        append_rules_json(line, ruleset, text);
        text_.append(line.data(), line.size()).append("\n");
      } else {
        text_ += text;
      }
    }
  }

  void tell_line(ControlAnswer& answer) {
    const std::size_t newline = text_.find('\n', told_);
    answer.data(std::string_view(text_).substr(told_, newline - told_));
    told_ = newline + 1;
  }

  static void append_rules_json(Buffer& out, const rules::Ruleset& ruleset, std::string_view text) {
    append_json_begin(out, "rules");
    append_json_number(out, "family", static_cast<unsigned>(ruleset.family));
    append(out, ",\"text\":");
    append_json_string(out, text);
    append(out, "}");
  }

  Engine& engine_;
  const ControlHandlers& handlers_;
  std::optional<RuleCounts> rules_;
  const bool json_;
  bool begun_ = false;
  std::string text_;  ///< the rules, each line with its end
  std::size_t told_ = 0;
};

/// Something that the daemon does at once, or cannot do.
class HandlerJob final : public ControlJob {
 public:
  using Handler = std::function<std::optional<Error>()>;
  HandlerJob(const Handler& handler, std::string_view what) : handler_(handler), what_(what) {}

  Step go_on(ControlAnswer& answer) override {
    if (!handler_) {
      answer.error({ErrorKind::runtime, "", fmt::format("this firewall cannot {}", what_)});
    } else if (const auto error = handler_()) {
      answer.error(*error);
    } else {
      answer.end(1);
    }
    return Step::done;
  }

 private:
  const Handler& handler_;
  const std::string_view what_;
};

class ImportJob final : public ControlJob {
 public:
  ImportJob(const ControlHandlers& handlers, std::size_t most) : handlers_(handlers), most_(most) {}

  bool wants_lines() const override { return !complete_; }

  std::optional<Error> line(std::string_view text) override {
    if (lines_.size() + text.size() + 1 > most_) {
      return Error{ErrorKind::input, "",
                   fmt::format("more than {} bytes are too much for one import", most_)};
    }
    lines_.append(text).append("\n");
    return std::nullopt;
  }

  void lines_end() override { complete_ = true; }

  Step go_on(ControlAnswer& answer) override {
    if (!complete_) return Step::waits;
    const Result<std::string> done = handlers_.import(lines_);
    if (!done) {
      answer.error(done.error());
      return Step::done;
    }
    if (!done->empty()) answer.data(*done);
    answer.end(1);
    return Step::done;
  }

 private:
  const ControlHandlers& handlers_;
  const std::size_t most_;
  std::string lines_;
  bool complete_ = false;
};

}  // namespace

MadeJob make_stats(const ControlContext& context, const ControlRequest& request) {
  const auto rules = field_of(request, "rules", kNoYes);
  if (!rules) return rules.error();
  const auto json = field_of(request, "format", kTextJson);
  if (!json) return json.error();
  return made<StatsJob>(context, *rules, *json);
}

MadeJob make_reload(const ControlContext& context, const ControlRequest&) {
  return made<HandlerJob>(context.handlers.reload, "reload its rules");
}

MadeJob make_save(const ControlContext& context, const ControlRequest&) {
  return made<HandlerJob>(context.handlers.save, "save its state");
}

MadeJob make_import(const ControlContext& context, const ControlRequest&) {
  if (!context.handlers.import) {
    return Error{ErrorKind::runtime, "", "this firewall cannot import connections"};
  }
  if (context.importing) {
    return Error{ErrorKind::runtime, "", "somebody imports connections; try again behind that"};
  }
  return made<ImportJob>(context.handlers, context.limits.import);
}

}  // namespace statewall
