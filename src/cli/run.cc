#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/profile_options.h"
#include "cli/rules_options.h"
#include "report/choice.h"
#include "service/daemon.h"
#include "service/sources.h"

// `statewall run`: the firewall on live traffic.

namespace statewall {
namespace {

constexpr const char* kConfigFile = "/etc/statewall/statewall.toml";

constexpr Choice<SetupTool> kTools[] = {{"iptables", SetupTool::iptables}, {"nft", SetupTool::nft}};

struct Arguments {
  std::string config_file;
  RunConfig given;
  std::vector<CLI::Option*> options;  ///< beside run_settings()
  bool check_config = false;
  CLI::Option* print_setup = nullptr;
  std::string setup_tool;
};

void add_setting(CLI::App& app, const RunSetting& setting, Arguments& arguments) {
  const auto add = [&](auto field) {
    return app.add_option(setting.option(), arguments.given.*field, std::string(setting.meaning));
  };
  CLI::Option* const option = std::visit(add, setting.field);
  option->type_name(std::string(setting.type));
  if (std::holds_alternative<RunSetting::List>(setting.field)) option->allow_extra_args(false);
  option->group(setting.section.empty() ? "The firewall"
                                        : fmt::format("Section {}", setting.section));
  arguments.options.push_back(option);
}

/// The file's configuration, and what the command line says over it.
Result<RunConfig> configuration(const Arguments& arguments) {
  RunConfig config;
  std::string file = arguments.config_file;
  if (file.empty() && ::access(kConfigFile, F_OK) == 0) file = kConfigFile;
  if (!file.empty()) {
    if (auto error = read_run_config(file, config)) return *error;
  }
  const auto settings = run_settings();
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (arguments.options[i]->count() == 0) continue;
    std::visit([&](auto field) { config.*field = arguments.given.*field; }, settings[i].field);
  }
  if (auto error = check_run_config(config)) return *error;
  return config;
}

Result<LiveRules> load_rules(const RunConfig& config) {
  RulesOptions options;
  options.rules = config.rules;
  options.rules6 = config.rules6;
  options.topology = config.topology;
  options.locals = config.local;
  options.routes = config.route;
  options.unsupported = config.unsupported;
  auto setup = load(options, 0);
  if (!setup) return setup.error();
  // A file that was caught while it was written, say: without a table everything would pass.
  for (const auto& [file, ruleset] :
       {std::pair(&config.rules, &setup->ipv4), std::pair(&config.rules6, &setup->ipv6)}) {
    if (*ruleset && (*ruleset)->tables.empty()) {
      return Error{ErrorKind::input, *file, "there is no table in it"};
    }
  }
  return LiveRules{std::move(setup->ipv4), std::move(setup->ipv6), std::move(setup->topology)};
}

/// From the system's source of randomness: who knows the key of the hash can fill one bucket.
Result<std::array<std::uint64_t, 2>> random_key() {
  std::array<std::uint64_t, 2> key{};
  if (::getrandom(key.data(), sizeof key, 0) == sizeof key) return key;
  return Error{ErrorKind::runtime, "", "the system has no random numbers"};
}

Result<DaemonSetup> setup_of(const RunConfig& config) {
  DaemonSetup setup;
  const auto profile = resolve(ProfileOptions{config.profile, config.set});
  if (!profile) return profile.error();
  const auto key = random_key();
  if (!key) return key.error();
  setup.engine = {*profile, static_cast<unsigned>(config.workers), *key};
  setup.config = config;
  for (const std::string* file : {&config.rules, &config.rules6, &config.topology}) {
    if (!file->empty()) setup.rules_files.push_back(*file);
  }
  setup.load_rules = [config] { return load_rules(config); };
  return setup;
}

int check(const RunConfig& config, const DaemonSetup& setup) {
  const auto rules = setup.load_rules();
  if (!rules) return fail(rules.error());
  const auto engine = Engine::create(setup.engine);
  if (!engine) return fail(engine.error());
  say(fmt::format("the configuration is good: mode {}, profile {}", config.mode, config.profile));
  return kExitSuccess;
}

int print(const RunConfig& config, const std::string& tool) {
  const auto chosen = choose("--print-setup", tool.empty() ? "iptables" : tool, kTools);
  if (!chosen) return fail(chosen.error());
  Output out;
  std::string text = setup_text(config, *chosen);
  text.pop_back();
  out.buffer().append(text);
  out.line_done();
  return out.finish(kExitSuccess);
}

int run(const Arguments& arguments) {
  const auto config = configuration(arguments);
  if (!config) return fail(config.error());
  if (arguments.print_setup->count() != 0) return print(*config, arguments.setup_tool);
  auto setup = setup_of(*config);
  if (!setup) return fail(setup.error());
  if (arguments.check_config) return check(*config, *setup);
  auto daemon = Daemon::open(std::move(*setup));
  if (!daemon) return fail(daemon.error());
  if (const auto error = (*daemon)->run()) return fail(*error);
  return kExitSuccess;
}

}  // namespace

Run add_run(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("--config", arguments->config_file,
                 fmt::format("Configuration; {} where it is there", kConfigFile))
      ->type_name("FILE");
  app.add_flag("--check-config", arguments->check_config, "Check it and the rules, and do no more");
  arguments->print_setup =
      app.add_option("--print-setup", arguments->setup_tool,
                     "Print the commands that lead traffic here, and undo it: iptables, nft")
          ->type_name("[TOOL]")
          ->expected(0, 1);
  for (const RunSetting& setting : run_settings()) add_setting(app, setting, *arguments);
  app.footer("Example: statewall run --rules /etc/iptables/rules.v4 --workers 2");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
