#include <algorithm>
#include <vector>

#include "rules/syntax_groups.h"

// sctp: ports and the chunks of a packet.

namespace statewall::rules {
namespace {

using S = SctpMatch;

struct ChunkName {
  std::string_view name;
  std::uint8_t type;
  /// A letter for each flag that may be asked for, the highest bit first; '-' for none.
  std::string_view flags = "--------";
};

// RFC 9260 and those that add to it; by number.
constexpr std::string_view kDataFlags = "----IUBE", kTFlag = "-------T";
constexpr ChunkName kChunks[] = {
    {"DATA", 0, kDataFlags},
    {"INIT", 1},
    {"INIT_ACK", 2},
    {"SACK", 3},
    {"HEARTBEAT", 4},
    {"HEARTBEAT_ACK", 5},
    {"ABORT", 6, kTFlag},
    {"SHUTDOWN", 7},
    {"SHUTDOWN_ACK", 8},
    {"ERROR", 9},
    {"COOKIE_ECHO", 10},
    {"COOKIE_ACK", 11},
    {"ECN_ECNE", 12},
    {"ECN_CWR", 13},
    {"SHUTDOWN_COMPLETE", 14, kTFlag},
    {"I_DATA", 64, kDataFlags},
    {"ASCONF_ACK", 128},
    {"RE_CONFIG", 130},
    {"PAD", 132},
    {"FORWARD_TSN", 192},
    {"ASCONF", 193},
    {"I_FORWARD_TSN", 194},
};
constexpr std::size_t kMostFlags = 20;  // conditions on flags that the kernel keeps

const ChunkName* find_chunk(std::string_view name) {
  const auto found = std::ranges::find_if(
      kChunks, [&](const ChunkName& row) { return same_word(row.name, name); });
  return found != std::end(kChunks) ? &*found : nullptr;
}

S::Flags& flags_of(S& match, std::uint8_t type) {
  const auto found = std::ranges::find(match.flags, type, &S::Flags::type);
  if (found != match.flags.end()) return *found;
  match.flags.push_back({type, 0, 0});
  return match.flags.back();
}

/// `UBe`: a capital letter for a flag that must be set, a small one for one that must not.
bool read_flags(const Argument& argument, std::string_view text, const ChunkName& chunk, S& match) {
  for (const char& c : text) {
    const char capital = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const std::size_t at = c == '-' ? chunk.flags.npos : chunk.flags.find(capital);
    if (at == chunk.flags.npos) {
      return argument.fail_at(std::string_view(&c, 1), "this chunk has no such flag");
    }
    S::Flags& flags = flags_of(match, chunk.type);
    const auto mask = static_cast<std::uint8_t>(0x80 >> at);
    flags.mask |= mask;
    flags.flags = static_cast<std::uint8_t>((flags.flags & ~mask) | (c == capital ? mask : 0));
  }
  return match.flags.size() <= kMostFlags || argument.fail("flags of more than 20 chunks");
}

/// `DATA:UBe,INIT`, or ALL, or NONE.
bool read_chunks(const Argument& argument, std::string_view rest, S& match) {
  if (same_word(rest, "ALL")) {
    match.types.set();
    return true;
  }
  if (same_word(rest, "NONE")) return true;
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    std::string_view part = split_off(rest, ',');
    const std::string_view name = split_off(part, ':');
    const ChunkName* chunk = find_chunk(name);
    if (!chunk) {
      std::vector<std::string_view> known;
      for (const ChunkName& row : kChunks) known.push_back(row.name);
      return argument.fail_unknown("chunk", name, known);
    }
    match.types.set(chunk->type);
    if (!read_flags(argument, part, *chunk, match)) return false;
  }
  return true;
}

constexpr NamedNumber kWays[] = {
    {"all", int(S::Chunks::all)}, {"any", int(S::Chunks::any)}, {"only", int(S::Chunks::only)}};

bool read_chunk_types(Argument& argument, S& match) {
  const NamedNumber* way = find_named(kWays, argument.text());
  if (!way) return argument.fail_unknown("way", argument.text(), names_of(kWays));
  const Word chunks = argument.another();
  if (chunks.text.empty()) return argument.fail("a list of chunks must follow");
  match.chunks_given = true;
  match.chunks = static_cast<S::Chunks>(way->number);
  match.chunks_inverted = argument.inverted();
  return read_chunks(argument.at(chunks), chunks.text, match);
}

bool read_source(Argument& argument, S& match) {
  match.source_given = true;
  return read_ports(argument, match.source_port);
}

bool read_destination(Argument& argument, S& match) {
  match.destination_given = true;
  return read_ports(argument, match.destination_port);
}

void print_flags(RuleWriter& out, const ChunkName& chunk, const S& match) {
  const auto found = std::ranges::find(match.flags, chunk.type, &S::Flags::type);
  if (found == match.flags.end()) return;
  out.text() += ':';
  for (unsigned i = 0; i < 8; ++i) {
    const unsigned mask = 0x80u >> i;
    if ((found->mask & mask) == 0) continue;
    const char letter = chunk.flags[i];
    out.text() += found->flags & mask ? letter : static_cast<char>(letter - 'A' + 'a');
  }
}

void print_chunks(RuleWriter& out, const S& match) {
  if (match.types.none() || match.types.all()) {
    out.word(match.types.none() ? "NONE" : "ALL");
    return;
  }
  const char* separator = " ";
  for (const ChunkName& chunk : kChunks) {
    if (!match.types[chunk.type]) continue;
    out.text().append(separator).append(chunk.name);
    print_flags(out, chunk, match);
    separator = ",";
  }
}

void print(RuleWriter& out, const S& match) {
  if (match.source_given) out.option("sport", match.source_port.inverted).range(match.source_port);
  if (match.destination_given) {
    out.option("dport", match.destination_port.inverted).range(match.destination_port);
  }
  if (!match.chunks_given) return;
  out.option("chunk-types", match.chunks_inverted);
  const auto way =
      std::ranges::find(kWays, static_cast<std::uint32_t>(match.chunks), &NamedNumber::number);
  if (way != std::end(kWays)) out.word(way->name);
  print_chunks(out, match);
}

constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr auto kSource = of_match<S, read_source>;
constexpr auto kDestination = of_match<S, read_destination>;
constexpr MatchOption kOptions[] = {
    {"source-port", 1, kNot, kSource},
    {"sport", 1, kNot, kSource},
    {"destination-port", 2, kNot, kDestination},
    {"dport", 2, kNot, kDestination},
    {"chunk-types", 4, kNot, of_match<S, read_chunk_types>},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "sctp",
     .kind = kIndexIn<S, Match>,
     .make = make<S, Match>,
     .options = kOptions,
     .print = prints_match<S, print>,
     .protocol = 132},
};

}  // namespace

std::span<const MatchSyntax> sctp_matches() { return kMatches; }

}  // namespace statewall::rules
