#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "capture/annotator.h"
#include "capture/reader.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/tracking_options.h"
#include "replay/reading.h"
#include "replay/world.h"
#include "report/comment_text.h"

// statewall annotate: the same capture with a comment on each packet.

namespace statewall {
namespace {

/// The command line as it was read.
struct Arguments {
  std::string file;
  std::string out;
  TrackingOptions tracking;
  bool force = false;
  bool quiet = false;
};

/// What the tracker says of each frame.
class Commentator {
 public:
  Commentator(const Arguments& arguments, const FrameReading& reading, World& world)
      : file_(arguments.file), reading_(reading), world_(world) {}

  std::string_view comment(const Frame& frame) {
    if (!supported(frame.link)) note_link(frame);
    while (!world_.advance(frame.time)) {
    }
    const Packet packet = read_packet(frame, reading_);
    text_.clear();
    append_comment(text_, packet, world_.pass(packet).observation);
    return {text_.data(), text_.size()};
  }

  int exit_code() const { return exit_code_; }

 private:
  /// Told once for each link type.
  void note_link(const Frame& frame) {
    if (!unknown_links_.insert(frame.link).second) return;
    exit_code_ = fail({ErrorKind::input, fmt::format("{}: frame {}", file_, frame.number),
                       fmt::format("link type {} is not supported: its frames have no state",
                                   static_cast<unsigned>(frame.link))});
  }

  const std::string& file_;
  const FrameReading& reading_;
  World& world_;
  Buffer text_;
  std::set<LinkType> unknown_links_;
  int exit_code_ = kExitSuccess;
};

std::string_view frames(std::uint64_t count) { return count == 1 ? "frame" : "frames"; }

int annotate(const Arguments& arguments) {
  const Result<Tracking> tracking = resolve(arguments.tracking);
  if (!tracking) return fail(tracking.error());
  fmt::print(stderr, "statewall annotate: {}\n", text(arguments.tracking));

  // In this order, so that nothing is created for a capture that cannot be opened.
  const auto reader = CaptureReader::open(arguments.file);
  if (!reader) return fail(reader.error());
  const auto world = World::create(tracking->world());
  if (!world) return fail(world.error());
  const auto out = OutputFile::create(arguments.out, arguments.force);
  if (!out) return fail(out.error());

  Commentator commentator(arguments, tracking->reading, **world);
  const Annotated done = annotate(
      **reader, [&](const Frame& frame) { return commentator.comment(frame); },
      [&](std::span<const std::uint8_t> bytes) { return (*out)->write(bytes); });
  if (const auto error = (*out)->commit()) return fail(*error);
  int exit_code = commentator.exit_code();
  if (done.error) {
    exit_code = graver(exit_code, fail(*done.error));
    say(fmt::format("{}: holds what was read before that, {} {}", (*out)->name(), done.frames,
                    frames(done.frames)));
  }
  if (!arguments.quiet && done.written) {
    fmt::print(stderr, "statewall annotate: {}: {} {}, {} {}\n", (*out)->name(), done.frames,
               frames(done.frames), done.frames, done.frames == 1 ? "comment" : "comments");
  }
  return exit_code;
}

}  // namespace

Run add_annotate(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->file, "A capture file, pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  app.add_option("OUT", arguments->out, "The new capture, pcapng; - is standard output")
      ->required()
      ->type_name("");
  app.add_flag("--force", arguments->force, "Overwrite OUT if it exists");
  arguments->tracking.add_to(app);
  app.add_flag("-q,--quiet", arguments->quiet, "No summary");
  app.footer("Example: statewall annotate ping.pcap ping-states.pcapng");
  return [arguments] { return annotate(*arguments); };
}

}  // namespace statewall
