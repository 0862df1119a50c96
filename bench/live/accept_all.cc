// accept_all QUEUE: takes packets from NFQUEUE and lets each pass, with a call for each of them, as
// programs that know nothing of batches do. What any such program costs.

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "kernel/netlink_message.h"
#include "kernel/netlink_socket.h"
#include "live/queue_message.h"

int main(int argc, char** argv) {
  using namespace statewall;
  if (argc != 2) return std::fprintf(stderr, "usage: accept_all QUEUE\n"), 2;
  QueueSetup setup;
  setup.number = static_cast<std::uint16_t>(std::atoi(argv[1]));
  auto socket = NetlinkSocket::open(NETLINK_NETFILTER, std::size_t{16} << 20);
  if (!socket) return std::fprintf(stderr, "%s\n", socket.error().text().c_str()), 1;
  for (auto& message : queue_setup_messages(setup)) {
    if (auto error = socket->request(*reinterpret_cast<nlmsghdr*>(message.data()), "queue")) {
      return std::fprintf(stderr, "%s\n", error->text().c_str()), 1;
    }
  }
  std::puts("ready");
  std::fflush(stdout);
  VerdictMessages verdicts(setup.number);
  for (;;) {
    socket->wait(-1);
    const auto datagram = socket->receive();
    if (!datagram) continue;
    NetlinkMessages messages(*datagram);
    while (const auto message = messages.next()) {
      const auto packet = read_queued_packet(*message);
      if (!packet) continue;
      verdicts.add(packet->id, true, {});
      ::send(socket->descriptor(), verdicts.bytes().data(), verdicts.bytes().size(), 0);
      verdicts.clear();
    }
  }
}
