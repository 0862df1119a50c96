#include "service/daemon.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "kernel/failure.h"
#include "service/sources.h"

namespace statewall {
namespace {

constexpr int kLookMilliseconds = 100;

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
  auto sources = open_sources(daemon->setup_.config, daemon->engine_->profile());
  if (!sources) return sources.error();
  if (auto error = daemon->start_threads(std::move(*sources))) return *error;
  return daemon;
}

Daemon::Daemon(DaemonSetup setup, std::unique_ptr<Engine> engine)
    : setup_(std::move(setup)), engine_(std::move(engine)), log_(setup_.config.log_rate) {}

Daemon::~Daemon() = default;

std::optional<Error> Daemon::start_threads(std::vector<std::unique_ptr<Source>> sources) {
  for (unsigned i = 0; i < sources.size(); ++i) {
    auto thread = WorkerThread::start(*engine_, i, std::move(sources[i]));
    if (!thread) return thread.error();
    threads_.push_back(std::move(*thread));
  }
  return std::nullopt;
}

std::optional<Error> Daemon::run() {
  ::sd_notify(0, "READY=1");
  log_.say("ready");
  std::optional<Error> error;
  for (bool more = true; more && !error;) {
    pollfd waiting{signals_.number(), POLLIN, 0};
    ::poll(&waiting, 1, kLookMilliseconds);
    more = take_signals();
    error = look_after_workers();
    ::sd_notify(0, "WATCHDOG=1");
  }
  ::sd_notify(0, "STOPPING=1");
  threads_.clear();
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
  ::sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
               static_cast<long long>(engine_->now() / 1000));
  auto rules = setup_.load_rules();
  ::sd_notify(0, "READY=1");
  if (!rules) {
    ++failed_reloads_;
    return rules.error();
  }
  engine_->install(std::move(*rules));
  ++reloads_;
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

}  // namespace statewall
