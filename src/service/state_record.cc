#include "service/state_record.h"

#include <algorithm>

#include "service/little_endian.h"

namespace statewall {
namespace {

constexpr std::size_t kPart = 96;  // where what the protocol keeps begins

// Each function tells the layout once, for writing and for reading: `visit` is either of both, and
// `Saved` is const where it writes.

template <typename Visit, typename Saved>
void visit_tuple(Visit& visit, Saved& tuple) {
  visit(tuple.source_port);
  visit(tuple.destination_port);
  visit(tuple.icmp_type);
  visit(tuple.icmp_code);
  visit(tuple.icmp_id);
}

template <typename Visit, typename Address>
void visit_address(Visit& visit, Address& address) {
  for (auto& byte : address.bytes) visit(byte);
}

template <typename Visit, typename Count>
void visit_count(Visit& visit, Count& count) {
  visit(count.packets);
  visit(count.bytes);
}

template <typename Visit, typename Saved>
void visit_head(Visit& visit, Saved& saved) {
  auto& connection = saved.connection;
  visit(connection.original.family);
  visit(connection.original.protocol);
  visit(connection.status);
  visit(saved.kept);
  visit(connection.tcp_state);
  visit(connection.sctp_state);
  visit(connection.counted);
  visit.skip_to(8);
  visit(connection.zone);
  visit_tuple(visit, connection.original);
  visit.skip_to(20);
  visit(connection.mark);
  visit(saved.time_left);
  visit(connection.open_queries);
  visit_address(visit, connection.original.source);
  visit_address(visit, connection.original.destination);
  visit_count(visit, connection.original_count);
  visit_count(visit, connection.reply_count);
}

template <typename Visit, typename Side>
void visit_side(Visit& visit, Side& side) {
  visit(side.end);
  visit(side.max_end);
  visit(side.max_window);
  visit(side.max_ack);
  visit(side.scale);
  visit(side.traits);
}

template <typename Visit, typename Tcp>
void visit_tcp(Visit& visit, Tcp& tcp) {
  visit_side(visit, tcp.sides[0]);
  visit.skip_to(kPart + 20);
  visit_side(visit, tcp.sides[1]);
  visit.skip_to(kPart + 40);
  visit(tcp.last_sequence);
  visit(tcp.last_ack);
  visit(tcp.last_end);
  visit(tcp.last_window);
  visit(tcp.last_event);
  visit(tcp.last_direction);
  visit(tcp.last_scale);
  visit(tcp.last_traits);
  visit(tcp.repetitions);
}

template <typename Visit, typename Sctp>
void visit_sctp(Visit& visit, Sctp& sctp) {
  for (auto& tag : sctp.tags) visit(tag);
  for (auto& seen : sctp.init_seen) visit(seen);
  visit(sctp.heartbeat_failed);
  visit(sctp.last_way);
}

template <typename Visit, typename Saved>
void visit_part(Visit& visit, Saved& saved) {
  visit.skip_to(kPart);
  switch (saved.kept) {
    case KeptPart::nothing: break;
    case KeptPart::icmp: visit(saved.icmp_newest); break;
    case KeptPart::udp: visit(saved.udp_stream_in); break;
    case KeptPart::tcp_flags:
      visit(saved.tcp_flags.syn_ack_seen);
      visit.skip_to(kPart + 4);
      visit(saved.tcp_flags.handshake_ack);
      break;
    case KeptPart::tcp_windows: visit_tcp(visit, saved.tcp); break;
    case KeptPart::sctp: visit_sctp(visit, saved.sctp); break;
  }
}

}  // namespace

void write_state_record(const SavedConnection& saved, std::span<std::uint8_t, kStateRecord> bytes) {
  std::ranges::fill(bytes, std::uint8_t{0});
  LittleEndianWriter writer(bytes);
  visit_head(writer, saved);
  visit_part(writer, saved);
}

SavedConnection read_state_record(std::span<const std::uint8_t, kStateRecord> bytes) {
  SavedConnection saved;
  LittleEndianReader reader(bytes);
  visit_head(reader, saved);
  visit_part(reader, saved);
  saved.connection.reply = reply_of(saved.connection.original);
  return saved;
}

}  // namespace statewall
