#include "service/connection_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/icmp_annex.h"
#include "rules/address_parser.h"
#include "rules/protocol_names.h"
#include "rules/suggest.h"
#include "rules/text.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

using Filter = ConnectionFilter;
using Failed = std::optional<Error>;

Error bad(std::string message) { return {ErrorKind::usage, "", std::move(message)}; }

template <typename T>
Failed take_number(std::optional<T>& into, std::string_view text, std::uint64_t most) {
  const auto number = rules::parse_number(text, most);
  if (!number) return bad(fmt::format("'{}' is not 0 to {}", text, most));
  into = static_cast<T>(*number);
  return std::nullopt;
}

Failed take_family(Filter& filter, std::string_view text) {
  constexpr std::pair<std::string_view, Family> kFamilies[] = {{"ipv4", Family::ipv4},
                                                               {"ipv6", Family::ipv6}};
  for (const auto& [name, family] : kFamilies) {
    if (text == name) filter.family = family;
  }
  if (!filter.family) return bad(fmt::format("'{}' is neither ipv4 nor ipv6", text));
  return std::nullopt;
}

Failed take_protocol(Filter& filter, std::string_view text) {
  filter.protocol = rules::parse_protocol(text);
  if (!filter.protocol) return bad(unknown_name("protocol", text, rules::known_protocols()));
  return std::nullopt;
}

std::optional<Filter::Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  Filter::Network network;
  network.family = host.find(':') == host.npos ? Family::ipv4 : Family::ipv6;
  const auto address = rules::parse_address(host, network.family);
  const unsigned most = rules::address_bits(network.family);
  const auto bits = slash == text.npos ? most : rules::parse_decimal(text.substr(slash + 1), most);
  if (!address || !bits) return std::nullopt;
  network.mask = rules::mask_of_prefix(static_cast<unsigned>(*bits));
  network.address = rules::masked(*address, network.mask);
  return network;
}

template <Filter::Ends Filter::*Side, std::optional<Filter::Network> Filter::Ends::*End>
Failed take_network(Filter& filter, std::string_view text) {
  const auto network = parse_network(text);
  if (!network) return bad(fmt::format("'{}' is not an address, or ADDRESS/LENGTH", text));
  filter.*Side.*End = network;
  return std::nullopt;
}

template <Filter::Ends Filter::*Side, std::optional<std::uint16_t> Filter::Ends::*End>
Failed take_port(Filter& filter, std::string_view text) {
  return take_number(filter.*Side.*End, text, 0xffff);
}

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  std::ranges::transform(capitals, capitals.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return capitals;
}

/// A word of a connection's status, and the bit that must be set, or not.
struct StatusWord {
  std::string_view name;
  std::uint8_t set;
  std::uint8_t clear;
};
constexpr StatusWord kStatusWords[] = {{"ASSURED", status::assured, 0},
                                       {"SEEN_REPLY", status::seen_reply, 0},
                                       {"UNREPLIED", 0, status::seen_reply}};

/// All words that a state can be.
std::vector<std::string_view> state_words() {
  std::vector<std::string_view> words;
  for (int i = 0; i < kTcpStates; ++i) words.push_back(name(static_cast<TcpState>(i)));
  for (int i = 1; i < kSctpStates; ++i) words.push_back(name(static_cast<SctpState>(i)));
  for (const StatusWord& word : kStatusWords) words.push_back(word.name);
  return words;
}

Failed take_state_word(Filter& filter, std::string_view text) {
  const std::string word = in_capitals(text);
  const auto status = std::ranges::find(kStatusWords, word, &StatusWord::name);
  if (status != std::end(kStatusWords)) {
    filter.status_set |= status->set;
    filter.status_clear |= status->clear;
    return std::nullopt;
  }
  const std::vector<std::string_view> known = state_words();
  if (std::ranges::find(known, word) == known.end()) {
    return bad(unknown_name("state", text, known));
  }
  filter.states.push_back(word);
  return std::nullopt;
}

Failed take_state(Filter& filter, std::string_view words) {
  for (;;) {
    const std::size_t comma = words.find(',');
    if (auto error = take_state_word(filter, words.substr(0, comma))) return error;
    if (comma == words.npos) return std::nullopt;
    words.remove_prefix(comma + 1);
  }
}

Failed take_icmp_type(Filter& filter, std::string_view text) {
  const Result<std::uint8_t> type = parse_icmp_type(std::string(text));
  if (!type) return bad(type.error().message);
  filter.icmp_type = *type;
  return std::nullopt;
}

Failed take_icmp_code(Filter& filter, std::string_view text) {
  return take_number(filter.icmp_code, text, 0xff);
}

Failed take_icmp_id(Filter& filter, std::string_view text) {
  return take_number(filter.icmp_id, text, 0xffff);
}

Failed take_mark(Filter& filter, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    std::optional<std::uint32_t> mask;
    if (auto error = take_number(mask, text.substr(slash + 1), 0xffffffff)) return error;
    filter.mark_mask = *mask;
  }
  return take_number(filter.mark, text.substr(0, slash), 0xffffffff);
}

Failed take_zone(Filter& filter, std::string_view text) {
  return take_number(filter.zone, text, 0xffff);
}

Failed take_connection(Filter& filter, std::string_view text) {
  return take_number(filter.number, text, ~std::uint64_t{0});
}

