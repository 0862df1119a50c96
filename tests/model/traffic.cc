#include "tests/model/traffic.h"

#include <algorithm>
#include <limits>

#include "statewall/icmp.h"
#include "wire/build.h"

namespace statewall::model {

namespace {

constexpr std::uint8_t kOtherProtocols[] = {47, 2, 58, 132, 255, 50};
constexpr std::size_t kOtherPayload = 12;  // bytes at least, behind IP
constexpr std::uint16_t kPorts[] = {1000, 2000, 53, 0};
constexpr std::uint16_t kIds[] = {1, 2, 33029, 0};
constexpr Zone kZones[] = {1, 65535};
constexpr std::uint32_t kSequences[] = {100, 101, 0, 0xffffffff};

Nanoseconds seconds(std::int64_t n) { return n * kNanosecondsPerSecond; }
Nanoseconds milliseconds(std::int64_t n) { return n * kNanosecondsPerMillisecond; }

std::size_t write_transport(std::span<std::uint8_t> out, const Message& m,
                            std::span<const std::uint8_t> payload) {
  const Address& from = kHosts[m.from];
  const Address& to = kHosts[m.to];
  switch (m.protocol) {
    case protocol::icmp: {
      const std::uint32_t rest = std::uint32_t{m.id} << 16 | m.icmp_sequence;
      return build_icmp(out, m.type, m.code, rest, payload);
    }
    case protocol::tcp: {
      TcpFields fields;
      fields.source_port = m.source_port;
      fields.destination_port = m.destination_port;
      fields.sequence = m.sequence;
      fields.acknowledgement = m.acknowledgement;
      fields.flags = m.flags;
      return build_tcp(out, from, to, fields, payload);
    }
    case protocol::udp: return build_udp(out, from, to, m.source_port, m.destination_port, payload);
    default: {
      const std::size_t size = std::max(payload.size(), kOtherPayload);
      std::copy(payload.begin(), payload.end(), out.begin());
      return size;
    }
  }
}

std::size_t wrap(std::span<std::uint8_t> out, const Message& m,
                 std::span<const std::uint8_t> transport) {
  Ipv4Fields fields;
  fields.source = kHosts[m.from];
  fields.destination = kHosts[m.to];
  fields.protocol = m.protocol;
  fields.ttl = m.ttl;
  fields.more_fragments = m.more_fragments;
  fields.fragment_offset = m.fragment_offset;
  return build_ipv4(out, fields, transport);
}

constexpr std::size_t kHeader = 20;  // no packet here has IP options, unless they are damage

}  // namespace

Bytes write(const Message& message, std::span<const std::uint8_t> payload) {
  Bytes transport;
  transport.size = write_transport(transport.room(), message, payload);
  Bytes bytes;
  bytes.size = wrap(bytes.room(), message, transport.span());
  return bytes;
}

Packet read(const Step& step) {
  const bool cut = step.original_length > step.bytes.size;
  return read_frame(step.bytes.span(), LinkType::raw, step.original_length,
                    cut ? ChecksumMode::automatic : ChecksumMode::verify);
}

Step Traffic::next() {
  choices_.next_step();
  Step step;
  const std::uint32_t kind = choices_.below(16);
  const bool error = kind >= 12 && count_ != 0;
  Sent now;
  if (count_ == 0 || kind < 4) {
    now.message = fresh();
  } else {
    now = recent();
    if (kind >= 6 && kind < 12) now.message = answer(now.message);
    if (kind >= 4 && kind < 7) now.message = again(now.message);
  }
  if (choices_.one_in(32)) now.zone = choices_.of(kZones);
  if (error) {
    step.bytes = error_about(now, now.message);
  } else {
    if (choices_.one_in(12)) spoil(now.message);
    step.bytes = write(now.message);
  }
  now.bytes = step.bytes;
  step.zone = now.zone;
  step.original_length = step.bytes.size;
  step.advance = pause();
  step.notrack = choices_.one_in(64);
  const std::uint32_t fate = choices_.below(32);
  step.fate = fate >= 28 ? Fate::drop : fate == 27 ? Fate::neither : Fate::confirm;
  if (choices_.one_in(16)) damage(step);
  if (choices_.one_in(64)) {
    step.deed = choices_.one_in(2) ? Deed::erase : Deed::set_mark;
    step.to = choices_.u16();
  }
  // An error is seldom spoken of again: what it is about is worth more.
  if (!error || choices_.one_in(8)) sent_[count_++ % kRemembered] = now;
  return step;
}

const Traffic::Sent& Traffic::recent() {
  const std::size_t known = std::min(count_, kRemembered);
  constexpr std::uint32_t reaches[] = {4, 1, 1, 2, 4, kRemembered};
  const auto reach = static_cast<std::uint32_t>(std::min<std::size_t>(known, choices_.of(reaches)));
  const std::size_t back = choices_.below(reach) + 1;
  return sent_[(count_ - back) % kRemembered];
}

Message Traffic::fresh() {
  Message message;
  const std::uint32_t kind = choices_.below(16);
  if (kind < 5) {
    message = fresh_icmp();
  } else if (kind < 10) {
    message = fresh_tcp();
  } else if (kind < 13) {
    message.protocol = protocol::udp;
  } else if (kind < 15) {
    message.protocol = choices_.of(kOtherProtocols);
  } else {
    message.type = choices_.one_in(2) ? choices_.byte() : reply_type(QueryKind::echo);
  }
  const std::uint8_t ends = choices_.byte();
  message.from = ends & 3;
  message.to = (ends >> 2) & 3;
  message.source_port = crowded_ ? choices_.u16() : kPorts[(ends >> 4) & 3];
  message.destination_port = kPorts[(ends >> 6) & 3];
  message.id = crowded_ ? message.source_port : kIds[(ends >> 4) & 3];
  message.icmp_sequence = choices_.one_in(8) ? choices_.u16() : choices_.byte();
  return message;
}

Message Traffic::fresh_icmp() {
  constexpr QueryKind kinds[] = {QueryKind::echo, QueryKind::timestamp, QueryKind::information,
                                 QueryKind::address_mask};
  Message message;
  message.type = query_type(choices_.of(kinds));
  message.code = choices_.one_in(4) ? 1 : 0;
  return message;
}

Message Traffic::fresh_tcp() {
  Message message;
  message.protocol = protocol::tcp;
  message.flags = choices_.one_in(3) ? choices_.byte() : tcp_flag::syn;
  message.sequence = choices_.of(kSequences);
  return message;
}

/// The same host speaks again.
Message Traffic::again(Message m) {
  constexpr std::uint16_t jumps[] = {1, 1, 1, 0xffff, 0x7fff, 0x8000};  // and their wraps (T9)
  constexpr std::uint8_t flags[] = {tcp_flag::syn,
                                    tcp_flag::ack,
                                    tcp_flag::fin | tcp_flag::ack,
                                    tcp_flag::rst,
                                    tcp_flag::rst | tcp_flag::ack,
                                    tcp_flag::syn | tcp_flag::ack,
                                    0,
                                    tcp_flag::fin | tcp_flag::syn};
  if (choices_.one_in(2)) {
    m.icmp_sequence = static_cast<std::uint16_t>(m.icmp_sequence + choices_.of(jumps));
    m.flags = choices_.of(flags);
  }
  return m;
}

/// What the host that it was sent to answers, if all is well.
Message Traffic::answer(Message m) {
  std::swap(m.from, m.to);
  std::swap(m.source_port, m.destination_port);
  const IcmpMeaning meaning = icmp_meaning(m.type);
  if (meaning.role == IcmpRole::query) m.type = reply_type(meaning.kind);
  if (meaning.role == IcmpRole::reply) m.type = query_type(meaning.kind);
  const bool syn = (m.flags & tcp_flag::syn) != 0;
  const bool ack = (m.flags & tcp_flag::ack) != 0;
  std::swap(m.sequence, m.acknowledgement);
  m.acknowledgement += syn ? 1 : 0;
  m.flags = tcp_flag::ack;
  if (syn && !ack) {
    m.flags |= tcp_flag::syn;
    m.sequence = choices_.of(kSequences);
  }
  if (choices_.one_in(16)) m.flags = tcp_flag::rst | tcp_flag::ack;
  if (choices_.one_in(8)) m.flags |= tcp_flag::fin;
  return m;
}

/// One thing is not as it should be.
void Traffic::spoil(Message& m) {
  switch (choices_.below(10)) {
    case 0: m.from = static_cast<std::uint8_t>(choices_.below(4)); break;
    case 1: m.to = static_cast<std::uint8_t>(choices_.below(4)); break;
    case 2: m.code = m.code == 0 ? 1 : choices_.byte(); break;
    case 3: ++m.id; break;
    case 4: m.type = static_cast<std::uint8_t>(choices_.below(20)); break;
    case 5: m.source_port = choices_.of(kPorts); break;
    case 6: ++m.acknowledgement; break;
    case 7: m.flags = choices_.byte(); break;
    case 8: m.more_fragments = true; break;
    default: m.fragment_offset = static_cast<std::uint16_t>(8 * choices_.byte()); break;
  }
}

/// An ICMP error that quotes what was sent, or its answer, which may never have been sent.
Bytes Traffic::error_about(Sent sent, Message& error) {
  constexpr std::uint8_t types[] = {3, 11, 3, 5, 4, 12, 3, 3};
  constexpr std::uint8_t codes[] = {1, 0, 3, 4, 13, 2, 15, 200};
  Bytes quote = sent.bytes;
  Message quoted = sent.message;
  const std::uint32_t kind = choices_.below(16);
  if (kind >= 13) quoted = answer(quoted);
  if (kind >= 14) spoil(quoted);
  if (kind >= 13) quote = write(quoted);
  if (choices_.one_in(6)) quote.size = std::min<std::size_t>(quote.size, choices_.below(50));
  if (choices_.one_in(16) && quote.size != 0) {
    quote.data[choices_.below(static_cast<std::uint32_t>(quote.size))] ^= choices_.byte();
  }
  if (quote.size > 64) quote.size = 64;  // an error that quotes an error that quotes ...
  error = Message{};
  error.type = choices_.of(types);
  error.code = choices_.of(codes);
  error.id = choices_.one_in(4) ? choices_.u16() : 0;
  error.from = static_cast<std::uint8_t>(choices_.below(4));
  error.to = choices_.one_in(8) ? static_cast<std::uint8_t>(choices_.below(4)) : quoted.from;
  Bytes bytes = write(error, quote.span());
  if (choices_.one_in(16)) bytes.data[kHeader + 2] ^= 0x55;  // the ICMP checksum
  return bytes;
}

namespace {

/// The same packet, whole, with at most `length` bytes behind its IP header.
Bytes shortened(const Bytes& bytes, std::size_t length) {
  if (bytes.size < kHeader) return bytes;
  Ipv4Fields fields;
  std::copy_n(bytes.data.begin() + 12, 4, fields.source.bytes.begin());
  std::copy_n(bytes.data.begin() + 16, 4, fields.destination.bytes.begin());
  fields.protocol = bytes.data[9];
  const auto transport = bytes.span().subspan(kHeader);
  Bytes shorter;
  shorter.size =
      build_ipv4(shorter.room(), fields, transport.first(std::min(length, transport.size())));
  return shorter;
}

/// A ping over IPv6, between the first two hosts there.
Bytes ipv6_echo() {
  Bytes bytes;
  bytes.data[0] = 0x60;
  bytes.data[5] = 8;  // payload length
  bytes.data[6] = protocol::icmpv6;
  bytes.data[7] = 64;    // hop limit
  bytes.data[23] = 1;    // ::1
  bytes.data[39] = 2;    // ::2
  bytes.data[40] = 128;  // echo request
  bytes.size = 48;
  return bytes;
}

}  // namespace

/// Headers that are short, long or lie, frames that are cut, bytes that flip.
void Traffic::damage(Step& step) {
  Bytes& bytes = step.bytes;
  const std::uint32_t kind = choices_.below(8);
  const std::uint8_t amount = choices_.byte();
  const std::size_t size = bytes.size;
  const bool cut_by_capture = kind == 0;
  switch (kind) {
    case 0:
    case 1: bytes.size = amount % (size + 1); break;
    case 2:
    case 3: bytes = shortened(bytes, amount % 24); break;
    case 4: bytes.data[choices_.byte() % size] ^= amount; break;
    case 5: bytes.data[kHeader + 12] = amount; break;  // TCP: the data offset
    case 6: bytes.data[kHeader + 5] = amount; break;   // UDP: the length; ICMP: the id
    default: bytes = ipv6_echo(); break;
  }
  if (!cut_by_capture) step.original_length = bytes.size;
}

/// Times after which a tracker may well start anew, and their neighbours.
Nanoseconds Traffic::leap() {
  constexpr int exponents[] = {24, 31, 32, 23};
  const std::int64_t power = std::int64_t{1} << choices_.of(exponents);
  return milliseconds(power + choices_.below(3) - 1);
}

Nanoseconds Traffic::pause() {
  constexpr std::int64_t timeouts[] = {30, 180, 120, 60, 10, 600};
  const std::uint32_t kind = choices_.below(256);
  if (kind < 160) return 0;
  if (kind < 200) return milliseconds(1 + choices_.byte());
  if (kind < 220) return choices_.byte();  // below a millisecond
  if (kind < 230) return seconds(1);
  switch (kind) {
    case 230:
    case 231: return -milliseconds(choices_.u16());
    case 232: return -seconds(choices_.byte());
    case 233:
    case 234:
    case 235: return seconds(choices_.of(timeouts));
    case 236:
    case 237: return seconds(choices_.of(timeouts)) - milliseconds(1);
    case 238: return seconds(choices_.of(timeouts)) - 1;
    case 239: return seconds(10 + 3 * std::int64_t{choices_.byte()});
    case 240: return choices_.one_in(4) ? seconds(432000) + milliseconds(choices_.byte()) : 0;
    case 241: return choices_.one_in(16) ? leap() : 0;
    default: return seconds(choices_.below(6));
  }
}

namespace {

std::uint32_t random_value(Choices& choices, const Switch& row) {
  constexpr std::uint32_t lengths[] = {8, 4, 0, 20};
  const std::uint32_t of_a_profile = row.values[choices.below(kProfiles)];
  std::uint32_t value = of_a_profile;
  switch (row.kind) {
    case SwitchKind::flag: value = choices.below(2); break;
    case SwitchKind::seconds:
      if (choices.one_in(2)) value = 1 + choices.below(40);
      if (choices.one_in(16)) value = choices.one_in(2) ? row.least : row.most;
      break;
    case SwitchKind::bytes:
      if (choices.one_in(2)) value = choices.of(lengths);
      break;
    case SwitchKind::icmp_types:
      if (choices.one_in(4)) {
        value = 0;
        for (std::uint32_t type : {3u, 4u, 5u, 11u, 12u}) value |= choices.below(2) << type;
      }
      break;
    case SwitchKind::number:
    case SwitchKind::count:
    case SwitchKind::table_format: break;
  }
  return std::clamp(value, row.least, row.most);
}

/// What the model leaves to the comparison with the kernel: such switches stay as kernels 2.4 are.
bool is_modelled(const Switch& row) {
  constexpr std::uint32_t Profile::*beyond[] = {&Profile::track_ipv6,
                                                &Profile::known_protocols,
                                                &Profile::error_codes_assigned,
                                                &Profile::quote_checksum,
                                                &Profile::quote_in_window,
                                                &Profile::error_ends_unreplied,
                                                &Profile::checksum,
                                                &Profile::udplite_as_udp,
                                                &Profile::udp_length,
                                                &Profile::tcp_windows,
                                                &Profile::udp_stream_after,
                                                &Profile::early_drop_closing,
                                                &Profile::acct};
  return row.kind != SwitchKind::count &&
         std::find(std::begin(beyond), std::end(beyond), row.field) == std::end(beyond);
}

}  // namespace

Profile random_profile(Choices& choices) {
  Profile profile = linux_2_4();
  int row_number = 0;
  for (const Switch& row : switches()) {
    if (row_number++ % 8 == 0) choices.next_step();
    if (is_modelled(row)) profile.*row.field = random_value(choices, row);
  }
  return profile;
}

}  // namespace statewall::model
