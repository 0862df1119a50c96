#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "statewall/packet.h"
#include "statewall/tracker.h"

// For tests of the tracker: packets as values, and a table with memory of its own.

namespace statewall::testing {

struct Host {
  Address address;
  explicit constexpr Host(std::uint8_t last) : address(Address::ipv4(0xC0A80100U | last)) {}
};
inline constexpr Host A{6}, B{10}, C{99};

inline Packet packet_between(Host from, Host to, std::uint8_t protocol) {
  Packet packet;
  packet.headers.source = from.address;
  packet.headers.destination = to.address;
  packet.headers.family = Family::ipv4;
  packet.headers.protocol = protocol;
  packet.l4_length = packet.l4_present = 40;
  return packet;
}

inline Packet icmp(Host from, Host to, std::uint8_t type, std::uint8_t code, std::uint16_t id,
                   std::uint16_t sequence = 1) {
  Packet packet = packet_between(from, to, protocol::icmp);
  packet.headers.icmp_type = type;
  packet.headers.icmp_code = code;
  packet.headers.icmp_id = id;
  packet.headers.icmp_sequence = sequence;
  packet.l4_checksum = Checksum::good;
  return packet;
}
inline Packet echo(Host from, Host to, std::uint16_t id, std::uint16_t sequence = 1) {
  return icmp(from, to, 8, 0, id, sequence);
}
inline Packet echo_reply(Host from, Host to, std::uint16_t id, std::uint16_t sequence = 1) {
  return icmp(from, to, 0, 0, id, sequence);
}

inline Packet udp(Host from, Host to, std::uint16_t source_port, std::uint16_t destination_port) {
  Packet packet = packet_between(from, to, protocol::udp);
  packet.headers.source_port = source_port;
  packet.headers.destination_port = destination_port;
  return packet;
}

inline Packet tcp(Host from, Host to, std::uint16_t source_port, std::uint16_t destination_port,
                  std::uint8_t flags, std::uint32_t sequence = 0, std::uint32_t ack = 0) {
  Packet packet = packet_between(from, to, protocol::tcp);
  packet.headers.source_port = source_port;
  packet.headers.destination_port = destination_port;
  packet.tcp.flags = flags;
  packet.tcp.sequence = sequence;
  packet.tcp.acknowledgement = ack;
  return packet;
}

/// A segment of a connection from A, `port`, to B, 80, whose windows are wide.
inline Packet segment(Host from, Host to, std::uint8_t flags, std::uint32_t sequence,
                      std::uint32_t ack, std::uint32_t payload = 0, std::uint16_t port = 5000) {
  const bool original = from.address == A.address;
  const std::uint16_t source = original ? port : std::uint16_t{80};
  const std::uint16_t destination = original ? std::uint16_t{80} : port;
  Packet packet = tcp(from, to, source, destination, flags, sequence, ack);
  packet.tcp.sack_right = ack;
  packet.tcp.window = 60'000;
  packet.tcp.payload_length = payload;
  return packet;
}

/// An ICMP error that quotes `quoted`, to whom sent it.
inline Packet error_about(const Packet& quoted, Host from, std::uint8_t type, std::uint8_t code) {
  Packet packet = icmp(from, Host(0), type, code, 0, 0);
  packet.headers.destination = quoted.headers.source;
  packet.has_quote = true;
  packet.quote.headers = quoted.headers;
  packet.quote.l4_length = 8;
  return packet;
}

constexpr Nanoseconds seconds(double value) {
  return static_cast<Nanoseconds>(value * kNanosecondsPerSecond);
}

/// A table, its memory, and one tracker a thread, each with a ring of events.
class World {
 public:
  explicit World(Profile profile = tutorial(), unsigned threads = 1, std::size_t events = 1024) {
    TableConfig config;
    config.profile = profile;
    config.profile.buckets = 1;
    config.threads = threads;
    config.hash_key = {1, 2};
    const std::size_t size = (ConnectionTable::memory_needed(config) + 63) / 64 * 64;
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(64, size)));
    table_ = ConnectionTable::create(config, {memory_.get(), size}).table;
    for (unsigned i = 0; i < threads; ++i) {
      slots_.emplace_back(events);
      rings_.push_back(std::make_unique<EventRing>(slots_.back()));
      trackers_.emplace_back(*table_, i, rings_.back().get());
    }
  }

  ConnectionTable& table() { return *table_; }
  Tracker& tracker(unsigned i = 0) { return trackers_[i]; }
  EventRing& ring(unsigned i = 0) { return *rings_[i]; }

  /// Observes a packet and lets it out.
  Observation pass(const Packet& packet, Nanoseconds now) {
    const Observation observation = tracker().observe(packet, now);
    tracker().confirm();
    return observation;
  }

  /// The events since the last call.
  std::vector<Event> events(unsigned i = 0) {
    std::vector<Event> all;
    for (Event event; ring(i).pop(event);) all.push_back(event);
    return all;
  }

  std::vector<Connection> connections() {
    std::vector<Connection> all;
    std::vector<Connection> some(64);
    for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
      const std::size_t count = tracker().list(cursor, some);
      all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return all;
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  ConnectionTable* table_ = nullptr;
  std::vector<std::vector<Event>> slots_;
  std::vector<std::unique_ptr<EventRing>> rings_;
  std::vector<Tracker> trackers_;
};

}  // namespace statewall::testing
