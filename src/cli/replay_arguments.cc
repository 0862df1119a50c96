#include "cli/replay_arguments.h"

#include "cli/color_option.h"
#include "cli/linux_comparison.h"
#include "report/choice.h"

namespace statewall {
namespace {

constexpr Choice<TableOutput> kFormats[] = {{"tutorial", TableOutput::tutorial},
                                            {"ip_conntrack", TableOutput::ip_conntrack},
                                            {"nf_conntrack", TableOutput::nf_conntrack},
                                            {"conntrack", TableOutput::conntrack},
                                            {"json", TableOutput::json}};

Result<TableOutput> table_format(const ReplayArguments& arguments, const Profile& profile) {
  if (!arguments.format.empty() && !arguments.table && arguments.at.empty()) {
    return Error{ErrorKind::usage, "--format", "needs a table: --table or --at"};
  }
  if (!arguments.format.empty()) return choose("--format", arguments.format, kFormats);
  if (arguments.flags.json) return TableOutput::json;
  switch (TableFormat{profile.table_format}) {
    case TableFormat::tutorial: return TableOutput::tutorial;
    case TableFormat::ip_conntrack: return TableOutput::ip_conntrack;
    case TableFormat::nf_conntrack: return TableOutput::nf_conntrack;
    case TableFormat::conntrack: break;
  }
  return TableOutput::conntrack;
}

/// -o, as conntrack(8) takes it: words with commas between them.
Result<ConntrackOutput> conntrack_output(std::string_view words) {
  ConntrackOutput output;
  const Choice<bool ConntrackOutput::*> kWords[] = {{"extended", &ConntrackOutput::extended},
                                                    {"id", &ConntrackOutput::id},
                                                    {"timestamp", &ConntrackOutput::timestamp}};
  for (;;) {
    const std::size_t comma = words.find(',');
    const auto member = choose("--output", std::string(words.substr(0, comma)), kWords);
    if (!member) return member.error();
    output.** member = true;
    if (comma == words.npos) return output;
    words.remove_prefix(comma + 1);
  }
}

Error no_frames_in_merge(const char* option) {
  return {ErrorKind::usage, option, "with --merge a frame has no one number: name a time"};
}

/// What is played and shown of it; nothing, or an Error.
std::optional<Error> resolve_playback(const ReplayArguments& arguments, ReplayOptions& options) {
  PlaybackConfig& playback = options.playback;
  playback.reading = options.tracking.reading;
  playback.track_matching = arguments.track_matching;
  playback.trail = arguments.trail;
  if ((arguments.trail || arguments.counters) && !arguments.rules.given()) {
    return Error{ErrorKind::usage, arguments.trail ? "--trail" : "--counters", "needs --rules"};
  }
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
  if (options.quiet && !options.events && !arguments.rules.given())
    playback.batch = PlaybackConfig::kBatch;
  return std::nullopt;
}

void add_views(CLI::App& app, ReplayArguments& arguments) {
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
                 "Of tables: tutorial, ip_conntrack, nf_conntrack, conntrack, json")
      ->type_name("FORMAT")
      ->group("What to show");
  app.add_option("-o,--output", arguments.output,
                 "As conntrack -o: extended, id, timestamp; of events, too")
      ->type_name("LIST")
      ->group("What to show");
  flag("-q,--quiet", flags.quiet, "No line for each packet, no summary");
  flag("--json", flags.json, "Print JSON Lines (see docs/replay.md)");
  add_color_option(app, arguments.color)->group("What to show");
}

void add_choice(CLI::App& app, ReplayArguments& arguments) {
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

void ReplayArguments::add_to(CLI::App& app) {
  app.add_option("FILE", files, "Capture files, pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  add_views(app, *this);
  add_choice(app, *this);
  tracking.add_to(app);
  rules.add_to(app);
  app.add_flag("--trail", trail, "Every rule that a packet visits, and why it did not match")
      ->group("By which rules");
  app.add_flag("--counters", counters, "At the end the ruleset, as iptables-save -c prints it")
      ->group("By which rules");
  add_no_compare(app, no_compare);
  app.add_option("--fail-on", fail_on, "Exit with 4 if a packet has this state, reason or verdict")
      ->type_name("WHAT")
      ->allow_extra_args(false);
  app.footer(
      "Example: statewall replay -q --stats --conns --filter 'icmp or port 53' dump.pcapng.gz");
}

Result<ReplayOptions> resolve(const ReplayArguments& arguments) {
  ReplayOptions options = arguments.flags;
  const Result<Tracking> tracking = resolve(arguments.tracking);
  if (!tracking) return tracking.error();
  options.tracking = *tracking;
  options.table = arguments.table;
  options.compare =
      !options.quiet && !arguments.no_compare && is_compared(options.tracking.profile);
  const Result<TableOutput> format = table_format(arguments, tracking->profile);
  if (!format) return format.error();
  options.format = *format;
  if (arguments.output) {
    const Result<ConntrackOutput> output = conntrack_output(*arguments.output);
    if (!output) return output.error();
    options.conntrack = *output;
  }
  const Result<Color> color = resolve_color(arguments.color);
  if (!color) return color.error();
  options.color = *color;
  if (auto error = resolve_playback(arguments, options)) return std::move(*error);
  return options;
}

}  // namespace statewall
