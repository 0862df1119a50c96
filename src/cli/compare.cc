#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/capture_frames.h"
#include "cli/command.h"
#include "cli/limit.h"
#include "cli/output.h"
#include "cli/tracking_options.h"
#include "replay/differences.h"
#include "replay/worlds.h"
#include "report/choice.h"
#include "report/difference_json.h"
#include "report/difference_text.h"
#include "report/profile_text.h"
#include "report/switch_change.h"

// statewall compare: captures through two ways of tracking, side by side.

namespace statewall {
namespace {

enum class FailOn : std::uint8_t { nothing, difference };
constexpr Choice<FailOn> kFailOn[] = {{"difference", FailOn::difference}};

/// The command line as it was read.
struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> profiles;
  std::vector<std::string> settings;
  TrackingOptions reading;  ///< --checksum and --seed alone
  std::string limit = "10";
  std::string fail_on;
  bool json = false;
};

/// The same, understood.
struct Comparison {
  std::string name_a;
  std::string name_b;
  Tracking a;
  Tracking b;
  std::size_t limit = 0;
  FailOn fail_on = FailOn::nothing;
};

/// The sides' profiles: the two that were named, or one without and with the settings. With two the
/// settings are the second's.
Result<std::pair<ProfileOptions, ProfileOptions>> sides(const Arguments& arguments) {
  const std::vector<std::string>& names = arguments.profiles;
  if (names.size() > 2) {
    return Error{ErrorKind::usage, "--profile", "there are two sides to compare, no more"};
  }
  if (names.size() < 2 && arguments.settings.empty()) {
    return Error{ErrorKind::usage, "", "nothing to compare: give --profile twice, or --set"};
  }
  ProfileOptions a, b;
  if (!names.empty()) a.profile = names.front();
  b.profile = names.empty() ? a.profile : names.back();
  b.settings = arguments.settings;
  return std::pair(a, b);
}

Result<Tracking> side(const ProfileOptions& profile, const TrackingOptions& reading) {
  TrackingOptions options = reading;
  options.profile = profile;
  return resolve(options);
}

Result<Comparison> resolve(const Arguments& arguments) {
  const auto profiles = sides(arguments);
  if (!profiles) return profiles.error();
  const Result<Tracking> a = side(profiles->first, arguments.reading);
  if (!a) return a.error();
  const Result<Tracking> b = side(profiles->second, arguments.reading);
  if (!b) return b.error();
  const Result<std::size_t> limit = resolve_limit(arguments.limit);
  if (!limit) return limit.error();
  Comparison comparison{text(profiles->first), text(profiles->second), *a, *b, *limit};
  if (!arguments.fail_on.empty()) {
    const Result<FailOn> fail_on = choose("--fail-on", arguments.fail_on, kFailOn);
    if (!fail_on) return fail_on.error();
    comparison.fail_on = *fail_on;
  }
  return comparison;
}

/// One run over all its captures.
class Compare {
 public:
  Compare(const Arguments& arguments, const Comparison& comparison)
      : arguments_(arguments),
        comparison_(comparison),
        changes_(switch_changes(comparison.a.profile, comparison.b.profile)),
        differences_(comparison.limit) {}

  int run() {
    for (const std::string& file : arguments_.files) play(file);
    if (arguments_.json) {
      print_json();
    } else {
      print_text();
    }
    const bool found = differences_.differing() != 0 && comparison_.fail_on == FailOn::difference;
    return out_.finish(graver(frames_.exit_code(), found ? kExitFindings : kExitSuccess));
  }

 private:
  void play(const std::string& file) {
    const WorldConfig configs[] = {comparison_.a.world(numbers_used_[0]),
                                   comparison_.b.world(numbers_used_[1])};
    auto worlds = Worlds::create(configs);
    if (!worlds) return frames_.note(worlds.error());
    frames_.read(file, [&](const Frame& frame) {
      const Packet packet = read_packet(frame, comparison_.a.reading);
      const auto seen = worlds->pass(frame.time, packet, frame.bytes);
      differences_.add({file, frame.number, frame.time, packet, seen[0], seen[1]});
      return true;
    });
    for (std::size_t i = 0; i < 2; ++i) numbers_used_[i] = worlds->at(i).numbers_used();
  }

