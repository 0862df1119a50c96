#include <memory>
#include <string>
#include <string_view>

#include "capture/reader.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/tracking_options.h"
#include "replay/chart_builder.h"
#include "replay/unknown_links.h"
#include "report/chart_html.h"
#include "report/chart_mermaid.h"
#include "report/chart_svg.h"
#include "report/chart_text.h"
#include "report/choice.h"

// statewall diagram: a capture as a message chart.

namespace statewall {
namespace {

using Append = void (*)(Buffer& out, const Chart& chart);

/// Formats, by the endings of their files.
constexpr Choice<Append> kFormats[] = {{"svg", append_chart_svg},
                                       {"html", append_chart_html},
                                       {"mmd", append_chart_mermaid},
                                       {"txt", append_chart_text}};

/// The command line as it was read.
struct Arguments {
  std::string file;
  TrackingOptions tracking;
  std::uint64_t connection = 0;
  std::uint64_t limit = ChartOptions{}.limit;
  std::string format;
  std::string output = "-";
  bool force = false;
};

/// By --format, else by the ending of the file; to standard output text.
Result<Append> format_of(const Arguments& arguments) {
  if (!arguments.format.empty()) return choose("--format", arguments.format, kFormats);
  if (arguments.output == "-") return append_chart_text;
  const std::string name = arguments.output.substr(arguments.output.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) {
    return Error{ErrorKind::usage, arguments.output,
                 "does not end in .svg, .html, .mmd or .txt: give a --format"};
  }
  return choose(arguments.output, name.substr(dot + 1), kFormats);
}

/// One run.
class Diagram {
 public:
  Diagram(const Arguments& arguments, const Tracking& tracking)
      : arguments_(arguments), tracking_(tracking) {}

  int run(Append append) {
    const auto reader = CaptureReader::open(arguments_.file);
    if (!reader) return fail(reader.error());
    const auto world = World::create(tracking_.world());
    if (!world) return fail(world.error());
    const auto file = OutputFile::create(arguments_.output, arguments_.force);
    if (!file) return fail(file.error());
    ChartBuilder builder(**world, {arguments_.file, text(arguments_.tracking),
                                   arguments_.connection, arguments_.limit});
    read_all(**reader, builder);
    if (arguments_.connection > (*world)->numbers_used())
      return fail(unknown((*world)->numbers_used()));
    Buffer out;
    append(out, builder.finish());
    (*file)->write(std::string_view(out.data(), out.size()));
    if (const auto error = (*file)->commit()) note(*error);
    return exit_code_;
  }

 private:
  void read_all(CaptureReader& reader, ChartBuilder& builder) {
    Frame frame;
    for (;;) {
      const auto next = reader.next(frame);
      if (!next) return note(next.error());
      if (*next == CaptureReader::Next::end) return;
      if (const auto error = unknown_links_.complaint(arguments_.file, frame)) note(*error);
      builder.pass(frame.number, frame.time, read_packet(frame, tracking_.reading), frame.bytes);
    }
  }

  Error unknown(std::uint64_t connections) const {
    return {ErrorKind::input, arguments_.file,
            fmt::format("there is no connection {}: the capture opens {}", arguments_.connection,
                        connections)};
  }

  /// What could be read is drawn all the same.
  void note(const Error& error) { exit_code_ = graver(exit_code_, fail(error)); }

  const Arguments& arguments_;
  const Tracking& tracking_;
  UnknownLinks unknown_links_;
  int exit_code_ = kExitSuccess;
};

}  // namespace

Run add_diagram(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->file, "pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  app.add_option("--conn", arguments->connection,
                 "Draw only the packets of this connection, and errors about it")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, ~std::uint64_t{0}).description(""));
  app.add_option("--limit", arguments->limit, "Draw so many packets, and count the rest")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--format", arguments->format,
                 "svg, html, mmd (Mermaid), txt; the ending of the output file says which")
      ->type_name("FORMAT");
  app.add_option("-o,--output", arguments->output, "Write to this file; - is standard output")
      ->type_name("FILE");
  app.add_flag("--force", arguments->force, "Overwrite a file that exists");
  arguments->tracking.add_to(app);
  app.footer("Example: statewall diagram --conn 1 -o ping.svg ping.pcap");
  return [arguments] {
    const Result<Tracking> tracking = resolve(arguments->tracking);
    if (!tracking) return fail(tracking.error());
    const Result<Append> format = format_of(*arguments);
    if (!format) return fail(format.error());
    return Diagram(*arguments, *tracking).run(*format);
  };
}

}  // namespace statewall
