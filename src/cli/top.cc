#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "cli/command.h"
#include "cli/control_options.h"
#include "cli/top_screen.h"
#include "cli/top_view.h"
#include "report/choice.h"

// statewall top: the greatest connections of a firewall that runs, again and again.

namespace statewall {
namespace {

constexpr Choice<TopOrder> kOrders[] = {{"rate", TopOrder::rate},
                                        {"bytes", TopOrder::bytes},
                                        {"packets", TopOrder::packets},
                                        {"age", TopOrder::age}};

struct Arguments {
  ControlOptions control;
  std::string sort = "rate";
  double interval = 2;  ///< seconds
  bool once = false;
};

/// What passes in a second is known after two answers.
int print_once(TopView& view, std::chrono::milliseconds interval) {
  auto error = view.refresh();
  if (!error) {
    std::this_thread::sleep_for(interval);
    error = view.refresh();
  }
  if (error) return fail(*error);
  Output out;
  append(out.buffer(), view.summary());
  out.line_done();
  for (const std::string& line : top_lines(view.table().rows(), view.table().rows().size())) {
    append(out.buffer(), line);
    out.line_done();
  }
  return out.finish(kExitSuccess);
}

int run(const Arguments& arguments) {
  const Result<TopOrder> order = choose("--sort", arguments.sort, kOrders);
  if (!order) return fail(order.error());
  if (!(arguments.interval >= 0.1 && arguments.interval <= 3600)) {
    return fail({ErrorKind::usage, "--interval", "0.1 to 3600 seconds"});
  }
  const bool terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  if (!arguments.once && !terminal) {
    return fail({ErrorKind::usage, "", "there is no terminal to show it on: say --once"});
  }
  TopView view(arguments.control.socket, arguments.control.request("top"));
  view.set_order(*order);
  const std::chrono::milliseconds interval(static_cast<int>(arguments.interval * 1000));
  return arguments.once ? print_once(view, interval) : run_top_screen(view, interval);
}

}  // namespace

Run add_top(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->control.add_filters_to(app);
  app.add_option("--sort", arguments->sort, "By rate, bytes, packets or age")->type_name("WHAT");
  app.add_option("--interval", arguments->interval, "Seconds from one look to the next (2)")
      ->type_name("SECONDS");
  app.add_flag("--once", arguments->once, "Print what the screen would show, after two looks");
  arguments->control.add_socket_to(app);
  app.footer("Example: statewall top -p tcp --sort packets");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
