#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "statewall/address.h"
#include "statewall/event.h"
#include "statewall/profile.h"
#include "statewall/time.h"
#include "wire/build.h"

// A scenario, read: what is sent, and what must become of it. Plain data; `docs/scenarios.md`
// describes the language, `parser.h` reads it, `runner.h` runs it.

namespace statewall {

struct ExpectationKey;

/// A packet in words. Lengths and checksums follow from it.
struct PacketSpec {
  std::vector<std::uint8_t> bytes;  ///< the whole packet; unless empty, nothing else here counts

  Family family = Family::ipv4;
  Address source;
  Address destination;
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 64;
  std::uint16_t ip_id = 0;  ///< IPv4
  bool dont_fragment = false;
  bool raw = false;  ///< no transport header: the payload is all that follows the IP header
  bool bad_checksum = false;            ///< of the transport
  std::optional<std::uint32_t> length;  ///< payload bytes; unset: as is usual for the packet

  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::uint32_t icmp_rest = 0;       ///< second word of the header: id and sequence, MTU or gateway
  std::uint32_t quoting = 0;         ///< number of the packet that the payload quotes; 0: none
  std::optional<std::uint32_t> cut;  ///< transport bytes quoted; unset: as many as routers send

  std::uint16_t source_port = 0;  ///< TCP, UDP, UDP-Lite and SCTP
  std::uint16_t destination_port = 0;
  std::uint8_t tcp_flags = 0;
  std::uint32_t tcp_sequence = 0;
  std::uint32_t tcp_acknowledgement = 0;
  std::uint16_t tcp_window = 65535;  ///< as sent, not scaled
  std::uint16_t tcp_mss = 0;         ///< options; 0: none
  std::int16_t tcp_window_scale = -1;
  bool tcp_sack_permitted = false;
  std::vector<SackBlock> tcp_sack;

  std::uint16_t coverage = 0;             ///< UDP-Lite; 0: all
  std::vector<std::uint8_t> sctp_chunks;  ///< types
  std::uint32_t sctp_tag = 0;
  std::uint32_t sctp_initiate_tag = 0;
  GreFields gre;
};

/// `KEY VALUE` behind `=>`. What the value means is the key's affair (`expectation.h`).
struct Expectation {
  const ExpectationKey* key = nullptr;
  std::uint64_t value = 0;
};

/// Sends a packet.
struct PacketStep {
  PacketSpec packet;
  std::uint32_t number = 0;  ///< counts the scenario's packets from 1
  int side = -1;             ///< where it comes in: index into Topology::sides; -1: no topology
  bool drop = false;         ///< a rule does not let it out
  std::string summary;       ///< for people: "192.168.1.6 > 192.168.1.10 icmp echo-request"
  std::vector<Expectation> expectations;
};

/// The table must hold so many entries.
struct TableCheck {
  std::uint32_t entries = 0;
};

/// The table must hold an entry that prints so.
struct EntryCheck {
  std::string line;
};

/// This must have happened since the last packet came in. `kind` unset: nothing else has.
struct EventCheck {
  std::optional<EventKind> kind;
  DestroyCause cause = DestroyCause::none;  ///< none: any
  std::uint64_t connection = 0;
};

struct Step {
  int line = 0;
  Nanoseconds time = 0;  ///< since the scenario's start
  std::variant<PacketStep, TableCheck, EntryCheck, EventCheck> what;
};

/// The firewall between two sides. Kept for those who run scenarios on real interfaces; the tracker
/// has no use for it.
struct Topology {
  enum class Kind : std::uint8_t { none, router, bridge };
  struct Side {
    std::string name;
    Address address;  ///< router: the firewall's own on this side
    std::uint8_t prefix_length = 0;
  };
  Kind kind = Kind::none;
  std::array<Side, 2> sides;
};

struct Scenario {
  Profile profile = tutorial();
  Topology topology;
  std::vector<Step> steps;    ///< in the order of their times
  std::uint32_t packets = 0;  ///< how many of the steps are packets
};

}  // namespace statewall