using Ends = Filter::Ends;
constexpr auto kOrigSrc = take_network<&Filter::original, &Ends::source>;
constexpr auto kOrigDst = take_network<&Filter::original, &Ends::destination>;
constexpr auto kReplySrc = take_network<&Filter::reply, &Ends::source>;
constexpr auto kReplyDst = take_network<&Filter::reply, &Ends::destination>;
constexpr auto kOrigSport = take_port<&Filter::original, &Ends::source_port>;
constexpr auto kOrigDport = take_port<&Filter::original, &Ends::destination_port>;
constexpr auto kReplySport = take_port<&Filter::reply, &Ends::source_port>;
constexpr auto kReplyDport = take_port<&Filter::reply, &Ends::destination_port>;

constexpr FilterKey kKeys[] = {
    {"family", 'f', "FAMILY", "ipv4 or ipv6", take_family},
    {"proto", 'p', "PROTOCOL", "icmp, tcp, udp, ... or a number", take_protocol},
    {"src", 's', "ADDRESS", "Whence its first packet came: an address, or ADDRESS/LENGTH",
     kOrigSrc},
    {"orig-src", 0, "ADDRESS", "", kOrigSrc},
    {"dst", 'd', "ADDRESS", "... and where it went", kOrigDst},
    {"orig-dst", 0, "ADDRESS", "", kOrigDst},
    {"reply-src", 'r', "ADDRESS", "", kReplySrc},
    {"reply-dst", 'q', "ADDRESS", "", kReplyDst},
    {"sport", 0, "PORT", "Source port of that packet", kOrigSport},
    {"orig-port-src", 0, "PORT", "", kOrigSport},
    {"dport", 0, "PORT", "... and destination port", kOrigDport},
    {"orig-port-dst", 0, "PORT", "", kOrigDport},
    {"reply-port-src", 0, "PORT", "", kReplySport},
    {"reply-port-dst", 0, "PORT", "", kReplyDport},
    {"state", 0, "WORDS", "ESTABLISHED, SYN_SENT, ...; ASSURED, SEEN_REPLY, UNREPLIED", take_state},
    {"status", 'u', "WORDS", "", take_state},
    {"icmp-type", 0, "TYPE", "Of a query: a number, or the name that iptables has for it",
     take_icmp_type},
    {"icmp-code", 0, "CODE", "", take_icmp_code},
    {"icmp-id", 0, "ID", "Of a query: 0 to 65535", take_icmp_id},
    {"mark", 'm', "MARK", "A number, or NUMBER/MASK", take_mark},
    {"zone", 'w', "ZONE", "", take_zone},
    {"conn", 0, "N", "The connection of this number", take_connection},
};

bool is_icmp(const Tuple& tuple) {
  return tuple.protocol == protocol::icmp || tuple.protocol == protocol::icmpv6;
}

/// Is there no condition, or does it hold?
template <typename T>
bool holds(const std::optional<T>& wanted, const T& is) {
  return !wanted || *wanted == is;
}

bool holds(const std::optional<Filter::Network>& wanted, const Address& is, Family family) {
  return !wanted ||
         (wanted->family == family && rules::masked(is, wanted->mask) == wanted->address);
}

bool holds(const std::optional<std::uint16_t>& wanted, std::uint16_t is, const Tuple& tuple) {
  return !wanted || (protocol::has_ports(tuple.protocol) && *wanted == is);
}

bool holds(const Ends& wanted, const Tuple& tuple) {
  return holds(wanted.source, tuple.source, tuple.family) &&
         holds(wanted.destination, tuple.destination, tuple.family) &&
         holds(wanted.source_port, tuple.source_port, tuple) &&
         holds(wanted.destination_port, tuple.destination_port, tuple);
}

bool holds_icmp(const Filter& filter, const Tuple& tuple) {
  if (!filter.icmp_type && !filter.icmp_code && !filter.icmp_id) return true;
  return is_icmp(tuple) && holds(filter.icmp_type, tuple.icmp_type) &&
         holds(filter.icmp_code, tuple.icmp_code) && holds(filter.icmp_id, tuple.icmp_id);
}

bool holds_state(const std::vector<std::string>& wanted, const Connection& connection) {
  if (wanted.empty()) return true;
  const std::uint8_t number = connection.original.protocol;
  if (number != protocol::tcp && number != protocol::sctp) return false;
  const std::string_view is =
      number == protocol::tcp ? name(connection.tcp_state) : name(connection.sctp_state);
  return std::ranges::find(wanted, is) != wanted.end();
}

}  // namespace

bool ConnectionFilter::matches(const Connection& connection) const {
  const Tuple& tuple = connection.original;
  return holds(number, connection.id.number) && holds(family, tuple.family) &&
         holds(protocol, tuple.protocol) && holds(original, tuple) &&
         holds(reply, connection.reply) && holds_icmp(*this, tuple) &&
         (connection.status & status_set) == status_set &&
         (connection.status & status_clear) == 0 && holds_state(states, connection) &&
         (!mark || (connection.mark & mark_mask) == *mark) && holds(zone, connection.zone);
}

std::span<const FilterKey> filter_keys() { return kKeys; }

const FilterKey* filter_key(std::string_view name) {
  const auto row = std::ranges::find(kKeys, name, &FilterKey::name);
  return row == std::end(kKeys) ? nullptr : row;
}

}  // namespace statewall
