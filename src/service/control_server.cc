#include "service/control_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "service/control_job.h"
#include "service/control_session.h"
#include "service/control_socket.h"
#include "service/event_feed.h"

namespace statewall {
namespace {

using std::chrono::milliseconds;

// Who follows sees what happened so long ago at most: it is also how often rings are emptied.
constexpr milliseconds kFollowing{10};
constexpr milliseconds kPatrol{1000};  ///< how often those who are late are looked for, at least

// What epoll tells of; clients are numbered from there on.
constexpr std::uint64_t kTimer = 0, kListener = 1, kFirstClient = 2;

void set_timer(const Descriptor& timer, milliseconds period) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(period);
  const std::chrono::nanoseconds rest = period - seconds;
  itimerspec setting{};
  setting.it_value = setting.it_interval = {seconds.count(), rest.count()};
  ::timerfd_settime(timer.number(), 0, &setting, nullptr);
}

PacketWatch united(const PacketWatch& one, const PacketWatch& other) {
  return {one.not_accepted || other.not_accepted,
          one.connection != 0 ? one.connection : other.connection};
}

}  // namespace

class ControlServer::Implementation {
 public:
  Implementation(Engine& engine, ControlHandlers handlers, ControlLimits limits);

  std::optional<Error> open(const std::string& path, mode_t mode, std::optional<gid_t> group);
  void adopt(Descriptor socket);
  int descriptor() const { return epoll_.number(); }
  void serve();
  void tell(std::span<const WorkerNews> news);
  std::size_t clients() const { return clients_.size(); }

 private:
  struct Client {
    ControlSession session;
    std::uint64_t id;
    std::uint32_t interest = 0;  ///< as epoll has it
  };
  using Events = std::span<const epoll_event>;

  void drop_those_who_left(Events events);
  void handle(Events events);
  void accept_clients();
  void refuse(const Descriptor& socket);
  void listen(bool wanted);
  void follow();
  void tell_events();
  void take_news();
  void drop_gone();
  void prepare_to_wait();
  void set_interest(Client& client);

  Client* client(std::uint64_t id);
  Result<std::unique_ptr<ControlJob>> make_job(const ControlRequest& request);
  PacketWatch watched() const;
  milliseconds period() const;
  template <typename Does>
  void for_each_job(Does&& does);

  Engine& engine_;
  const ControlHandlers handlers_;
  const ControlLimits limits_;
  Descriptor epoll_, timer_;
  ListeningSocket listener_;
  bool listens_ = false;  ///< epoll tells of new clients
  std::uint64_t next_id_ = kFirstClient;
  std::vector<std::unique_ptr<Client>> clients_;
  std::optional<EventFeed> feed_;  ///< while somebody follows events
  PacketWatch watch_;              ///< as the engine has it
  milliseconds period_{0};         ///< as the timer has it
  const ControlSession::MakeJob make_ = [this](const ControlRequest& request) {
    return make_job(request);
  };
};

ControlServer::Implementation::Implementation(Engine& engine, ControlHandlers handlers,
                                              ControlLimits limits)
    : engine_(engine),
      handlers_(std::move(handlers)),
      limits_(limits),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kTimer}};
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, timer_.number(), &event);
}

std::optional<Error> ControlServer::Implementation::open(const std::string& path, mode_t mode,
                                                         std::optional<gid_t> group) {
  auto opened = ListeningSocket::open(path, mode, group);
  if (!opened) return opened.error();
  listener_ = std::move(*opened);
  listen(true);
  return std::nullopt;
}

void ControlServer::Implementation::adopt(Descriptor socket) {
  if (clients_.size() >= limits_.clients) return refuse(socket);
  ::fcntl(socket.number(), F_SETFL, O_NONBLOCK);
  const auto now = std::chrono::steady_clock::now();
  clients_.push_back(std::make_unique<Client>(
      Client{ControlSession(std::move(socket), limits_, now), next_id_++}));
  Client& added = *clients_.back();
  epoll_event event{.events = 0, .data = {.u64 = added.id}};
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, added.session.number(), &event);
  prepare_to_wait();
}

