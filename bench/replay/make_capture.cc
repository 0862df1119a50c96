#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "measure/random.h"
#include "wire/build.h"

// Writes a large capture of ordinary traffic to standard output, the same bytes each time:
//
//   make_capture [PACKETS [CONNECTIONS]] > large.pcap      default: 5000000 100000
//
// Of ten connections six are TCP, three UDP and one is a ping; which one speaks next is random. TCP
// begins with its handshake and goes on with data of several lengths and their ACKs. Everything
// that is sent is answered, so the tables of conversations and of connections are of one size.

namespace {

using statewall::Address;
using statewall::bench::Random;
namespace flag = statewall::tcp_flag;

constexpr std::size_t kEthernet = 14;
constexpr std::size_t kLongest = 2048;

enum class Kind { tcp, udp, ping };

struct Flow {
  std::uint32_t index = 0;
  std::uint32_t sent = 0;  // packets
  std::array<std::uint32_t, 2> sequence{1000, 2000};

  Kind kind() const {
    const std::uint32_t digit = index % 10;
    return digit < 6 ? Kind::tcp : digit < 9 ? Kind::udp : Kind::ping;
  }
  Address client() const { return Address::ipv4(0x0a000000 + index % 50000); }
  Address server() const { return Address::ipv4(0xc0a80000 + index % 997); }
  std::uint16_t port() const { return static_cast<std::uint16_t>(1024 + index / 50000 * 7); }
};

constexpr std::uint16_t kPayloads[] = {0, 32, 120, 512, 0, 300, 64, 1200};

std::size_t build_segment(std::span<std::uint8_t> out, Flow& flow, bool reply,
                          std::span<const std::uint8_t> zeros) {
  statewall::TcpFields tcp;
  tcp.source_port = reply ? std::uint16_t{443} : flow.port();
  tcp.destination_port = reply ? flow.port() : std::uint16_t{443};
  tcp.sequence = flow.sequence[reply];
  tcp.acknowledgement = flow.sent == 0 ? 0 : flow.sequence[!reply];
  tcp.flags = flow.sent == 0   ? flag::syn
              : flow.sent == 1 ? static_cast<std::uint8_t>(flag::syn | flag::ack)
                               : flag::ack;
  const std::size_t length = flow.sent < 3 ? 0 : kPayloads[(flow.index + flow.sent) % 8];
  flow.sequence[reply] += static_cast<std::uint32_t>(length) + (flow.sent < 2 ? 1 : 0);
  const Address& from = reply ? flow.server() : flow.client();
  const Address& to = reply ? flow.client() : flow.server();
  return statewall::build_tcp(out, from, to, tcp, zeros.first(length));
}

std::size_t build_transport(std::span<std::uint8_t> out, Flow& flow, bool reply,
                            std::span<const std::uint8_t> zeros) {
  switch (flow.kind()) {
    case Kind::tcp: return build_segment(out, flow, reply, zeros);
    case Kind::udp: {
      const std::uint16_t ports[] = {flow.port(), 53};
      const Address& from = reply ? flow.server() : flow.client();
      const Address& to = reply ? flow.client() : flow.server();
      return statewall::build_udp(out, from, to, ports[reply], ports[!reply],
                                  zeros.first(kPayloads[(flow.index + flow.sent) % 8]));
    }
    case Kind::ping: break;
  }
  const std::uint32_t rest = flow.port() << 16 | (flow.sent / 2 & 0xffff);
  return statewall::build_icmp(out, reply ? 0 : 8, 0, rest, zeros.first(56));
}

std::size_t build_frame(std::span<std::uint8_t> frame, Flow& flow) {
  static const std::array<std::uint8_t, kLongest> zeros{};
  constexpr std::uint8_t protocols[] = {6, 17, 1};
  std::array<std::uint8_t, kLongest> transport;
  const bool reply = flow.sent % 2 == 1;
  const std::size_t length = build_transport(transport, flow, reply, zeros);
  ++flow.sent;
  statewall::Ipv4Fields ip;
  ip.source = reply ? flow.server() : flow.client();
  ip.destination = reply ? flow.client() : flow.server();
  ip.protocol = protocols[static_cast<int>(flow.kind())];
  ip.id = static_cast<std::uint16_t>(flow.sent);
  frame[12] = 0x08;  // the EtherType of IPv4; the hardware addresses are zero
  frame[13] = 0;
  return kEthernet + statewall::build_ipv4(frame.subspan(kEthernet), ip,
                                           std::span<const std::uint8_t>(transport).first(length));
}

template <typename T>
void put(const T& value) {
  if (std::fwrite(&value, sizeof value, 1, stdout) != 1) std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const auto packets = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5'000'000;
  const auto connections = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  std::vector<Flow> flows(connections);
  for (std::size_t i = 0; i < flows.size(); ++i) flows[i].index = static_cast<std::uint32_t>(i);

  put(std::array<std::uint32_t, 6>{0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1});
  Random random;
  std::array<std::uint8_t, kLongest> frame{};
  for (std::size_t i = 0; i < packets; ++i) {
    // Every connection speaks early on, then at random.
    const std::size_t chosen =
        i < 2 * connections ? i / 2 : random.below(static_cast<std::uint32_t>(connections));
    const auto length = static_cast<std::uint32_t>(build_frame(frame, flows[chosen]));
    // 100,000 packets a second.
    const auto second = static_cast<std::uint32_t>(1'600'000'000 + i / 100'000);
    const auto microsecond = static_cast<std::uint32_t>(i % 100'000 * 10);
    put(std::array<std::uint32_t, 4>{second, microsecond, length, length});
    if (std::fwrite(frame.data(), length, 1, stdout) != 1) return 1;
  }
}
