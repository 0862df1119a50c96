#include "cli/verify_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/capture_frames.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "kernel/kernel_tracker.h"
#include "replay/text_file.h"
#include "report/quantity.h"
#include "rules/loader.h"
#include "scenario/files.h"
#include "verify/capture_traffic.h"
#include "verify/rules_campaign.h"
#include "verify/verdict_text.h"

// statewall verify --rules, --random-rules: rulesets before this machine's own iptables.

namespace statewall {
namespace {

/// The text of a ruleset that is right. Errors are told, all of them.
std::optional<std::string> load_text(const std::string& path, Family family, int& exit_code) {
  const auto text = read_text_file(path);
  if (!text) {
    exit_code = graver(exit_code, fail(text.error()));
    return std::nullopt;
  }
  const rules::Loaded loaded = rules::load(*text, path, {.family = family});
  for (const Error& error : loaded.errors) exit_code = graver(exit_code, fail(error));
  if (!loaded.errors.empty()) return std::nullopt;
  if (loaded.ruleset->table(rules::TableKind::nat)) {
    exit_code =
        graver(exit_code,
               fail({ErrorKind::input, path,
                     "has a table nat, by which the kernel translates and Statewall does not"}));
    return std::nullopt;
  }
  return *text;
}

/// One run over all rulesets.
class VerifyRules {
 public:
  VerifyRules(const VerifyRulesOptions& options, const VerifyRulesArguments& arguments)
      : options_(options), arguments_(arguments) {
    for (const std::string& setting : arguments.profile_options.settings) {
      settings_.emplace_back(find_switch(setting.substr(0, setting.find('=')))->name);
    }
  }

  int run() {
    if (auto error = check_command_line()) return fail(*error);
    for (const std::string& path : arguments_.captures) read_capture(path);
    if (seeds_) {
      play_random_rules();
    } else {
      play_files();
    }
    if (broken_) return out_.finish(kExitRuntime);
    if (rulesets_ == 0) return out_.finish(exit_code_);
    print_sums();
    const int found = differing_ != 0 ? kExitFindings : kExitSuccess;
    return out_.finish(graver(graver(frames_.exit_code(), exit_code_), found));
  }

 private:
  bool over() const { return broken_ || out_.broken(); }

  std::optional<Error> check_command_line() {
    const auto scenario = std::ranges::find_if(arguments_.captures, names_scenarios);
    if (scenario != arguments_.captures.end()) {
      return Error{ErrorKind::usage, *scenario,
                   "a scenario has rules of its own: statewall test --against kernel"};
    }
    if (options_.seeds.empty()) return std::nullopt;
    if (!options_.rules.empty() || !options_.rules6.empty()) {
      return Error{ErrorKind::usage, "--random-rules", "stands without --rules and --rules6"};
    }
    const auto seeds = resolve_seeds("--random-rules", options_.seeds);
    if (!seeds) return seeds.error();
    seeds_ = *seeds;
    return std::nullopt;
  }

  void read_capture(const std::string& path) {
    captured_.begin_capture();
    frames_.read(path, [&](const Frame& frame) {
      captured_.add(frame);
      return true;
    });
  }

  void play_random_rules() {
    for (std::uint64_t seed = seeds_->first; !over(); ++seed) {
      play(random_rules(seed), fmt::format("random rules {}", seed), seed);
      if (seed == seeds_->last) break;
    }
  }

  void play_files() {
    RuleTexts texts;
    std::string name;
    for (const auto& [path, family, text, file] :
         {std::tuple(&options_.rules, Family::ipv4, &texts.ipv4, &texts.file),
          std::tuple(&options_.rules6, Family::ipv6, &texts.ipv6, &texts.file6)}) {
      if (path->empty()) continue;
      auto loaded = load_text(*path, family, exit_code_);
      if (!loaded) continue;
      *text = std::move(*loaded);
      *file = *path;
      name += (name.empty() ? "" : " and ") + *path;
    }
    if (exit_code_ == kExitSuccess) play(std::move(texts), name, 1);
  }

  /// `seed` is that of the traffic, where nothing says another.
  void play(RuleTexts texts, const std::string& name, std::uint64_t seed) {
    auto both = RulesetVerifier::create(
        {generated_plan(), std::move(texts), arguments_.profile, settings_});
    if (!both) return machine_lacks(both.error());
    if (rulesets_++ == 0) tell_unknown_settings(*both);
    if (!arguments_.captures.empty()) play(*both, captured_.packets(), name + ", captures");
    std::optional<SeedRange> seeds = arguments_.hostile.seeds;
    if (!seeds && arguments_.captures.empty()) seeds = SeedRange{seed, seed};
    if (!seeds) return;
    for (std::uint64_t each = seeds->first; !over(); ++each) {
      const auto packets =
          traffic_for_rules(each, arguments_.hostile.packets, arguments_.hostile.mix->mix);
      play(*both, packets, fmt::format("{}, traffic {}", name, each));
      if (each == seeds->last) break;
    }
  }