  void print_json() {
    const std::vector<DifferenceGroup> groups = differences_.groups();
    append_comparison_json(
        out_.buffer(), {comparison_.name_a, comparison_.name_b, changes_, differences_.packets(),
                        differences_.differing(), groups.size()});
    out_.line_done();
    for (const DifferenceGroup& group : groups) {
      append_group_json(out_.buffer(), group);
      out_.line_done();
      for (const Difference& difference : group.first) {
        append_difference_json(out_.buffer(), difference);
        out_.line_done();
      }
    }
  }

  void print_text() {
    print_head();
    const std::vector<DifferenceGroup> groups = differences_.groups();
    for (const DifferenceGroup& group : groups) print(group);
    out_.line_done();
    append(out_.buffer(), "{} {}: ", differences_.packets(),
           differences_.packets() == 1 ? "packet" : "packets");
    if (groups.empty()) {
      append(out_.buffer(), "no packet differs");
    } else {
      append(out_.buffer(), "{} {}, in {} {}", differences_.differing(),
             differences_.differing() == 1 ? "differs" : "differ", groups.size(),
             groups.size() == 1 ? "group" : "groups");
    }
    out_.line_done();
  }

  void print_head() {
    line("A: {}", comparison_.name_a);
    line("B: {}", comparison_.name_b);
    out_.line_done();
    if (changes_.empty()) return line("no switch differs");
    std::size_t names = std::string_view("switch").size();
    std::size_t values = 1;
    for (const SwitchChange& change : changes_) {
      names = std::max(names, change.row->name.size());
      values = std::max(values, switch_value_text(*change.row, change.a).size());
    }
    line("{:<{}}  {:<{}}  B", "switch", names, "A", values);
    for (const SwitchChange& change : changes_) {
      line("{:<{}}  {:<{}}  {}", change.row->name, names, switch_value_text(*change.row, change.a),
           values, switch_value_text(*change.row, change.b));
    }
  }

  void print(const DifferenceGroup& group) {
    out_.line_done();
    append_group_heading(out_.buffer(), group);
    out_.line_done();
    for (const Difference& difference : group.first) {
      append_difference(out_.buffer(), difference, arguments_.files.size() > 1);
      out_.line_done();
    }
    const std::uint64_t more = group.packets - group.first.size();
    if (more != 0 && !group.first.empty()) line("      ... and {} more (--limit all)", more);
  }

  template <typename... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(fmt::appender(out_.buffer()), format, std::forward<Values>(values)...);
    out_.line_done();
  }

  const Arguments& arguments_;
  const Comparison& comparison_;
  const std::vector<SwitchChange> changes_;
  Output out_;
  CaptureFrames frames_{out_, "statewall compare"};
  Differences differences_;
  std::array<std::uint64_t, 2> numbers_used_{};
};

}  // namespace

Run add_compare(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->files, "Capture files, pcap or pcapng; - is standard input")
      ->required()
      ->type_name("");
  app.add_option(
         "--profile", arguments->profiles,
         fmt::format("One for both, or A's, then B's: {}", fmt::join(profile_names(), ", ")))
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--set", arguments->settings, "Change one switch of B; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--limit", arguments->limit, "Packets shown of each group: a number, or all")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--fail-on", arguments->fail_on,
                 "difference: exit with 4 if the state of any packet differs")
      ->type_name("WHAT");
  app.add_flag("--json", arguments->json, "Print JSON Lines (see docs/compare.md)");
  add_reading_to(app, arguments->reading);
  app.footer("Example: statewall compare --set icmp_timeout=5 slow-ping.pcap");
  return [arguments] {
    const Result<Comparison> comparison = resolve(*arguments);
    if (!comparison) return fail(comparison.error());
    return Compare(*arguments, *comparison).run();
  };
}

}  // namespace statewall
