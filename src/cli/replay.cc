#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/filter.h"
#include "cli/color_option.h"
#include "cli/command.h"
#include "cli/fail_on.h"
#include "cli/linux_comparison.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/replay_arguments.h"
#include "cli/replay_views.h"
#include "replay/ledger.h"
#include "replay/pings.h"
#include "report/json.h"
#include "report/json_members.h"
#include "rules/printer.h"

// statewall replay: captures through the tracker.

namespace statewall {
namespace {

/// One run over all its captures.
class Replay {
 public:
  Replay(const ReplayArguments& arguments, const ReplayOptions& options, FailOn fail_on,
         std::optional<Filter> filter, FirewallSetup setup)
      : arguments_(arguments),
        options_(options),
        playback_(options.playback),
        filter_(std::move(filter)),
        progress_("statewall replay", options.quiet || !is_terminal(Stream::out)),
        fail_on_(std::move(fail_on)),
        setup_(std::move(setup)),
        firewall_(setup_.config()) {
    if (arguments_.rules.given()) playback_.firewall = &firewall_;
    setup_.clear_counters();
    if (!filter_) return;
    playback_.filter = [this](const Frame& frame, const std::string& file,
                              std::vector<Error>& problems) {
      const bool matches = filter_->matches(frame);
      if (const auto complaint = filter_->complaint(file)) problems.push_back(*complaint);
      return matches;
    };
  }

  int run() {
    fmt::print(stderr, "statewall replay: {}\n", text(arguments_.tracking));
    if (options_.merge) {
      play(arguments_.files);
    } else {
      for (const std::string& file : arguments_.files) {
        if (!out_.broken()) play({file});
      }
    }
    if (options_.stats && !out_.broken()) print_stats();
    if (arguments_.counters && !out_.broken()) print_counters();
    progress_.clear();
    out_.flush();
    if (!options_.quiet && !out_.broken()) print_summary();
    return out_.finish(judge());
  }

 private:
  /// One capture, or several merged: a world of its own.
  void play(const std::vector<std::string>& files) {
    MergedCaptures captures(files);
    for (const Error& error : captures.take_problems()) problem(error);
    if (!captures.any()) return;
    const auto world = World::create(options_.tracking.world(numbers_used_));
    if (!world) return problem(world.error());
    print_heading(files.front());
    progress_.begin(files.front());
    file_ = files.front();

    Ledger ledger([this](const ConnectionSummary& summary) { print(summary); });
    Pings pings([this](const PingSummary& summary) { print(summary); });
    PacketLines packets(options_, out_);
    EventLines events(options_, out_);
    Tables tables(options_, out_);
    Counting counting(statistics_);
    std::vector<View*> views{&counting};
    std::optional<Otherwise> otherwise;
    if (options_.compare) {
      WorldConfig beside = options_.tracking.world();
      beside.profile = linux_6();
      auto opinion = SecondOpinion::create(beside);
      if (!opinion) return problem(opinion.error());
      views.push_back(&otherwise.emplace(std::move(*opinion)));
    }
    if (!options_.quiet) views.push_back(&packets);
    if (options_.events) views.push_back(&events);
    if (options_.conns) views.push_back(&ledger);
    if (options_.table || !options_.playback.at.empty()) views.push_back(&tables);
    if (options_.pings) views.push_back(&pings);
    if (!arguments_.fail_on.empty()) views.push_back(&fail_on_);

    const PlaybackTalk talk{.problem = [this](const Error& error) { problem(error); },
                            .remark = [this](const std::string& text) { remark(text); },
                            .goes_on =
                                [this](std::uint64_t number, std::uint64_t position) {
                                  progress_.tick(number, position);
                                  return !out_.broken();
                                }};
    Playback playback(playback_, talk, views, **world);
    playback.run(captures);
    if (playback.firewall()) setup_.add_counters(*playback.firewall());
    numbers_used_ = (*world)->numbers_used();
    if (!otherwise) return;
    compared_ += otherwise->opinion().packets();
    otherwise_ += otherwise->opinion().otherwise();
  }

  void print_heading(const std::string& file) {
    const bool text = !options_.json && options_.format != TableOutput::json;
    if (!text || options_.merge || arguments_.files.size() < 2) return;
    append(out_.buffer(), "{}==> {} <==", headings_++ > 0 ? "\n" : "", file);
    out_.line_done();
  }