  void play(RulesetVerifier& both, std::span<const RulesPacket> packets, const std::string& name) {
    if (over()) return;
    constexpr std::size_t kMostRuns = 60;
    const auto verdict = play_rules(both, packets, shown_ < arguments_.limit ? kMostRuns : 0);
    if (!verdict) return machine_lacks(verdict.error());
    ++plays_;
    sums_.add(verdict->tally);
    progress_.tick(sums_.packets, 0);
    const bool shown = verdict->difference && shown_ < arguments_.limit;
    if (verdict->difference) ++(verdict->again ? differing_ : differed_once_);
    if (shown) ++shown_;
    if (arguments_.quiet) return;
    progress_.clear();
    append(out_.buffer(), "{}: {}", name, verdict->tally.text());
    out_.line_done();
    if (shown) print(*verdict);
  }

  void print(const RulesVerdict& verdict) {
    const auto& difference = *verdict.difference;
    append(out_.buffer(), "  {}, {}:\n",
           verdict.number != 0 ? fmt::format("packet {} differs", verdict.number)
                               : std::string("what is left at the end differs"),
           !verdict.again ? std::string(kNotAgain)
                          : fmt::format("shrunk to {} in {}",
                                        quantity(difference.packets.size(), "packet", "packets"),
                                        quantity(verdict.runs, "run", "runs")));
    std::string text = rules_difference_text(difference);
    if (text.ends_with('\n')) text.pop_back();
    append(out_.buffer(), "{}", text);
    out_.line_done();
  }

  void print_sums() {
    append(out_.buffer(), "{}, {}", quantity(rulesets_, "ruleset", "rulesets"), sums_.text());
    out_.line_done();
    std::vector<std::pair<std::string_view, std::uint64_t>> left_out(sums_.left_out.begin(),
                                                                     sums_.left_out.end());
    std::ranges::stable_sort(left_out, std::ranges::greater{},
                             [](const auto& one) { return one.second; });
    for (const auto& [why, number] : left_out) {
      append(out_.buffer(), "  left out {}: {}", number, why);
      out_.line_done();
    }
    if (captured_.cut() + captured_.without_ip() != 0) {
      append(out_.buffer(), "  of the captures neither saw: {} cut, {} without IP", captured_.cut(),
             captured_.without_ip());
      out_.line_done();
    }
    append(out_.buffer(), "{} of {} {}{}; kernel {}, {}", differing_,
           quantity(plays_, "play", "plays"), differing_ == 1 ? "differs" : "differ",
           differed_once_text(differed_once_), kernel_release(), text(arguments_.profile_options));
    out_.line_done();
  }

  void tell_unknown_settings(const RulesetVerifier& both) {
    for (const std::string& name : both.kernels().unknown_settings()) {
      say(fmt::format("the kernel has no setting {}: what you set is set here alone", name));
    }
  }

  void machine_lacks(const Error& error) {
    broken_ = true;
    frames_.note({ErrorKind::runtime, "", "cannot ask this machine's kernel: " + error.text()});
  }

  const VerifyRulesOptions& options_;
  const VerifyRulesArguments& arguments_;
  std::vector<std::string> settings_;  ///< names of switches
  Output out_;
  CaptureFrames frames_{out_, "statewall verify"};
  Progress progress_{"statewall verify", true};
  std::optional<SeedRange> seeds_;  ///< of random rules
  CaptureTraffic captured_;
  RulesTally sums_;
  std::uint64_t rulesets_ = 0, plays_ = 0;
  std::uint64_t differing_ = 0, differed_once_ = 0, shown_ = 0;  ///< plays
  int exit_code_ = kExitSuccess;
  bool broken_ = false;  ///< there is no kernel to ask
};

}  // namespace

void VerifyRulesOptions::add_to(CLI::App& app) {
  app.add_option("--rules", rules, "Verdicts of this ruleset instead, beside iptables")
      ->type_name("FILE");
  app.add_option("--rules6", rules6, "... and of this one for IPv6")->type_name("FILE");
  app.add_option("--random-rules", seeds, "... or of rulesets generated from these seeds")
      ->type_name("SEED[-SEED]");
}

int verify_rules(const VerifyRulesOptions& options, const VerifyRulesArguments& arguments) {
  return VerifyRules(options, arguments).run();
}

}  // namespace statewall
