#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "capture/annotator.h"
#include "capture/reader.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "cli/tracking_options.h"
#include "replay/reading.h"
#include "replay/unknown_links.h"
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
      : file_(arguments.file), reading_(reading), world_(world) {
    progress_.begin(file_);
  }

  std::string_view comment(const Frame& frame) {
    if (const auto error = unknown_links_.complaint(file_, frame)) exit_code_ = fail(*error);
    progress_.tick(frame.number, frame.position);
    while (!world_.advance(frame.time)) {
    }
    const Packet packet = read_packet(frame, reading_);
    text_.clear();
    const World::Passage passage = world_.pass(packet, frame.bytes);
    append_comment(text_, passage.tracked ? *passage.tracked : packet, passage.observation);
    return {text_.data(), text_.size()};
  }

  /// Nothing more comes: what is said from now on stands alone.
  int finish() {
    progress_.clear();
    return exit_code_;
  }

 private:
  const std::string& file_;
  const FrameReading& reading_;
  World& world_;
  Buffer text_;
  Progress progress_{"statewall annotate", true};
  UnknownLinks unknown_links_;
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
  int exit_code = commentator.finish();
  if (const auto error = (*out)->commit()) return fail(*error);
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
