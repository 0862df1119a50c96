#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "capture/reader.h"
#include "cli/capture_world.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/replay_options.h"
#include "cli/tracking_options.h"

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
  std::string format;
  bool json = false;
  bool table = false;
  bool quiet = false;
};

Result<TableOutput> table_output(const Arguments& arguments, const Profile& profile) {
  if (!arguments.table) return TableOutput::none;
  if (!arguments.format.empty()) return choose("--format", arguments.format, kFormats);
  if (arguments.json) return TableOutput::json;
  const bool tutorial = TableFormat{profile.table_format} == TableFormat::tutorial;
  return tutorial ? TableOutput::tutorial : TableOutput::ip_conntrack;
}

Result<ReplayOptions> resolve(const Arguments& arguments) {
  const Result<Tracking> tracking = resolve(arguments.tracking);
  if (!tracking) return tracking.error();
  const Result<TableOutput> table = table_output(arguments, tracking->profile);
  if (!table) return table.error();
  return ReplayOptions{
      .tracking = *tracking, .quiet = arguments.quiet, .json = arguments.json, .table = *table};
}

/// One run over all its captures.
class Replay {
 public:
  Replay(const Arguments& arguments, const ReplayOptions& options)
      : arguments_(arguments), options_(options) {}

  int run() {
    fmt::print(stderr, "statewall replay: {}\n", text(arguments_.tracking));
    for (const std::string& file : arguments_.files) {
      if (out_.broken()) break;
      replay(file);
    }
    out_.flush();
    if (!arguments_.quiet && !out_.broken()) print_summary();
    return out_.finish(exit_code_);
  }

 private:
  void replay(const std::string& file) {
    const auto reader = CaptureReader::open(file);
    if (!reader) return note(reader.error());
    const auto world = CaptureWorld::create(options_, file, numbers_used_, out_);
    if (!world) return note(world.error());
    print_heading(file);
    read_all(file, **reader, **world);
    const bool text_above = !options_.quiet && !options_.json;
    const bool text_below = options_.table != TableOutput::json;
    if (options_.table != TableOutput::none) (*world)->print_table(text_above && text_below);
    (*world)->add_to(totals_);
    numbers_used_ = (*world)->numbers_used();
  }

  void read_all(const std::string& file, CaptureReader& reader, CaptureWorld& world) {
    Frame frame;
    while (!out_.broken()) {
      const auto next = reader.next(frame);
      if (!next) return note(next.error());
      if (*next == CaptureReader::Next::end) return;
      if (!supported(frame.link)) note_link(file, frame);
      world.pass(frame, totals_);
    }
  }

  void print_heading(const std::string& file) {
    const bool text = !options_.json && options_.table != TableOutput::json;
    if (!text || arguments_.files.size() < 2) return;
    append(out_.buffer(), "{}==> {} <==", headings_++ > 0 ? "\n" : "", file);
    out_.line_done();
  }

  /// The captures that follow are replayed all the same.
  void note(const Error& error) {
    out_.flush();
    exit_code_ = graver(exit_code_, fail(error));
  }

  /// Told once for each link type.
  void note_link(const std::string& file, const Frame& frame) {
    if (!unknown_links_.insert(frame.link).second) return;
    note({ErrorKind::input, fmt::format("{}: frame {}", file, frame.number),
          fmt::format("link type {} is not supported: its frames have no state",
                      static_cast<unsigned>(frame.link))});
  }

  void print_summary() const {
    fmt::print(stderr, "statewall replay: {} {}", totals_.frames,
               totals_.frames == 1 ? "frame" : "frames");
    const char* separator = ": ";
    for (const State state : {State::new_, State::established, State::related, State::invalid,
                              State::untracked, State::none}) {
      const std::uint64_t count = totals_.states[static_cast<std::size_t>(state)];
      if (count == 0) continue;
      fmt::print(stderr, "{}{} {}", separator, count,
                 state == State::none ? "without state" : name(state));
      separator = ", ";
    }
    fmt::print(stderr, "; {} {} opened, {} left\n", totals_.opened,
               totals_.opened == 1 ? "connection" : "connections", totals_.left);
  }

  const Arguments& arguments_;
  const ReplayOptions& options_;
  Output out_;
  ReplayTotals totals_;
  std::uint64_t numbers_used_ = 0;
  std::set<LinkType> unknown_links_;
  int headings_ = 0;
  int exit_code_ = kExitSuccess;
};

}  // namespace

Run add_replay(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->files, "Capture files, pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  app.add_flag("--json", arguments->json, "Print JSON Lines (see docs/replay.md)");
  CLI::Option* table =
      app.add_flag("--table", arguments->table, "Print the connection table after each capture");
  app.add_option("--format", arguments->format,
                 "Of the table: tutorial, ip_conntrack, json; the profile says which")
      ->type_name("FORMAT")
      ->needs(table);
  arguments->tracking.add_to(app);
  app.add_flag("-q,--quiet", arguments->quiet, "No line for each packet, no summary");
  app.footer("Example: statewall replay --table --set icmp_timeout=10 ping.pcap");
  return [arguments] {
    const Result<ReplayOptions> options = resolve(*arguments);
    if (!options) return fail(options.error());
    return Replay(*arguments, *options).run();
  };
}

}  // namespace statewall
