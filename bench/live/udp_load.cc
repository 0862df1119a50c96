// A load that keeps itself in check, for the comparison of ways through a firewall:
//
//     udp_load echo PORT                           sends every datagram back, until it is killed
//     udp_load ask ADDRESS PORT FLOWS FLIGHT SECONDS
//
// asks from FLOWS ports in turn, with at most FLIGHT questions on their way, and prints how many
// answers came. What is lost is asked again after 100 ms.

#include <arpa/inet.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kBatch = 64, kPayload = 18;  // a frame of 60 bytes

sockaddr_in address(const char* host, int port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host, &made.sin_addr);
  return made;
}

int open_socket(const sockaddr_in& at, bool connects) {
  const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  const int room = 4 << 20;
  ::setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  const auto* where = reinterpret_cast<const sockaddr*>(&at);
  const int result = connects ? ::connect(made, where, sizeof at) : ::bind(made, where, sizeof at);
  if (made < 0 || result < 0) {
    std::perror("udp_load");
    std::exit(1);
  }
  return made;
}

int echo(int port) {
  const int socket = open_socket(address("0.0.0.0", port), false);
  std::vector<std::uint8_t> bytes(kBatch * 2048);
  std::vector<sockaddr_in> peers(kBatch);
  std::vector<iovec> parts(kBatch);
  std::vector<mmsghdr> messages(kBatch);
  for (;;) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {bytes.data() + i * 2048, 2048};
      messages[i] = {};
      messages[i].msg_hdr = {&peers[i], sizeof peers[i], &parts[i], 1, nullptr, 0, 0};
    }
    pollfd waiting{socket, POLLIN, 0};
    ::poll(&waiting, 1, -1);
    const int got = ::recvmmsg(socket, messages.data(), kBatch, 0, nullptr);
    for (int i = 0; i < got; ++i)
      parts[static_cast<std::size_t>(i)].iov_len = messages[static_cast<std::size_t>(i)].msg_len;
    if (got > 0) ::sendmmsg(socket, messages.data(), static_cast<unsigned>(got), 0);
  }
}

int ask(const char* host, int port, std::size_t flows, std::size_t flight, double seconds) {
  std::vector<pollfd> sockets(flows);
  for (auto& each : sockets) each = {open_socket(address(host, port), true), POLLIN, 0};
  const char question[kPayload]{};
  char answer[2048];
  std::uint64_t answers = 0;
  std::size_t next = 0, on_their_way = 0;
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    for (; on_their_way < flight; ++on_their_way) {
      ::send(sockets[next++ % flows].fd, question, sizeof question, 0);
    }
    if (::poll(sockets.data(), sockets.size(), 100) <= 0) {
      on_their_way = 0;
      continue;
    }
    for (const auto& each : sockets) {
      if (each.revents == 0) continue;
      while (::recv(each.fd, answer, sizeof answer, 0) > 0) {
        ++answers;
        if (on_their_way > 0) --on_their_way;
      }
    }
  }
  std::printf("%llu\n", static_cast<unsigned long long>(answers));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "echo" && argc == 3) return echo(std::atoi(argv[2]));
  if (what == "ask" && argc == 7) {
    return ask(argv[2], std::atoi(argv[3]), static_cast<std::size_t>(std::atol(argv[4])),
               static_cast<std::size_t>(std::atol(argv[5])), std::atof(argv[6]));
  }
  std::fprintf(stderr, "usage: udp_load echo PORT | ask ADDRESS PORT FLOWS FLIGHT SECONDS\n");
  return 2;
}
