#include "service/worker_thread.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr int kTickMilliseconds = 100;
constexpr Nanoseconds kSilence = 10 * kNanosecondsPerSecond;  // longer than any batch takes

}  // namespace

Result<std::unique_ptr<WorkerThread>> WorkerThread::start(Engine& engine, unsigned index,
                                                          std::unique_ptr<Source> source) {
  Descriptor stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop) return system_failure("cannot make an eventfd", errno);
  std::unique_ptr<WorkerThread> made(
      new WorkerThread(engine, index, std::move(source), std::move(stop)));
  WorkerThread* const self = made.get();
  made->thread_ = std::thread([self] { self->run(); });
  return made;
}

WorkerThread::WorkerThread(Engine& engine, unsigned index, std::unique_ptr<Source> source,
                           Descriptor stop)
    : engine_(engine),
      worker_(engine.worker(index)),
      source_(std::move(source)),
      stop_(std::move(stop)),
      ticked_(engine.now()) {}

WorkerThread::~WorkerThread() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_.number(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void WorkerThread::run() {
  std::vector<pollfd> waiting = to_wait_for();
  Nanoseconds next_tick = 0;
  for (;;) {
    const Nanoseconds now = engine_.now();
    if (now >= next_tick) {
      next_tick = now + kTickMilliseconds * kNanosecondsPerMillisecond;
      if (tick(now)) waiting = to_wait_for();
    }
    const int ready = ::poll(waiting.data(), waiting.size(), kTickMilliseconds);
    if (ready < 0 && errno != EINTR) return fail(system_failure("cannot wait for packets", errno));
    if (waiting.front().revents != 0) return;
    if (ready <= 0) continue;
    if (auto error = source_->serve(worker_)) return fail(std::move(*error));
  }
}

/// Did the source say something?
bool WorkerThread::tick(Nanoseconds now) {
  worker_.tick();
  ticked_.store(now, std::memory_order_relaxed);
  auto remark = source_->tick(now);
  if (!remark) return false;
  const std::lock_guard lock(mutex_);
  remarks_.push_back(std::move(*remark));
  return true;
}

void WorkerThread::fail(Error error) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

std::vector<pollfd> WorkerThread::to_wait_for() const {
  std::vector<pollfd> waiting{{stop_.number(), POLLIN, 0}};
  for (const int descriptor : source_->descriptors()) waiting.push_back({descriptor, POLLIN, 0});
  return waiting;
}

std::vector<std::string> WorkerThread::take_remarks() {
  const std::lock_guard lock(mutex_);
  return std::exchange(remarks_, {});
}

bool WorkerThread::works() const {
  return !failure() && engine_.now() - ticked_.load(std::memory_order_relaxed) < kSilence;
}

std::optional<Error> WorkerThread::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace statewall
