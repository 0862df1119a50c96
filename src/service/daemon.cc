#include "service/daemon.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <utility>

#include "kernel/failure.h"
#include "report/buffer.h"
#include "report/quantity.h"
#include "service/logged_packet_text.h"
#include "service/privileges.h"
#include "service/sandbox.h"
#include "service/sources.h"
#include "service/table_keeper.h"
#include "system/clock_time.h"

namespace statewall {
namespace {

constexpr int kLookMilliseconds = 100;

std::string folder_of(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

Result<Descriptor> block_signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
  if (::pthread_sigmask(SIG_BLOCK, &wanted, nullptr) != 0) {
    return system_failure("cannot block signals", errno);
  }
  Descriptor made(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!made) return system_failure("cannot wait for signals", errno);
  return made;
}

QueueTable queue_table(const RunConfig& config) {
  return config.mode == "queue" ? QueueTable::open(config.queue_first, config.workers)
                                : QueueTable();
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::open(DaemonSetup setup) {
  auto rules = setup.load_rules();
  if (!rules) return rules.error();
  auto engine = Engine::create(setup.engine);
  if (!engine) return engine.error();
  (*engine)->install(std::move(*rules));
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(setup), std::move(*engine)));
  auto signals = block_signals();
  if (!signals) return signals.error();
  daemon->signals_ = std::move(*signals);
  daemon->load_state();
  auto sources = open_sources(daemon->setup_.config, daemon->engine_->profile());
  if (!sources) return sources.error();
  daemon->queues_ = queue_table(daemon->setup_.config);
  for (const std::string& remark : source_remarks(daemon->setup_.config)) {
    daemon->log_.say(remark);
  }
  if (auto error = daemon->open_control()) return *error;
  if (auto error = daemon->give_up_privileges()) return *error;
  daemon->try_privileges();
  if (auto error = daemon->start_threads(std::move(*sources))) return *error;
  if (auto error = daemon->open_metrics()) return *error;
  return daemon;
}

Daemon::Daemon(DaemonSetup setup, std::unique_ptr<Engine> engine)
    : setup_(std::move(setup)),
      engine_(std::move(engine)),
      log_(setup_.config.log_rate),
      control_(*engine_, handlers()),
      begun_(engine_->now()),
      saved_(begun_) {}

Daemon::~Daemon() = default;

ControlHandlers Daemon::handlers() {
  ControlHandlers handlers;
  handlers.reload = [this] { return reload(); };
  handlers.save = [this] { return save_state(); };
  handlers.import = [this](std::string_view lines) { return import_table(*engine_, lines); };
  handlers.statistics = [this](std::vector<LiveStatistic>& out) { append_statistics(out); };
  return handlers;
}

std::optional<Error> Daemon::open_control() {
  const RunConfig& config = setup_.config;
  // Its packets are printed here: there is nobody who could ask for them elsewhere, too.
  if (config.control_socket.empty() || watches()) return std::nullopt;
  std::optional<gid_t> group;
  if (!config.control_group.empty()) {
    const ::group* const known = ::getgrnam(config.control_group.c_str());
    if (!known) return Error{ErrorKind::usage, "control.group", "there is no such group"};
    group = known->gr_gid;
  }
  return control_.open(config.control_socket, 0660, group);
}

std::optional<Error> Daemon::give_up_privileges() {
  const RunConfig& config = setup_.config;
  // For verdicts and AF_XDP; for an interface that comes back; for the frames of AF_XDP's sockets.
  std::vector<unsigned> capabilities{CAP_NET_ADMIN, CAP_NET_RAW};
  if (config.bridge_rings == "xdp") capabilities.push_back(CAP_IPC_LOCK);
  if (auto error = drop_privileges(config.user, capabilities)) return error;
  if (config.sandbox == "off") return std::nullopt;
  SandboxPaths paths;
  for (const std::string& file : setup_.rules_files) paths.read.push_back(folder_of(file));
  for (const char* folder : {"/etc", "/proc", "/sys", "/usr/lib", "/dev"}) {
    paths.read.emplace_back(folder);
  }
  for (const std::string* file : {&config.state_file, &config.control_socket}) {
    if (!file->empty()) paths.write.push_back(folder_of(*file));
  }
  return enter_sandbox(paths);
}

/// What is needed later may be more than is left: better known now.
void Daemon::try_privileges() {
  for (const std::string& rules : setup_.rules_files) {
    if (::access(rules.c_str(), R_OK) == 0) continue;
    log_.say(fmt::format("a reload will fail: {}: {}", rules, std::strerror(errno)));
  }
  const std::string& file = setup_.config.state_file;
  if (!file.empty() && ::access(folder_of(file).c_str(), W_OK) != 0) {
    log_.say(fmt::format("{} cannot be saved: {}", file, std::strerror(errno)));
  }
}

/// A file that is not good is no reason to leave the machine without a firewall.
void Daemon::load_state() {
  const std::string& file = setup_.config.state_file;
  if (file.empty() || ::access(file.c_str(), F_OK) != 0) return;
  const auto taken = load_table(*engine_, file);
  if (taken) {
    log_.say(fmt::format("{}: {}", file, text(*taken)));
  } else {
    log_.say(fmt::format("{}; starting with an empty table", taken.error().text()));
  }
}

std::optional<Error> Daemon::save_state() {
  const std::string& file = setup_.config.state_file;
  if (file.empty()) return Error{ErrorKind::usage, "state.file", "there is none to save to"};
  saved_ = engine_->now();
  const auto count = save_table(*engine_, file);
  if (count) {
    ++counters_.savings;
    return std::nullopt;
  }
  ++counters_.failed_savings;
  return count.error();
}

void Daemon::save_now_and_then() {
  const auto every = static_cast<Nanoseconds>(setup_.config.state_every) * kNanosecondsPerSecond;
  if (setup_.config.state_file.empty() || every == 0 || engine_->now() - saved_ < every) return;
  if (const auto error = save_state()) log_.say("not saved: " + error->text());
}

std::optional<Error> Daemon::start_threads(std::vector<std::unique_ptr<Source>> sources) {
  for (unsigned i = 0; i < sources.size(); ++i) {
    auto thread = WorkerThread::start(*engine_, i, std::move(sources[i]));
    if (!thread) return thread.error();
    threads_.push_back(std::move(*thread));
  }
  return std::nullopt;
}

/// Behind the others' threads, since it tells of them, and with their privileges.
std::optional<Error> Daemon::open_metrics() {
  const std::string& address = setup_.config.metrics_listen;
  if (address.empty()) return std::nullopt;
  MetricsSources from{*engine_, counters_, queues_, {}, [this] { return healthy(); }};
  for (const auto& thread : threads_) from.sources.push_back(&thread->counters());
  metrics_.emplace(std::move(from));
  auto server = MetricsServer::open(address, *metrics_);
  if (!server) return server.error();
  metrics_server_ = std::move(*server);
  return std::nullopt;
}

std::optional<Error> Daemon::run() {
  if (watches()) engine_->watch({.everything = true});
  ::sd_notify(0, "READY=1");
  log_.say("ready");
  std::optional<Error> error;
  for (bool more = true; more && !error;) {
    pollfd waiting[] = {{signals_.number(), POLLIN, 0}, {control_.descriptor(), POLLIN, 0}};
    ::poll(waiting, std::size(waiting), kLookMilliseconds);
    more = take_signals();
    if (watches()) print_packets();
    control_.serve();
    error = look_after_workers();
    save_now_and_then();
    if (healthy()) ::sd_notify(0, "WATCHDOG=1");
  }
  ::sd_notify(0, "STOPPING=1");
  metrics_server_.reset();
  threads_.clear();
  if (watches()) print_packets();
  if (!setup_.config.state_file.empty()) {
    if (const auto unsaved = save_state()) log_.say("not saved: " + unsaved->text());
  }
  if (!error) log_.say("stopped");
  return error;
}

/// False when it is to end.
bool Daemon::take_signals() {
  signalfd_siginfo signal{};
  while (::read(signals_.number(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo != SIGHUP) return false;
    if (const auto error = reload()) log_.say("not reloaded: " + error->text());
  }
  return true;
}

/// All or nothing: where something is wrong with the new rules, the old ones stay.
std::optional<Error> Daemon::reload() {
  const Nanoseconds now = clock_time(CLOCK_MONOTONIC);
  ::sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", static_cast<long long>(now / 1000));
  auto rules = setup_.load_rules();
  if (rules) engine_->install(std::move(*rules));
  ::sd_notify(0, "READY=1");
  if (!rules) {
    ++counters_.failed_reloads;
    return rules.error();
  }
  ++counters_.reloads;
  log_.say(fmt::format("reloaded; {} connections kept", engine_->connections()));
  return std::nullopt;
}

std::optional<Error> Daemon::look_after_workers() {
  for (unsigned i = 0; i < threads_.size(); ++i) {
    if (auto error = threads_[i]->failure()) return error;
    for (const std::string& remark : threads_[i]->take_remarks()) log_.say(remark);
    const WorkerLog log = engine_->take_log(i);
    log_.write(log.lines, log.lost, engine_->now());
  }
  return std::nullopt;
}

bool Daemon::healthy() const {
  return std::ranges::all_of(threads_, [](const auto& thread) { return thread->works(); });
}

/// Mode `watch`: what came by since the last look.
void Daemon::print_packets() {
  const bool json = setup_.config.watch_format == "json";
  Buffer out;
  for (unsigned i = 0; i < engine_->workers(); ++i) {
    const WorkerNews news = engine_->take_news(i);
    for (const LoggedPacket& packet : news.packets) {
      append_logged_packet(out, packet, json);
      append(out, "\n");
    }
    if (news.packets_lost != 0) {
      log_.say(fmt::format("{} not shown: they came too fast",
                           quantity(news.packets_lost, "packet", "packets")));
    }
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
}

void Daemon::append_statistics(std::vector<LiveStatistic>& out) const {
  const auto add = [&](std::string group, const char* name, std::uint64_t value) {
    out.push_back({std::move(group), name, value});
  };
  const auto seconds = (engine_->now() - begun_) / kNanosecondsPerSecond;
  add("daemon", "uptime", static_cast<std::uint64_t>(seconds));
  add("daemon", "reloads", counters_.reloads);
  add("daemon", "reloads-failed", counters_.failed_reloads);
  add("daemon", "savings", counters_.savings);
  add("daemon", "savings-failed", counters_.failed_savings);
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    const SourceCounters& counters = threads_[i]->counters();
    const std::string group = fmt::format("source {}", i);
    add(group, "received", counters.received.load(std::memory_order_relaxed));
    add(group, "sent", counters.sent.load(std::memory_order_relaxed));
    add(group, "send-failed", counters.send_failed.load(std::memory_order_relaxed));
    add(group, "lost", counters.lost.load(std::memory_order_relaxed));
  }
  for (const QueueDrops& each : queues_.drops()) {
    const std::string group = fmt::format("queue {}", each.queue);
    add(group, "full", each.full);
    add(group, "socket-full", each.socket);
  }
}

}  // namespace statewall
