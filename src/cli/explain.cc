#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/capture_frames.h"
#include "cli/command.h"
#ifdef __linux__
#include "cli/control_options.h"
#endif
#include "cli/output.h"
#include "cli/tracking_options.h"
#include "replay/explainer.h"
#include "report/explanation_json.h"
#include "report/explanation_text.h"

// statewall explain: one packet of a capture, whole; or with --follow the packets that a firewall
// which runs does not accept.

namespace statewall {
namespace {

/// The command line as it was read.
struct Arguments {
  std::string file;
  std::optional<std::int64_t> number;
  TrackingOptions tracking;
  bool json = false;
#ifdef __linux__
  ControlOptions control;
  bool follow = false;
#endif
};

void print(const Explanation& explanation, bool json, Output& out) {
  if (json) {
    append_explanation_json(out.buffer(), explanation);
  } else {
    append_explanation(out.buffer(), explanation);
  }
  out.line_done();
}

int explain_frame(const Arguments& arguments) {
  if (arguments.file.empty()) return fail({ErrorKind::usage, "", "FILE is required"});
  if (!arguments.number) return fail({ErrorKind::usage, "", "N is required"});
  const Result<Tracking> tracking = resolve(arguments.tracking);
  if (!tracking) return fail(tracking.error());
  if (*arguments.number < 1) return fail({ErrorKind::usage, "N", "frames are counted from 1"});
  auto explainer = Explainer::create(tracking->world(), tracking->reading);
  if (!explainer) return fail(explainer.error());
  fmt::print(stderr, "statewall explain: {}\n", text(arguments.tracking));

  const auto wanted = static_cast<std::uint64_t>(*arguments.number);
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

#ifdef __linux__
int follow(const Arguments& arguments) {
  if (!arguments.file.empty()) {
    return fail({ErrorKind::usage, "", "--follow asks a firewall that runs, not a FILE"});
  }
  ControlRequest request = arguments.control.request("explain");
  if (arguments.json) request.fields.push_back({"format", "json"});
  return follow_firewall(arguments.control.socket, request);
}

void add_following_to(CLI::App& app, Arguments& arguments) {
  CLI::Option* follow =
      app.add_flag("--follow", arguments.follow,
                   "Instead, each packet that a firewall which runs does not accept");
  arguments.control
      .add_field_to(app, "--conn", "conn", "With --follow: each packet of this connection")
      ->type_name("N")
      ->needs(follow);
  arguments.control.add_socket_to(app);
}

int run(const Arguments& arguments) {
  return arguments.follow ? follow(arguments) : explain_frame(arguments);
}
#else
void add_following_to(CLI::App&, Arguments&) {}
int run(const Arguments& arguments) { return explain_frame(arguments); }
#endif

}  // namespace

Run add_explain(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->file, "A capture, pcap or pcapng; - is standard input")
      ->type_name("");
  app.add_option("N", arguments->number, "The number of the frame in it, from 1")->type_name("");
  app.add_flag("--json", arguments->json, "Print JSON (see docs/explain.md, docs/control.md)");
  arguments->tracking.add_to(app);
  add_following_to(app, *arguments);
  app.footer("Example: statewall explain host-unreachable.pcap 4");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
