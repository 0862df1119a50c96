#include <memory>
#include <string>

#include "cli/color_option.h"
#include "cli/command.h"
#include "cli/linux_comparison.h"
#include "cli/test_session.h"
#include "report/choice.h"

// `statewall test FILE...`: runs scenarios.

namespace statewall {
namespace {

struct Arguments {
  TestOptions options;
  std::string against = "statewall";
  std::string color = "auto";
};

constexpr Choice<bool> kAgainst[] = {{"statewall", false}, {"kernel", true}};

}  // namespace

Run add_test(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  TestOptions& options = arguments->options;
  app.add_option("FILE", options.paths, "Scenarios, or folders of *.scenario")->required();
  app.add_option("--against", arguments->against,
                 "What is tested: statewall, or as root the real kernel")
      ->type_name("WHAT")
      ->capture_default_str();
  app.add_option("--junit", options.junit, "Write what came out as JUnit XML, too")
      ->type_name("FILE");
  add_no_compare(app, options.no_compare);
  add_color_option(app, arguments->color);
  app.footer("Example: statewall test tests/scenarios");
  return [arguments] {
    TestOptions& chosen = arguments->options;
    const Result<Color> color = resolve_color(arguments->color);
    if (!color) return fail(color.error());
    chosen.color = *color;
    const Result<bool> kernel = choose("--against", arguments->against, kAgainst);
    if (!kernel) return fail(kernel.error());
    TestSession session(chosen);
    return *kernel ? session.run_on_kernel() : session.run();
  };
}

}  // namespace statewall
