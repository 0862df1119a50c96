#include "service/conntrack_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "rules/address_parser.h"
#include "rules/complaints.h"
#include "rules/text.h"
#include "statewall/icmp.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::size_t kLongestLine = 10'000;
constexpr std::uint64_t kMostSeconds = 2'147'483;  // that a connection can have
constexpr std::uint64_t kOffloadedSeconds = 120;
constexpr std::uint8_t kDccp = 33;

using Outcome = ConntrackLine::Outcome;

/// A word of the line: up to a space, or where it begins with a bracket up to the one that closes
/// it.
struct Word {
  std::string_view text;
  std::size_t at = 0;

  /// "src" of "src=10.0.0.1".
  std::string_view key() const { return text.substr(0, text.find('=')); }
  std::string_view value() const { return text.substr(std::min(key().size() + 1, text.size())); }
  bool is_field() const { return text.find('=') != text.npos; }
  bool is_flag() const { return text.starts_with('['); }
  bool is_number() const {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  }
};

class Words {
 public:
  explicit Words(std::string_view line) : line_(line) { step(); }

  /// The word under the eyes; empty behind the last.
  const Word& word() const { return word_; }
  bool more() const { return !word_.text.empty(); }
  Word take() {
    const Word taken = word_;
    step();
    return taken;
  }

 private:
  void step() {
    const std::size_t end = word_.at + word_.text.size();
    const std::size_t begin = std::min(line_.find_first_not_of(' ', end), line_.size());
    std::size_t stop = line_.find(' ', begin);
    if (begin < line_.size() && line_[begin] == '[') {
      const std::size_t bracket = line_.find(']', begin);
      if (bracket != line_.npos) stop = bracket + 1;
    }
    word_ = {line_.substr(begin, std::min(stop, line_.size()) - begin), begin};
  }

  std::string_view line_;
  Word word_;
};

/// One direction as it is written, and which of its fields there were.
struct Half {
  Tuple tuple;
  Connection::Count count;
  std::uint32_t fields = 0;
  Word begin;  ///< its `src`
};

/// The fields of a direction, by the place of their bits in Half::fields.
enum Field : std::uint32_t {
  kSource,
  kDestination,
  kSourcePort,
  kDestinationPort,
  kType,
  kCode,
  kId,
  kSourceKey,
  kDestinationKey,
  kPackets,
  kBytes
};
constexpr std::uint32_t bit(Field field) { return 1U << field; }

struct FieldName {
  std::string_view name;
  Field field;
  std::uint64_t most;  ///< of numbers
};
constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();
constexpr FieldName kFields[] = {
    {"src", kSource, 0},
    {"dst", kDestination, 0},
    {"sport", kSourcePort, 65535},
    {"dport", kDestinationPort, 65535},
    {"type", kType, 255},
    {"code", kCode, 255},
    {"id", kId, 65535},
    {"srckey", kSourceKey, 65535},
    {"dstkey", kDestinationKey, 65535},
    {"packets", kPackets, kAnyNumber},
    {"bytes", kBytes, kAnyNumber},
};

/// What a connection has beside its directions and what is not needed of it: `id` where that is its
/// number, references, names of security, GRE's timeouts, time since it began.
constexpr std::string_view kPassedOver[] = {"use",     "id",    "secctx",         "secmark",
                                            "timeout", "label", "stream_timeout", "delta-time",
                                            "helper",  "labels"};

constexpr std::uint32_t kPorts = bit(kSourcePort) | bit(kDestinationPort);
constexpr std::uint32_t kQuery = bit(kType) | bit(kCode) | bit(kId);
constexpr std::uint32_t kKeys = bit(kSourceKey) | bit(kDestinationKey);

bool is_icmp(const Tuple& tuple) {
  return tuple.protocol == (tuple.family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp);
}

void set_number(Half& half, Field field, std::uint64_t number) {
  Tuple& tuple = half.tuple;
  switch (field) {
    case kSourcePort:
    case kSourceKey: tuple.source_port = static_cast<std::uint16_t>(number); break;
    case kDestinationPort:
    case kDestinationKey: tuple.destination_port = static_cast<std::uint16_t>(number); break;
    case kType: tuple.icmp_type = static_cast<std::uint8_t>(number); break;
    case kCode: tuple.icmp_code = static_cast<std::uint8_t>(number); break;
    case kId: tuple.icmp_id = static_cast<std::uint16_t>(number); break;
    case kPackets: half.count.packets = number; break;
    case kBytes: half.count.bytes = number; break;
    case kSource:
    case kDestination: break;
  }
}

