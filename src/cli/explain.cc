#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/capture_frames.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/tracking_options.h"
#include "replay/explainer.h"
#include "report/explanation_json.h"
#include "report/explanation_text.h"

// statewall explain: one packet of a capture, whole.

namespace statewall {
namespace {

/// The command line as it was read.
struct Arguments {
  std::string file;
  std::int64_t number = 0;
  TrackingOptions tracking;
  bool json = false;
};

void print(const Explanation& explanation, bool json, Output& out) {
  if (json) {
    append_explanation_json(out.buffer(), explanation);
  } else {
    append_explanation(out.buffer(), explanation);
  }
  out.line_done();
}

int run(const Arguments& arguments) {
  const Result<Tracking> tracking = resolve(arguments.tracking);
  if (!tracking) return fail(tracking.error());
  if (arguments.number < 1) return fail({ErrorKind::usage, "N", "frames are counted from 1"});
  auto explainer = Explainer::create(tracking->world(), tracking->reading);
  if (!explainer) return fail(explainer.error());
  fmt::print(stderr, "statewall explain: {}\n", text(arguments.tracking));

  const auto wanted = static_cast<std::uint64_t>(arguments.number);
  Output out;
  CaptureFrames frames(out, "statewall explain");
  std::uint64_t last = 0;
  std::optional<Explanation> explanation;
  const bool good = frames.read(arguments.file, [&](const Frame& frame) {
    last = frame.number;
    if (last < wanted) {
      explainer->pass(frame);
    } else {
      explanation = explainer->explain(arguments.file, frame);
    }
    return !explanation;
  });
  if (explanation) {
    print(*explanation, arguments.json, out);
  } else if (good) {
    frames.note({ErrorKind::input, arguments.file,
                 fmt::format("has only {} {}", last, last == 1 ? "frame" : "frames")});
  }
  return out.finish(frames.exit_code());
}

}  // namespace

Run add_explain(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->file, "A capture, pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  app.add_option("N", arguments->number, "The number of the frame in it, from 1")
      ->required()
      ->type_name("");
  app.add_flag("--json", arguments->json, "Print one JSON line (see docs/explain.md)");
  arguments->tracking.add_to(app);
  app.footer("Example: statewall explain host-unreachable.pcap 4");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
