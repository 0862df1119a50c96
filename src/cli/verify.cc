#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/capture_frames.h"
#include "cli/command.h"
#include "cli/hostile_campaign.h"
#include "cli/hostile_options.h"
#include "cli/limit.h"
#include "cli/output.h"
#include "cli/profile_options.h"
#include "cli/verify_rules.h"
#include "report/quantity.h"
#include "scenario/files.h"
#include "scenario/parser.h"
#include "verify/scenario_verifier.h"
#include "verify/side_by_side.h"
#include "verify/verdict_text.h"

// statewall verify: captures, scenarios and generated traffic through this machine's own conntrack,
// and ours beside it.

namespace statewall {
namespace {

struct Arguments {
  std::vector<std::string> paths;
  ProfileOptions profile;
  HostileOptions hostile;
  VerifyRulesOptions rules;
  std::string limit = "10";
  bool quiet = false;
};

/// What became of packets, of one file or of all.
struct Tally {
  std::uint64_t packets = 0;
  std::uint64_t compared = 0;
  std::uint64_t cut = 0;
  std::uint64_t not_ip = 0;
  std::uint64_t differing = 0;
  std::uint64_t tables_differing = 0;

  void add(SideBySide::Kind kind) {
    ++packets;
    ++(kind == SideBySide::Kind::compared ? compared
       : kind == SideBySide::Kind::cut    ? cut
                                          : not_ip);
  }

  void add(const Tally& other) {
    packets += other.packets;
    compared += other.compared;
    cut += other.cut;
    not_ip += other.not_ip;
    differing += other.differing;
    tables_differing += other.tables_differing;
  }

  bool differs() const { return differing != 0 || tables_differing != 0; }

  /// "100 packets: 97 compared, 2 cut, 1 without IP; none differs".
  std::string text() const {
    std::string line =
        fmt::format("{}: {} compared", quantity(packets, "packet", "packets"), compared);
    if (cut != 0) line += fmt::format(", {} cut", cut);
    if (not_ip != 0) line += fmt::format(", {} without IP", not_ip);
    return line + "; " +
           (differing == 0 ? "none differs" : quantity(differing, "differs", "differ"));
  }
};

/// One run over all that was named.
class Verify {
 public:
  Verify(const Arguments& arguments, const Profile& profile, const HostileTraffic& hostile,
         std::size_t limit)
      : arguments_(arguments),
        hostile_(hostile),
        limit_(limit),
        config_{.profile = profile},
        campaign_(hostile_, arguments.profile, arguments.quiet ? 0 : limit, out_) {
    for (const std::string& setting : arguments.profile.settings) {
      const Switch* row = find_switch(setting.substr(0, setting.find('=')));
      settings_.emplace_back(row->name);
    }
  }

  int run() {
    for (const std::string& path : arguments_.paths) {
      if (names_scenarios(path)) {
        add_scenarios(path);
      } else if (!play(path)) {
        break;
      }
    }
    if (!broken_) play_scenarios();
    if (!broken_ && hostile_.seeds) play_hostile();
    if (broken_) return out_.finish(kExitRuntime);
    print_sums();
    const bool found = sums_.differs() || scenarios_differing_ != 0 || campaign_.differs();
    return out_.finish(graver(frames_.exit_code(), found ? kExitFindings : kExitSuccess));
  }

 private:
  /// Two empty tables. False if there is no kernel to ask.
  bool begin() {
    if (both_) {
      const auto error = both_->begin_anew();
      return !error || machine_lacks(*error);
    }
    auto created = SideBySide::create(config_, settings_);
    if (!created) return machine_lacks(created.error());
    both_.emplace(std::move(*created));
    for (const std::string& name : both_->kernels().unknown_settings()) {
      say(fmt::format("the kernel has no setting {}: what you set is set here alone", name));
    }
    return true;
  }

  /// False if there is no kernel to ask, which ends the run.
  bool play(const std::string& file) {
    if (!begin()) return false;
    Tally tally;
    const bool whole = frames_.read(file, [&](const Frame& frame) {
      const auto kind = both_->pass(frame);
      if (!kind) return machine_lacks(kind.error());
      tally.add(*kind);
      if (*kind == SideBySide::Kind::compared && !both_->seen().agree()) {
        if (tally.differing++ < limit_) print(file, frame, both_->seen());
      }
      return !out_.broken();
    });
    if (broken_) return false;
    return (!whole && tally.packets == 0) || finish(file, tally);
  }

  bool finish(const std::string& file, Tally& tally) {
    const auto tables = both_->compare_tables();
    if (!tables) return machine_lacks(tables.error());
    if (*tables) tally.tables_differing = 1;
    sums_.add(tally);
    ++files_;
    if (arguments_.quiet) return true;
    append(out_.buffer(), "{}: {}; {}", file, tally.text(),
           *tables ? "the tables differ" : "the tables are the same");
    append(out_.buffer(), " ({})", quantity(both_->ours().size(), "entry", "entries"));
    out_.line_done();
    Buffer entries;
    append_table_difference(entries, *tables, limit_);
    if (entries.size() != 0) entries.resize(entries.size() - 1);
    if (entries.size() != 0) {
      append(out_.buffer(), std::string_view(entries.data(), entries.size()));
      out_.line_done();
    }
    return true;
  }