template <typename State>
std::optional<State> state_named(std::string_view text, int states) {
  for (int i = 0; i < states; ++i) {
    if (name(static_cast<State>(i)) == text) return static_cast<State>(i);
  }
  return std::nullopt;
}

/// Reads one line.
class Reader {
 public:
  explicit Reader(std::string_view line)
      : words_(line), end_{line.substr(line.size()), line.size()} {}

  ConntrackLine read() {
    // What conntrack says of itself, on the terminal with its table.
    if (!words_.more() || words_.word().text == "conntrack") return std::move(line_);
    if (words_.word().text == "EXPECTING:") {
      leave_out(LeftOut::expectation);
    } else if (read_head() && read_rest() && complete()) {
      settle();
    }
    return std::move(line_);
  }

 private:
  // Each of these is false once the line is wrong.

  bool wrong(const Word& word, std::string message) {
    line_.outcome = Outcome::wrong;
    line_.message = std::move(message);
    line_.column = static_cast<std::uint32_t>(word.at + 1);
    line_.width = static_cast<std::uint32_t>(std::max<std::size_t>(word.text.size(), 1));
    return false;
  }

  void leave_out(LeftOut reason) {
    line_.outcome = Outcome::left_out;
    line_.reason = reason;
  }

  /// "ipv4     2 tcp      6 431999 ESTABLISHED"
  bool read_head() {
    if (words_.word().text == "ipv4" || words_.word().text == "ipv6") {
      family_ = words_.take().text == "ipv6" ? Family::ipv6 : Family::ipv4;
      const std::string_view number = family_ == Family::ipv6 ? "10" : "2";
      const Word word = words_.take();
      if (word.text != number) {
        return wrong(word, fmt::format("the number of the family is {}", number));
      }
    }
    const Word name = words_.take();
    if (name.is_flag()) return wrong(name, "this is an event, not a line of a table");
    if (name.is_field() || name.is_number() || name.text.empty()) {
      return wrong(name, "expected the name of a protocol, as in 'tcp 6'");
    }
    unnamed_ = name.text == "unknown";
    const Word number = words_.take();
    const auto protocol = rules::parse_decimal(number.text, 255);
    if (!protocol) return wrong(number, "expected the number of the protocol, 0 to 255");
    protocol_ = static_cast<std::uint8_t>(*protocol);
    after_protocol_ = words_.word();
    return read_seconds() && read_state();
  }

  bool read_seconds() {
    if (!words_.word().is_number()) return true;
    const Word word = words_.take();
    const auto seconds = rules::parse_decimal(word.text, kAnyNumber);
    if (!seconds) return wrong(word, "expected the seconds that the connection has left");
    seconds_ = std::min(*seconds, kMostSeconds);
    return true;
  }

  bool read_state() {
    const Word& word = words_.word();
    if (word.is_field() || word.is_flag() || !words_.more()) return true;
    state_ = words_.take();
    Connection& connection = line_.saved.connection;
    if (protocol_ == protocol::tcp) {
      const auto state = state_named<TcpState>(state_.text, kTcpStates);
      if (!state) return wrong(state_, "unknown state of TCP " + rules::in_quotes(state_.text));
      connection.tcp_state = *state;
    } else if (protocol_ == protocol::sctp) {
      const auto state = state_named<SctpState>(state_.text, kSctpStates);
      if (!state) return wrong(state_, "unknown state of SCTP " + rules::in_quotes(state_.text));
      connection.sctp_state = *state;
    } else if (protocol_ != kDccp) {
      return wrong(state_, "expected a field, as in 'src=192.0.2.1'");
    }
    return true;
  }

  bool read_rest() {
    while (words_.more()) {
      const Word word = words_.take();
      if (!(word.is_flag() ? read_flag(word) : read_field(word))) return false;
    }
    return true;
  }