  void print(const ConnectionSummary& summary) {
    if (options_.json) {
      append_summary_json(out_.buffer(), file_, summary);
    } else {
      append_summary_line(out_.buffer(), summary);
    }
    out_.line_done();
  }

  void print(const PingSummary& summary) {
    if (options_.json) {
      append_ping_json(out_.buffer(), file_, summary);
    } else {
      append_ping_line(out_.buffer(), summary);
    }
    out_.line_done();
  }

  void print_stats() {
    if (options_.json) {
      statistics_.append_json(out_.buffer());
    } else {
      if (!options_.quiet) out_.line_done();
      statistics_.append_text(out_.buffer());
    }
    out_.line_done();
  }

  void print_counters() {
    if (!options_.quiet && !options_.json) out_.line_done();
    for (const auto* ruleset : {&setup_.ipv4, &setup_.ipv6}) {
      if (!*ruleset) continue;
      std::string text;
      rules::append_ruleset(text, **ruleset, true);
      if (options_.json) {
        append_json_begin(out_.buffer(), "rules");
        append_json_number(out_.buffer(), "family", static_cast<unsigned>((*ruleset)->family));
        append(out_.buffer(), ",\"text\":");
        append_json_string(out_.buffer(), text);
        append(out_.buffer(), "}");
      } else {
        if (text.ends_with('\n')) text.pop_back();
        append(out_.buffer(), text);
      }
      out_.line_done();
    }
  }

  /// The captures that follow are replayed all the same.
  void problem(const Error& error) {
    progress_.clear();
    out_.flush();
    exit_code_ = graver(exit_code_, fail(error));
  }

  void remark(const std::string& text) {
    progress_.clear();
    out_.flush();
    say(text);
  }

  int judge() const {
    const std::uint64_t found = fail_on_.found();
    if (found == 0) return exit_code_;
    fmt::print(stderr, "statewall replay: {} {} of --fail-on {}\n", found,
               found == 1 ? "packet" : "packets", fmt::join(arguments_.fail_on, ", "));
    return graver(exit_code_, kExitFindings);
  }

  void print_summary() const {
    const Statistics& seen = statistics_;
    fmt::print(stderr, "statewall replay: {} {}", seen.frames(),
               seen.frames() == 1 ? "frame" : "frames");
    const char* separator = ": ";
    for (const State state : {State::new_, State::established, State::related, State::invalid,
                              State::untracked, State::none}) {
      if (seen.packets(state) == 0) continue;
      fmt::print(stderr, "{}{} {}", separator, seen.packets(state),
                 state == State::none ? "without state" : name(state));
      separator = ", ";
    }
    fmt::print(stderr, "; {} {} opened, {} left\n", seen.opened(),
               seen.opened() == 1 ? "connection" : "connections", seen.left());
    if (compared_ != 0) {
      fmt::print(stderr, "statewall replay: {}\n", comparison_text(otherwise_, compared_));
    }
  }

  const ReplayArguments& arguments_;
  const ReplayOptions& options_;
  PlaybackConfig playback_;
  std::optional<Filter> filter_;
  Output out_;
  Progress progress_;
  FailOn fail_on_;
  FirewallSetup setup_;
  FirewallConfig firewall_;
  Statistics statistics_;
  std::string file_;  ///< the capture under way
  std::uint64_t numbers_used_ = 0;
  std::uint64_t compared_ = 0;   ///< packets that profile linux saw, too
  std::uint64_t otherwise_ = 0;  ///< of these, with another state
  int headings_ = 0;
  int exit_code_ = kExitSuccess;
};

}  // namespace

Run add_replay(CLI::App& app) {
  const auto arguments = std::make_shared<ReplayArguments>();
  arguments->add_to(app);
  return [arguments] {
    const Result<ReplayOptions> options = resolve(*arguments);
    if (!options) return fail(options.error());
    Result<FailOn> fail_on = FailOn::parse(arguments->fail_on, arguments->rules.given());
    if (!fail_on) return fail(fail_on.error());
    std::optional<Filter> filter;
    if (arguments->filter) {
      Result<Filter> compiled = Filter::compile(*arguments->filter);
      if (!compiled) return fail(compiled.error());
      filter = std::move(*compiled);
    }
    Result<FirewallSetup> setup = load(arguments->rules, arguments->tracking.seed);
    if (!setup) return fail(setup.error());
    return Replay(*arguments, *options, *fail_on, std::move(filter), std::move(*setup)).run();
  };
}

}  // namespace statewall
