#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <vector>

#include "bench/reserve.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reassembly.h"
#include "statewall/tracker.h"
#include "wire/build.h"

// spoofed_flood [PACKETS]: so many packets of each kind (10 million), each from a source of its
// own, 10 microseconds apart, by profile linux from bytes to confirmed. Memory must stay within
// what the switches say. Exit code 1 where it does not.

namespace statewall::bench {
namespace {

using Bytes = std::array<std::uint8_t, 128>;

/// The source's address counts the packets, so that none comes twice.
Address spoofed(std::uint32_t number) { return Address::ipv4(0x0b000000 + number); }

constexpr Address kTarget = Address::ipv4(0xc6336407);  // 198.51.100.7

std::size_t write(Bytes& out, std::uint32_t number, std::uint8_t protocol,
                  std::span<const std::uint8_t> body, bool more_fragments = false) {
  Ipv4Fields fields;
  fields.source = spoofed(number);
  fields.destination = kTarget;
  fields.protocol = protocol;
  fields.id = static_cast<std::uint16_t>(number);
  fields.more_fragments = more_fragments;
  return build_ipv4(out, fields, body);
}

std::size_t echo_query(Bytes& out, std::uint32_t number) {
  Bytes body;
  return write(out, number, protocol::icmp,
               std::span(body).first(build_icmp(body, 8, 0, number, {})));
}

std::size_t syn(Bytes& out, std::uint32_t number) {
  Bytes body;
  TcpFields fields{.source_port = 1024, .destination_port = 80, .sequence = number};
  fields.flags = tcp_flag::syn;
  const std::size_t size = build_tcp(body, spoofed(number), kTarget, fields, {});
  return write(out, number, protocol::tcp, std::span(body).first(size));
}

std::size_t udp(Bytes& out, std::uint32_t number) {
  Bytes body;
  const std::size_t size = build_udp(body, spoofed(number), kTarget, 1024, 53, {});
  return write(out, number, protocol::udp, std::span(body).first(size));
}

std::size_t first_fragment(Bytes& out, std::uint32_t number) {
  const std::array<std::uint8_t, 24> body{};
  return write(out, number, protocol::udp, body, true);
}

/// "Port unreachable" about a datagram that nobody sent.
std::size_t icmp_error(Bytes& out, std::uint32_t number) {
  Bytes datagram, quote, body;
  const std::size_t size = build_udp(datagram, kTarget, spoofed(number), 53, 1024, {});
  Ipv4Fields fields;
  fields.source = kTarget;
  fields.destination = spoofed(number);
  fields.protocol = protocol::udp;
  const std::size_t quoted = build_ipv4(quote, fields, std::span(datagram).first(size));
  const std::size_t message = build_icmp(body, 3, 3, 0, std::span(quote).first(quoted));
  return write(out, number, protocol::icmp, std::span(body).first(message));
}

struct Kind {
  const char* name;
  std::size_t (*make)(Bytes& out, std::uint32_t number);
};
constexpr Kind kKinds[] = {{"echo queries", echo_query},
                           {"SYNs", syn},
                           {"UDP", udp},
                           {"ICMP errors", icmp_error},
                           {"first fragments", first_fragment}};

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * 4096;
}

/// Everything in front of a rule: reassembly, then the table.
class Firewall {
 public:
  Firewall()
      : config_{.profile = linux_6(), .threads = 1, .hash_key = {1, 2}},
        table_memory_(reserve(ConnectionTable::memory_needed(config_))),
        fragment_memory_(reserve(Reassembly::memory_needed({}))),
        table_(ConnectionTable::create(config_, table_memory_.bytes()).table),
        reassembly_(Reassembly::create({}, fragment_memory_.bytes())),
        tracker_(*table_, 0),
        room_(Reassembly::kRoom) {}

  void packet(std::span<const std::uint8_t> ip, Nanoseconds now) {
    const Packet packet = read_ip(ip);
    if (Reassembly::concerns(packet)) {
      reassembly_->take(ip, packet, 0, now, room_);
      most_held_ = std::max(most_held_, reassembly_->counters().memory);
      return;
    }
    tracker_.expire(now);
    tracker_.observe(packet, now);
    tracker_.confirm();
    most_entries_ = std::max(most_entries_, table_->size());
  }

  bool report(const char* name, double nanoseconds, std::size_t resident_before) const {
    const Counters c = table_->counters();
    const std::size_t promised = table_memory_.bytes().size() + fragment_memory_.bytes().size();
    const std::size_t resident = resident_bytes();
    const std::size_t grown = resident - std::min(resident_before, resident);
    std::printf(
        "%-16s %5.0f ns  entries at most %7zu of %u  opened %8llu  evicted %8llu  refused %8llu"
        "  held at most %8llu of %u bytes  memory grew %4zu of %zu MiB promised\n",
        name, nanoseconds, most_entries_, config_.profile.max,
        static_cast<unsigned long long>(c.opened), static_cast<unsigned long long>(c.evicted),
        static_cast<unsigned long long>(c.refused), static_cast<unsigned long long>(most_held_),
        ReassemblyConfig{}.ipv4.high_thresh, grown >> 20, promised >> 20);
    return most_entries_ <= config_.profile.max && grown <= promised;
  }

 private:
  TableConfig config_;
  TableMemory table_memory_, fragment_memory_;
  ConnectionTable* table_;
  Reassembly* reassembly_;
  Tracker tracker_;
  std::vector<std::uint8_t> room_;
  std::size_t most_entries_ = 0;
  std::uint64_t most_held_ = 0;
};

bool flood(const Kind& kind, std::uint32_t packets) {
  using Clock = std::chrono::steady_clock;
  const std::size_t before = resident_bytes();
  Firewall firewall;
  Bytes bytes;
  const auto begun = Clock::now();
  for (std::uint32_t number = 0; number < packets; ++number) {
    const std::size_t size = kind.make(bytes, number);
    firewall.packet(std::span(bytes).first(size), Nanoseconds{number} * 10'000);
  }
  const std::chrono::duration<double, std::nano> taken = Clock::now() - begun;
  return firewall.report(kind.name, taken.count() / packets, before);
}

}  // namespace
}  // namespace statewall::bench

int main(int argc, char** argv) {
  const std::uint32_t packets =
      argc > 1 ? static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 10'000'000;
  if (packets == 0) return 1;
  bool bounded = true;
  for (const auto& kind : statewall::bench::kKinds) {
    bounded = statewall::bench::flood(kind, packets) && bounded;
  }
  return bounded ? 0 : 1;
}
