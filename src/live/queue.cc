#include "live/queue.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "kernel/failure.h"
#include "live/rewrite.h"

namespace statewall {
namespace {

/// What fragments may take of a queue: whatever waits for its verdict has a place in it.
std::size_t most_held(const QueueSetup& setup) { return std::max(setup.length / 4, 1U); }

// Verdicts are sent when there are so many bytes of them, each of which may bring a whole packet;
// the socket takes some times that.
constexpr std::size_t kVerdictBytes = std::size_t{64} << 10;
constexpr int kVerdictRoom = 1 << 20;

}  // namespace

Result<std::unique_ptr<Queue>> Queue::open(const QueueConfig& config) {
  auto socket = NetlinkSocket::open(NETLINK_NETFILTER, config.socket_bytes);
  if (!socket) return socket.error();
  const std::string what = "cannot take packets from queue " + std::to_string(config.setup.number) +
                           " (it may belong to another program)";
  for (auto& message : queue_setup_messages(config.setup)) {
    if (auto error = socket->request(*reinterpret_cast<nlmsghdr*>(message.data()), what)) {
      return *error;
    }
  }
  // Where the socket has no room the kernel drops the packet, or lets it pass, and counts it: to be
  // told by an error of the next call helps nobody.
  const int on = 1, room = kVerdictRoom;
  ::setsockopt(socket->descriptor(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  ::setsockopt(socket->descriptor(), SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
  auto sender = RawSender::open(config.answer_mark);
  if (!sender) return sender.error();
  return std::unique_ptr<Queue>(new Queue(config, std::move(*socket), std::move(*sender)));
}

Queue::Queue(const QueueConfig& config, NetlinkSocket socket, RawSender sender)
    : config_(config),
      socket_(std::move(socket)),
      sender_(std::move(sender)),
      held_(most_held(config.setup), config.patience),
      buffers_(kBatch * kDatagram),
      verdicts_(config.setup.number) {
  packets_.reserve(kBatch);
  frames_.reserve(kBatch);
}

std::optional<Error> Queue::serve(EngineWorker& worker) {
  constexpr int kBatches = 16;  // then others have their turn
  for (int i = 0; i < kBatches; ++i) {
    const std::size_t count = receive();
    if (count == 0) return std::nullopt;
    worker.handle(frames_, *this);
    send_verdicts();
    if (count < kBatch) return std::nullopt;
  }
  return std::nullopt;
}

/// Takes up to a batch of packets that wait. Returns how many datagrams there were.
std::size_t Queue::receive() {
  std::array<mmsghdr, kBatch> headers{};
  std::array<iovec, kBatch> places{};
  for (std::size_t i = 0; i < kBatch; ++i) {
    places[i] = {buffers_.data() + i * kDatagram, kDatagram};
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  const int got = ::recvmmsg(socket_.descriptor(), headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  packets_.clear();
  frames_.clear();
  if (got <= 0) {
    if (got < 0 && errno == ENOBUFS) SourceCounters::add(counters_.lost, 1);
    return 0;
  }
  const auto count = static_cast<std::size_t>(got);
  for (std::size_t i = 0; i < count; ++i) {
    take(std::span(buffers_).subspan(i * kDatagram, headers[i].msg_len));
  }
  SourceCounters::add(counters_.received, packets_.size());
  return count;
}

void Queue::take(std::span<const std::uint8_t> datagram) {
  NetlinkMessages messages(datagram);
  // The kernel sends one packet a datagram; of more, the others would find no place in the batch.
  const auto message = messages.next();
  if (!message) return;
  // Anything else are errors about verdicts of packets that are gone, for their interface is.
  const auto packet = read_queued_packet(*message);
  if (!packet) return;
  packets_.push_back(*packet);
  frames_.push_back(frame_of(*packet, frames_.size()));
}

LiveFrame Queue::frame_of(const QueuedPacket& packet, std::size_t index) {
  LiveFrame frame;
  frame.bytes = packet.payload;
  frame.link = LinkType::raw;
  frame.length = packet.length;
  const bool cut = packet.length > packet.payload.size();
  const bool lenient = packet.checksum_not_ready || cut;
  frame.checksums = lenient ? ChecksumMode::automatic : ChecksumMode::verify;
  frame.in = names_.of(packet.in);
  frame.out = names_.of(packet.out);
  frame.way = packet.hook;
  frame.mark = packet.mark;
  if (packet.source_mac.size() == 6) {
    // Of the Ethernet header the queue tells the source alone.
    auto& header = link_headers_[index];
    std::ranges::copy(packet.source_mac, header.begin() + 6);
    const bool ipv6 = packet.payload[0] >> 4 == 6;
    header[12] = ipv6 ? 0x86 : 0x08;
    header[13] = ipv6 ? 0xdd : 0x00;
    frame.link_header = header;
  }
  return frame;
}

void Queue::decided(std::size_t index, const LiveOutcome& outcome) {
  const QueuedPacket& packet = packets_[index];
  if (outcome.fate != Fate::hold) return release(packet, outcome);
  held_.hold(outcome.datagram, packet.id, now_,
             [this](std::uint32_t id) { verdicts_.add(id, false, {}); });
}

void Queue::release(const QueuedPacket& packet, const LiveOutcome& outcome) {
  const bool passes = outcome.fate == Fate::pass;
  const std::uint32_t mark = outcome.decision.mark;
  if (outcome.datagram != 0) {
    for (const std::uint32_t id : held_.take(outcome.datagram)) {
      verdicts_.add(id, passes, {.mark = mark, .payload = {}});
    }
  }
  VerdictMessages::Change change;
  if (passes && mark != packet.mark) change.mark = mark;
  const bool whole = outcome.datagram == 0 && packet.length == packet.payload.size();
  if (passes && whole && wants_rewriting(packet.payload, outcome.decision)) {
    rewritten_.assign(packet.payload.begin(), packet.payload.end());
    rewrite(rewritten_, outcome.decision);
    // The kernel takes a packet that was given anew for complete.
    if (packet.checksum_not_ready) complete_checksum(rewritten_, outcome.packet);
    change.payload = rewritten_;
  }
  verdicts_.add(packet.id, passes, change);
  if (verdicts_.bytes().size() > kVerdictBytes) send_verdicts();
  if (passes) SourceCounters::add(counters_.sent, 1);
}

void Queue::answer(std::size_t index, const Packet&, std::span<const std::uint8_t> packet) {
  if (!sender_.send(packet, packets_[index].in)) SourceCounters::add(counters_.send_failed, 1);
}

/// A packet whose verdict is lost would wait in the queue for ever: what the kernel does not take
/// as a whole it gets one by one.
void Queue::send_verdicts() {
  auto bytes = verdicts_.bytes();
  if (!bytes.empty() && !send(bytes)) {
    while (bytes.size() >= sizeof(nlmsghdr)) {
      const std::size_t length = reinterpret_cast<const nlmsghdr*>(bytes.data())->nlmsg_len;
      if (!send(bytes.first(length))) SourceCounters::add(counters_.send_failed, 1);
      bytes = bytes.subspan(std::min(bytes.size(), std::size_t{NLMSG_ALIGN(length)}));
    }
  }
  verdicts_.clear();
}

bool Queue::send(std::span<const std::uint8_t> messages) {
  ssize_t sent = 0;
  do {
    sent = ::send(socket_.descriptor(), messages.data(), messages.size(), 0);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

std::optional<std::string> Queue::tick(Nanoseconds now) {
  now_ = now;
  held_.expire(now, [this](std::uint32_t id) { verdicts_.add(id, false, {}); });
  send_verdicts();
  if (now - names_since_ > kNanosecondsPerSecond) {
    names_.forget();
    names_since_ = now;
  }
  return std::nullopt;
}

}  // namespace statewall