  void print(const std::string& file, const Frame& frame, const BothVerdicts& seen) {
    if (arguments_.quiet) return;
    append_both_verdicts(out_.buffer(), fmt::format("{}:{}", file, frame.number),
                         static_cast<std::uint32_t>(frame.number), seen);
    out_.line_done();
  }

  void add_scenarios(const std::string& path) {
    const auto files = scenario_files(path);
    if (!files) return frames_.note(files.error());
    for (const std::string& file : *files) {
      ParsedScenario parsed = load_scenario(file);
      for (const Error& error : parsed.errors) frames_.note(error);
      if (!parsed.errors.empty()) continue;
      if (parsed.scenario.profile.name != config_.profile.name) {
        ++other_profile_;
        continue;
      }
      scenario_files_.push_back(file);
      scenarios_.push_back(std::move(parsed.scenario));
    }
  }

  void play_scenarios() {
    out_.flush();
    const std::vector<ScenarioVerdict> verdicts = verify_scenarios(scenarios_);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const ScenarioVerdict& verdict = verdicts[i];
      if (verdict.error) {
        machine_lacks(*verdict.error);
        return;
      }
      if (verdict.left_out.empty()) {
        print(scenario_files_[i], verdict);
      } else {
        say(fmt::format("{} is left out: {}", scenario_files_[i], verdict.left_out));
        ++left_out_;
      }
    }
  }

  void print(const std::string& file, const ScenarioVerdict& verdict) {
    if (!verdict.differences.empty()) ++scenarios_differing_;
    if (arguments_.quiet) return;
    for (const auto& difference : verdict.differences) {
      append(out_.buffer(), "{}:{}: {}", file, difference.line, difference.text);
      out_.line_done();
    }
    append(out_.buffer(), "{}: {}; {}", file, quantity(verdict.packets, "packet", "packets"),
           verdict.differences.empty() ? "the same" : "differs");
    out_.line_done();
  }

  void play_hostile() {
    if (!begin()) return;
    if (const auto error = campaign_.run(*both_)) machine_lacks(*error);
  }

  void print_sums() {
    if (files_ != 0) {
      append(out_.buffer(), "{}, {}; in {} the tables differ", quantity(files_, "file", "files"),
             sums_.text(),
             sums_.tables_differing == 0 ? "none" : fmt::format("{}", sums_.tables_differing));
      out_.line_done();
    }
    if (!scenarios_.empty() || other_profile_ != 0) {
      append(out_.buffer(), "{}; {}",
             quantity(scenarios_.size() - left_out_, "scenario", "scenarios"),
             scenarios_differing_ == 0 ? "none differs"
                                       : quantity(scenarios_differing_, "differs", "differ"));
      if (left_out_ != 0) append(out_.buffer(), "; {} left out", left_out_);
      if (other_profile_ != 0) append(out_.buffer(), "; {} of other profiles", other_profile_);
      out_.line_done();
    }
    if (hostile_.seeds) campaign_.print_sums();
    append(out_.buffer(), "kernel {}, {}", kernel_release(), statewall::text(arguments_.profile));
    out_.line_done();
  }

  /// Always false.
  bool machine_lacks(const Error& error) {
    broken_ = true;
    frames_.note({ErrorKind::runtime, "", "cannot ask this machine's kernel: " + error.text()});
    return false;
  }

  const Arguments& arguments_;
  const HostileTraffic hostile_;
  const std::size_t limit_;
  const WorldConfig config_;
  std::vector<std::string> settings_;  ///< names of switches
  Output out_;
  CaptureFrames frames_{out_, "statewall verify"};
  HostileCampaign campaign_;
  std::optional<SideBySide> both_;
  Tally sums_;
  std::uint64_t files_ = 0;
  std::vector<std::string> scenario_files_;
  std::vector<Scenario> scenarios_;
  std::uint64_t scenarios_differing_ = 0;
  std::uint64_t left_out_ = 0;
  std::uint64_t other_profile_ = 0;
  bool broken_ = false;  ///< there is no kernel to ask
};

}  // namespace

Run add_verify(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->profile.profile = "linux";
  app.add_option("FILE", arguments->paths, "Captures, scenarios, or folders of *.scenario")
      ->type_name("");
  arguments->profile.add_to(app);
  arguments->hostile.add_to(app);
  arguments->rules.add_to(app);
  app.add_option("--limit", arguments->limit,
                 "Packets shown of each capture, seeds, rulesets: a number, or all")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("-q,--quiet", arguments->quiet, "Only the sums at the end");
  app.footer("Needs root. Example: statewall verify dump.pcap");
  return [arguments] {
    const Result<Profile> profile = resolve(arguments->profile);
    if (!profile) return fail(profile.error());
    const Result<std::size_t> limit = resolve_limit(arguments->limit);
    if (!limit) return fail(limit.error());
    const Result<HostileTraffic> hostile = resolve(arguments->hostile);
    if (!hostile) return fail(hostile.error());
    if (arguments->rules.given()) {
      return verify_rules(arguments->rules, {arguments->paths, arguments->profile, *profile,
                                             *hostile, *limit, arguments->quiet});
    }
    if (arguments->hostile.idle()) {
      return fail({ErrorKind::usage, "verify", "--packets and --mix are about --hostile"});
    }
    if (arguments->paths.empty() && !hostile->seeds) {
      return fail({ErrorKind::usage, "verify", "name a FILE, --hostile, or --rules"});
    }
    return Verify(*arguments, *profile, *hostile, *limit).run();
  };
}

}  // namespace statewall