void ControlServer::Implementation::refuse(const Descriptor& socket) {
  Buffer line;
  const Error error{ErrorKind::runtime, "",
                    fmt::format("{} clients are connected already", limits_.clients)};
  append_control_line(line, ControlMark::error, error_text(error));
  ::send(socket.number(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void ControlServer::Implementation::listen(bool wanted) {
  if (listener_.number() < 0 || listens_ == wanted) return;
  listens_ = wanted;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListener}};
  ::epoll_ctl(epoll_.number(), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_.number(), &event);
}

void ControlServer::Implementation::serve() {
  std::array<epoll_event, 128> room;
  const int count = ::epoll_wait(epoll_.number(), room.data(), static_cast<int>(room.size()), 0);
  const Events events = std::span(room).first(static_cast<std::size_t>(std::max(count, 0)));
  // Whoever left is gone before anybody else is heard: what one followed, the next may follow.
  drop_those_who_left(events);
  handle(events);
  follow();
  const auto now = std::chrono::steady_clock::now();
  for (const auto& each : clients_) {
    each->session.work(make_, now);
    each->session.give_up_if_late(now);
  }
  drop_gone();
  prepare_to_wait();
}

void ControlServer::Implementation::drop_those_who_left(Events events) {
  for (const epoll_event& event : events) {
    if (!(event.events & (EPOLLHUP | EPOLLERR))) continue;
    std::erase_if(clients_, [&](const auto& each) { return each->id == event.data.u64; });
  }
}

void ControlServer::Implementation::handle(Events events) {
  const auto now = std::chrono::steady_clock::now();
  for (const epoll_event& event : events) {
    if (event.data.u64 == kTimer) {
      std::uint64_t ticks = 0;
      (void)!::read(timer_.number(), &ticks, sizeof ticks);
      listen(true);
    } else if (event.data.u64 == kListener) {
      accept_clients();
    } else if (Client* const heard = client(event.data.u64)) {
      if (event.events & EPOLLIN) heard->session.hear(make_, now);
    }
  }
}

void ControlServer::Implementation::accept_clients() {
  for (;;) {
    Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket) {
      adopt(std::move(socket));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    // Out of descriptors, say: those who wait are asked again with the timer.
    if (errno != EAGAIN) listen(false);
    return;
  }
}

void ControlServer::Implementation::follow() {
  const PacketWatch wanted = watched();
  if (wanted.not_accepted != watch_.not_accepted || wanted.connection != watch_.connection) {
    engine_.watch(wanted);
    watch_ = wanted;
  }
  bool events = false;
  for_each_job([&](ControlJob& job, ControlAnswer&) { events |= job.wants_events(); });
  if (!events) feed_.reset();
  if (events && !feed_) feed_.emplace(engine_);
  if (feed_) tell_events();
  if (watch_.any()) take_news();
}

void ControlServer::Implementation::tell_events() {
  const std::uint64_t lost = feed_->take_lost();
  for_each_job([&](ControlJob& job, ControlAnswer&) {
    if (job.wants_events()) job.missed(lost);
  });
  for (const Event& event : feed_->take()) {
    for_each_job([&](ControlJob& job, ControlAnswer& answer) { job.event(event, answer); });
  }
}

void ControlServer::Implementation::take_news() {
  std::vector<WorkerNews> news;
  for (unsigned i = 0; i < engine_.workers(); ++i) news.push_back(engine_.take_news(i));
  tell(news);
}

void ControlServer::Implementation::tell(std::span<const WorkerNews> news) {
  std::vector<const LoggedPacket*> packets;
  std::uint64_t lost = 0;
  for (const WorkerNews& each : news) {
    for (const LoggedPacket& packet : each.packets) packets.push_back(&packet);
    lost += each.packets_lost;
  }
  std::ranges::stable_sort(packets, {}, [](const LoggedPacket* packet) { return packet->time; });
  for_each_job([&](ControlJob& job, ControlAnswer& answer) {
    if (!job.watch().any()) return;
    job.missed(lost);
    for (const LoggedPacket* packet : packets) job.packet(*packet, answer);
  });
}

void ControlServer::Implementation::drop_gone() {
  std::erase_if(clients_, [](const auto& each) { return each->session.gone(); });
}

void ControlServer::Implementation::prepare_to_wait() {
  for (const auto& each : clients_) set_interest(*each);
  const milliseconds wanted = period();
  if (wanted == period_) return;
  period_ = wanted;
  set_timer(timer_, period_);
}

void ControlServer::Implementation::set_interest(Client& client) {
  const std::uint32_t wanted = (client.session.wants_input() ? std::uint32_t{EPOLLIN} : 0u) |
                               (client.session.wants_output() ? std::uint32_t{EPOLLOUT} : 0u);
  if (wanted == client.interest) return;
  client.interest = wanted;
  epoll_event event{.events = wanted, .data = {.u64 = client.id}};
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, client.session.number(), &event);
}

ControlServer::Implementation::Client* ControlServer::Implementation::client(std::uint64_t id) {
  const auto found =
      std::ranges::find_if(clients_, [&](const auto& each) { return each->id == id; });
  return found == clients_.end() ? nullptr : found->get();
}

Result<std::unique_ptr<ControlJob>> ControlServer::Implementation::make_job(
    const ControlRequest& request) {
  bool importing = false;
  for_each_job([&](ControlJob& job, ControlAnswer&) { importing |= job.wants_lines(); });
  return make_control_job({engine_, handlers_, limits_, watched(), importing}, request);
}

PacketWatch ControlServer::Implementation::watched() const {
  PacketWatch all;
  for (const auto& each : clients_) {
    if (const ControlJob* job = each->session.job()) all = united(all, job->watch());
  }
  return all;
}

milliseconds ControlServer::Implementation::period() const {
  const bool somebody_follows = feed_ || watch_.any();
  if (somebody_follows) return kFollowing;
  const bool somebody_asks =
      std::ranges::any_of(clients_, [](const auto& each) { return each->session.wants_input(); });
  const bool deaf = listener_.number() >= 0 && !listens_;
  return somebody_asks || deaf ? std::min(kPatrol, limits_.patience) : milliseconds{0};
}

template <typename Does>
void ControlServer::Implementation::for_each_job(Does&& does) {
  for (const auto& each : clients_) {
    if (ControlJob* job = each->session.job()) does(*job, each->session.answer());
  }
}

ControlServer::ControlServer(Engine& engine, ControlHandlers handlers, ControlLimits limits)
    : implementation_(std::make_unique<Implementation>(engine, std::move(handlers), limits)) {}

ControlServer::~ControlServer() = default;

std::optional<Error> ControlServer::open(const std::string& path, mode_t mode,
                                         std::optional<gid_t> group) {
  return implementation_->open(path, mode, group);
}

void ControlServer::adopt(Descriptor client) { implementation_->adopt(std::move(client)); }

int ControlServer::descriptor() const { return implementation_->descriptor(); }

void ControlServer::serve() { implementation_->serve(); }

std::size_t ControlServer::clients() const { return implementation_->clients(); }

}  // namespace statewall