  bool read_flag(const Word& word) {
    constexpr std::string_view kTimes[] = {"[start=", "[stop="};
    if (word.text == "[UNREPLIED]") {
      unreplied_ = true;
    } else if (word.text == "[ASSURED]") {
      assured_ = true;
    } else if (word.text == "[OFFLOAD]" || word.text == "[HW_OFFLOAD]") {
      offloaded_ = true;
    } else if (std::ranges::none_of(
                   kTimes, [&](std::string_view time) { return word.text.starts_with(time); })) {
      return wrong(word, "unknown flag " + rules::in_quotes(word.text));
    }
    return true;
  }

  bool read_field(const Word& word) {
    if (!word.is_field()) return wrong(word, "expected a field, as in 'src=192.0.2.1'");
    if (word.key() == "src" && halves_ < 2) begin_half(word);
    const auto known = std::ranges::find(kFields, word.key(), &FieldName::name);
    if (known != std::end(kFields) && !is_number_of_connection(*known)) {
      return read_half_field(word, *known);
    }
    if (word.key() == "mark") return read_mark(word);
    if (word.key() == "zone") return read_zone(word);
    if (word.key() == "zone-orig" || word.key() == "zone-reply") {
      zone_of_one_way_ = true;
      return true;
    }
    if (std::ranges::find(kPassedOver, word.key()) != std::end(kPassedOver)) return true;
    return wrong(word, "unknown field " + rules::in_quotes(word.key()));
  }

  void begin_half(const Word& word) { half_[halves_++].begin = word; }

  /// `id` is that of a query once, and then the connection's own.
  bool is_number_of_connection(const FieldName& known) const {
    if (known.field != kId) return false;
    if (protocol_ != protocol::icmp && protocol_ != protocol::icmpv6) return true;
    return halves_ == 2 && (half_[1].fields & bit(kId)) != 0;
  }

  bool read_half_field(const Word& word, const FieldName& known) {
    if (halves_ == 0) return wrong(word, "a direction begins with 'src='");
    Half& half = half_[halves_ - 1];
    if ((half.fields & bit(known.field)) != 0) {
      return wrong(word, fmt::format("'{}=' stands twice in one direction", known.name));
    }
    half.fields |= bit(known.field);
    if (known.field == kSource || known.field == kDestination)
      return read_address(word, half, known);
    const bool key = known.field == kSourceKey || known.field == kDestinationKey;
    const auto number = key ? rules::parse_number(word.value(), known.most)
                            : rules::parse_decimal(word.value(), known.most);
    if (!number) return wrong(word, "expected a number" + up_to(known.most));
    set_number(half, known.field, *number);
    return true;
  }

  static std::string up_to(std::uint64_t most) {
    return most == kAnyNumber ? "" : fmt::format(", 0 to {}", most);
  }

  /// The first address tells the family where nothing else does.
  bool read_address(const Word& word, Half& half, const FieldName& known) {
    if (family_ == Family::none) {
      family_ = word.value().find(':') != word.value().npos ? Family::ipv6 : Family::ipv4;
    }
    const auto address = rules::parse_address(word.value(), family_);
    if (!address) {
      return wrong(
          word, fmt::format("expected an {} address", family_ == Family::ipv6 ? "IPv6" : "IPv4"));
    }
    (known.field == kSource ? half.tuple.source : half.tuple.destination) = *address;
    return true;
  }

  bool read_mark(const Word& word) {
    const auto mark = rules::parse_decimal(word.value(), std::numeric_limits<std::uint32_t>::max());
    if (!mark) return wrong(word, "expected a mark, 0 to 4294967295");
    line_.saved.connection.mark = static_cast<std::uint32_t>(*mark);
    return true;
  }

  bool read_zone(const Word& word) {
    const auto zone = rules::parse_decimal(word.value(), 65535);
    if (!zone) return wrong(word, "expected a zone, 0 to 65535");
    line_.saved.connection.zone = static_cast<Zone>(*zone);
    return true;
  }

