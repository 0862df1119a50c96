#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/filter.h"
#include "cli/choice.h"
#include "cli/color_option.h"
#include "cli/command.h"
#include "cli/fail_on.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/replay_options.h"
#include "cli/replay_views.h"
#include "replay/ledger.h"
#include "replay/pings.h"

// statewall replay: captures through the tracker.

namespace statewall {
namespace {

constexpr Choice<TableOutput> kFormats[] = {{"tutorial", TableOutput::tutorial},
                                            {"ip_conntrack", TableOutput::ip_conntrack},
                                            {"json", TableOutput::json}};

/// The command line as it was read.
struct Arguments {
  std::vector<std::string> files;
  TrackingOptions tracking;
  std::optional<std::string> filter;
  bool track_matching = false;
  std::string from, to;
  std::vector<std::string> at;
  std::string format;
  std::vector<std::string> fail_on;
  std::string color = "auto";
  bool table = false;
  ReplayOptions flags;  ///< those of its members that are flags of the command line, too
};

Result<TableOutput> table_format(const Arguments& arguments, const Profile& profile) {
  if (!arguments.format.empty() && !arguments.table && arguments.at.empty()) {
    return Error{ErrorKind::usage, "--format", "needs a table: --table or --at"};
  }
  if (!arguments.format.empty()) return choose("--format", arguments.format, kFormats);
  if (arguments.flags.json) return TableOutput::json;
  const bool tutorial = TableFormat{profile.table_format} == TableFormat::tutorial;
  return tutorial ? TableOutput::tutorial : TableOutput::ip_conntrack;
}

Error no_frames_in_merge(const char* option) {
  return {ErrorKind::usage, option, "with --merge a frame has no one number: name a time"};
}

/// What is played and shown of it; nothing, or an Error.
std::optional<Error> resolve_playback(const Arguments& arguments, ReplayOptions& options) {
  PlaybackConfig& playback = options.playback;
  playback.reading = options.tracking.reading;
  playback.track_matching = arguments.track_matching;
  if (arguments.track_matching && !arguments.filter) {
    return Error{ErrorKind::usage, "--track-matching", "needs a --filter"};
  }
  struct End {
    const char* option;
    const std::string& text;
    std::optional<Moment>& moment;
  };
  for (const End& end :
       {End{"--from", arguments.from, playback.from}, End{"--to", arguments.to, playback.to}}) {
    if (end.text.empty()) continue;
    const Result<Moment> moment = parse_moment(end.option, end.text);
    if (!moment) return moment.error();
    if (options.merge && moment->kind == Moment::Kind::frame) return no_frames_in_merge(end.option);
    end.moment = *moment;
  }
  for (const std::string& text : arguments.at) {
    const Result<Moment> moment = parse_moment("--at", text);
    if (!moment) return moment.error();
    if (options.merge && moment->kind == Moment::Kind::frame) return no_frames_in_merge("--at");
    playback.at.push_back(*moment);
  }
  // Whoever waits for lines gets each as soon as its frame is there.
  if (options.quiet && !options.events) playback.batch = Playback::kBatch;
  return std::nullopt;
}

Result<ReplayOptions> resolve(const Arguments& arguments) {
  ReplayOptions options = arguments.flags;
  const Result<Tracking> tracking = resolve(arguments.tracking);
  if (!tracking) return tracking.error();
  options.tracking = *tracking;
  options.table = arguments.table;
  const Result<TableOutput> format = table_format(arguments, tracking->profile);
  if (!format) return format.error();
  options.format = *format;
  const Result<Color> color = resolve_color(arguments.color);
  if (!color) return color.error();
  options.color = *color;
  if (auto error = resolve_playback(arguments, options)) return std::move(*error);
  return options;
}

/// One run over all its captures.
class Replay {
 public:
  Replay(const Arguments& arguments, const ReplayOptions& options, FailOn fail_on,
         std::optional<Filter> filter)
      : arguments_(arguments),
        options_(options),
        playback_(options.playback),
        filter_(std::move(filter)),
        progress_("statewall replay", options.quiet || !is_terminal(Stream::out)),
        fail_on_(std::move(fail_on)) {
    if (!filter_) return;
    playback_.filter = [this](const Frame& frame, const std::string& file) {
      const bool matches = filter_->matches(frame);
      if (const auto complaint = filter_->complaint(file)) problem(*complaint);
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
    progress_.clear();
    out_.flush();
    if (!options_.quiet && !out_.broken()) print_summary();
    return out_.finish(judge());
  }

 private:
  /// One capture, or several merged: a world of its own.
  void play(const std::vector<std::string>& files) {
    MergedCaptures captures(files, [this](const Error& error) { problem(error); });
    if (!captures.any()) return;
    const auto world = World::create(options_.tracking.world(numbers_used_));
    if (!world) return problem(world.error());
    print_heading(files.front());
    progress_.begin(files.front());
    file_ = files.front();

    Ledger ledger([this](const ConnectionSummary& summary) { print(summary); });
    Pings pings([this](const PingSummary& summary) { print(summary); });
    PacketLines packets(options_, out_);
    EventLines events(options_.json, out_);
    Tables tables(options_, out_);
    Counting counting(statistics_);
    std::vector<View*> views{&counting};
    if (!options_.quiet) views.push_back(&packets);
    if (options_.events) views.push_back(&events);
    if (options_.conns) views.push_back(&ledger);
    if (options_.table || !options_.playback.at.empty()) views.push_back(&tables);
    if (options_.pings) views.push_back(&pings);
    if (!arguments_.fail_on.empty()) views.push_back(&fail_on_);

    const PlaybackTalk talk{.problem = [this](const Error& error) { problem(error); },
                            .remark = [this](const std::string& text) { remark(text); },
                            .goes_on =
                                [this](const Frame& frame) {
                                  progress_.tick(frame);
                                  return !out_.broken();
                                }};
    Playback(playback_, talk, views, **world).run(captures);
    numbers_used_ = (*world)->numbers_used();
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
  }

  const Arguments& arguments_;
  const ReplayOptions& options_;
  PlaybackConfig playback_;
  std::optional<Filter> filter_;
  Output out_;
  Progress progress_;
  FailOn fail_on_;
  Statistics statistics_;
  std::string file_;  ///< the capture under way
  std::uint64_t numbers_used_ = 0;
  int headings_ = 0;
  int exit_code_ = kExitSuccess;
};

void add_views(CLI::App& app, Arguments& arguments) {
  ReplayOptions& flags = arguments.flags;
  const auto flag = [&](const char* name, bool& value, const char* what) {
    return app.add_flag(name, value, what)->group("What to show");
  };
  flag("--events", flags.events, "NEW, UPDATE and DESTROY, as conntrack -E, with the cause");
  flag("--conns", flags.conns, "A line for each connection at its end");
  flag("--pings", flags.pings, "A line for each run of ping: queries, losses, times");
  flag("--stats", flags.stats, "Sums by protocol, state and reason");
  flag("--table", arguments.table, "The connection table after each capture");
  app.add_option("--at", arguments.at, "The table at a moment: +2.5s, 12:30:01, a frame, ...")
      ->type_name("TIME")
      ->allow_extra_args(false)
      ->group("What to show");
  app.add_option("--format", arguments.format,
                 "Of tables: tutorial, ip_conntrack, json; the profile says which")
      ->type_name("FORMAT")
      ->group("What to show");
  flag("-q,--quiet", flags.quiet, "No line for each packet, no summary");
  flag("--json", flags.json, "Print JSON Lines (see docs/replay.md)");
  add_color_option(app, arguments.color)->group("What to show");
}

void add_choice(CLI::App& app, Arguments& arguments) {
  app.add_option("--filter", arguments.filter, "Show what matches, as tcpdump takes it")
      ->type_name("EXPRESSION")
      ->group("Of what");
  app.add_flag("--track-matching", arguments.track_matching, "Track only what matches, too")
      ->group("Of what");
  const auto moment = [&](const char* name, std::string& text, const char* what) {
    app.add_option(name, text, what)->type_name("PLACE")->group("Of what");
  };
  moment("--from", arguments.from, "Show from here on; what lies before is tracked all the same");
  moment("--to", arguments.to, "Stop here: a frame (12), +2.5s, 12:30:01, a date");
  app.add_flag("--merge", arguments.flags.merge, "Several captures by time, as one world")
      ->group("Of what");
}

}  // namespace

Run add_replay(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->files, "Capture files, pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  add_views(app, *arguments);
  add_choice(app, *arguments);
  arguments->tracking.add_to(app);
  app.add_option("--fail-on", arguments->fail_on,
                 "Exit with 4 if a packet has this state or reason")
      ->type_name("WHAT")
      ->allow_extra_args(false);
  app.footer(
      "Example: statewall replay -q --stats --conns --filter 'icmp or port 53' dump.pcapng.gz");
  return [arguments] {
    const Result<ReplayOptions> options = resolve(*arguments);
    if (!options) return fail(options.error());
    Result<FailOn> fail_on = FailOn::parse(arguments->fail_on);
    if (!fail_on) return fail(fail_on.error());
    std::optional<Filter> filter;
    if (arguments->filter) {
      Result<Filter> compiled = Filter::compile(*arguments->filter);
      if (!compiled) return fail(compiled.error());
      filter = std::move(*compiled);
    }
    return Replay(*arguments, *options, *fail_on, std::move(filter)).run();
  };
}

}  // namespace statewall