  /// Are both directions there, with what their protocol has?
  bool complete() {
    if (halves_ < 2) {
      return wrong(end_, halves_ == 0 ? "there is no 'src='" : "there is no reply direction");
    }
    if (!seconds_ && !offloaded_) {
      return wrong(after_protocol_, "expected the seconds that the connection has left");
    }
    for (Half& half : half_) {
      half.tuple.family = family_;
      half.tuple.protocol = protocol_;
      const std::uint32_t missing = needed(half.tuple) & ~half.fields;
      if (missing == 0) continue;
      const auto first = std::ranges::find_if(
          kFields, [&](const FieldName& field) { return (missing & bit(field.field)) != 0; });
      return wrong(half.begin, fmt::format("this direction has no '{}='", first->name));
    }
    if (protocol_ == protocol::tcp && state_.text.empty() && !offloaded_) {
      return wrong(after_protocol_, "expected the state of a TCP connection");
    }
    return true;
  }

  /// Kernels 2.4 track by addresses alone what they call "unknown".
  std::uint32_t needed(const Tuple& tuple) const {
    constexpr std::uint32_t kAlways = bit(kSource) | bit(kDestination);
    if (is_icmp(tuple)) return kAlways | kQuery;
    return protocol::has_ports(protocol_) && !unnamed_ ? kAlways | kPorts : kAlways;
  }

  /// Fields that this protocol may have: others would tell connections apart that are one to us.
  std::uint32_t usable(const Tuple& tuple) const {
    if (is_icmp(tuple)) return kQuery;
    if (protocol_ == protocol::gre) return kKeys;
    return protocol::has_ports(protocol_) ? kPorts : 0;
  }

  void settle() {
    const auto& [original, reply] = half_;
    Connection& connection = line_.saved.connection;
    constexpr std::uint32_t kAllKeys = kPorts | kQuery | kKeys;
    const std::uint32_t keys = (original.fields | reply.fields) & kAllKeys;
    if ((keys & ~usable(original.tuple)) != 0) return leave_out(LeftOut::other_keys);
    if (zone_of_one_way_) return leave_out(LeftOut::zone_of_one_way);
    if (is_icmp(original.tuple) &&
        icmp_meaning(family_, original.tuple.icmp_type).role != IcmpRole::query) {
      return leave_out(LeftOut::no_query);
    }
    if (reply.tuple != reply_of(original.tuple)) return leave_out(LeftOut::translated);
    if (offloaded_ && protocol_ == protocol::tcp && state_.text.empty()) {
      connection.tcp_state = TcpState::established;
    }
    if (protocol_ == protocol::tcp && connection.tcp_state == TcpState::none) {
      return leave_out(LeftOut::no_state);
    }
    fill(connection);
    line_.outcome = Outcome::connection;
  }

  void fill(Connection& connection) {
    connection.original = half_[0].tuple;
    connection.reply = half_[1].tuple;
    connection.original_count = half_[0].count;
    connection.reply_count = half_[1].count;
    connection.counted = (half_[0].fields & half_[1].fields & bit(kBytes)) != 0;
    connection.status = status::confirmed;
    if (!unreplied_) connection.status |= status::seen_reply;
    if (assured_ || offloaded_) connection.status |= status::assured;
    if (is_icmp(connection.original) && unreplied_) connection.open_queries = 1;
    line_.saved.time_left = static_cast<std::uint32_t>(seconds_.value_or(kOffloadedSeconds) * 1000);
  }

  Words words_;
  Word end_;  ///< behind the last word
  Word after_protocol_;
  Word state_;
  ConntrackLine line_;
  Family family_ = Family::none;
  std::uint8_t protocol_ = 0;
  bool unnamed_ = false;  ///< the protocol is "unknown"
  std::optional<std::uint64_t> seconds_;
  std::array<Half, 2> half_;
  std::size_t halves_ = 0;
  bool unreplied_ = false;
  bool assured_ = false;
  bool offloaded_ = false;
  bool zone_of_one_way_ = false;
};

}  // namespace

ConntrackLine read_conntrack_line(std::string_view line) {
  if (line.size() <= kLongestLine) return Reader(line).read();
  ConntrackLine wrong;
  wrong.outcome = Outcome::wrong;
  wrong.message = fmt::format("the line is longer than {} bytes", kLongestLine);
  return wrong;
}

}  // namespace statewall
