#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "track/protocol.h"
#include "track/tcp_window.h"

// The state machines of TCP and SCTP held against tables that were recorded from a kernel: an entry
// in each state, one packet, and what became of both (E.1, E27).

namespace statewall {
namespace {

using Cells = std::vector<std::string>;

/// The cells of a line; a cell in quotation marks may hold commas.
Cells cells_of(const std::string& line) {
  Cells cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

/// The lines of a table, the one that names the columns first; empty where there is no such file.
std::vector<Cells> read_table(const std::string& path) {
  std::ifstream file(path);
  std::vector<Cells> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') rows.push_back(cells_of(line));
  }
  return rows;
}

constexpr std::uint32_t kSecondsLeft = 1000;

void make_entry(Record& record, const std::string& status_text) {
  record.deadline.store(kSecondsLeft * 1000);
  if (status_text.find("SEEN_REPLY") != std::string::npos) record.set(status::seen_reply);
  if (status_text.find("ASSURED") != std::string::npos) record.set(status::assured);
}

/// "EST/O:FIN_WAIT:119:A", as the tables have it: the state of the packet, that of the entry, the
/// seconds it has left a moment later, and whether it is ASSURED.
std::string cell(const Record& record, const Judgement& judgement, Direction direction,
                 bool had_reply, std::string_view state) {
  const bool refreshed = judgement.timeout != Judgement::kUnchanged;
  const std::uint32_t left = (refreshed ? judgement.timeout : kSecondsLeft) - 1;
  const std::string assured = record.has(status::assured) ? ":A" : "";
  if (judgement.refused) return "INV:" + std::string(state) + ":" + std::to_string(left) + assured;
  std::string seen = direction == Direction::reply ? "EST/R" : had_reply ? "EST/O" : "NEW/O";
  if (judgement.effect.ends == DestroyCause::reset) return seen + ":(none):-";
  return seen + ":" + std::string(state) + ":" + std::to_string(left) + assured;
}

TEST(KernelTable, Tcp) {
  const auto rows =
      read_table(STATEWALL_SOURCE_DIR "/../shared/kernel-oracle/transcripts/tcp_table.csv");
  if (rows.empty()) GTEST_SKIP() << "../shared is not there";
  using namespace tcp_flag;
  const std::map<std::string, std::uint8_t> flags = {
      {"syn", syn}, {"synack", syn | ack}, {"fin", fin | ack}, {"ack", ack}, {"rst", rst | ack}};
  std::map<std::string, TcpState> states;
  for (int i = 0; i < kTcpStates; ++i) {
    states[std::string(name(static_cast<TcpState>(i)))] = static_cast<TcpState>(i);
  }
  int checked = 0;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const Direction direction = rows[r][1] == "orig" ? Direction::original : Direction::reply;
    for (std::size_t c = 3; c < rows[r].size(); ++c) {
      Record record{};
      make_entry(record, rows[r][0]);
      record.tcp = {};
      record.tcp.state = states.at(rows[0][c]);
      // What an operator's entry has: no window is known, and none is held against it.
      record.tcp.traits[0] = record.tcp.traits[1] =
          tcp_trait::liberal | tcp_trait::sack_permitted | tcp_trait::closing;
      Packet packet;
      packet.headers.protocol = protocol::tcp;
      packet.tcp.flags = flags.at(rows[r][2]);
      packet.tcp.sequence = 100;
      packet.tcp.acknowledgement = packet.tcp.sack_right = (packet.tcp.flags & ack) != 0 ? 1 : 0;
      packet.tcp.window = 8192;
      const bool had_reply = record.has(status::seen_reply);
      Judgement judgement = kTcpTracker.next(record, {packet, direction, linux_6(), 0});
      std::string got = cell(record, judgement, direction, had_reply, name(record.tcp.state));
      if (judgement.reopens) {
        Record opened{};
        judgement = kTcpTracker.first(opened, {packet, Direction::original, linux_6(), 0});
        got = cell(opened, judgement, Direction::original, false, name(opened.tcp.state));
      }
      EXPECT_EQ(got, rows[r][c]) << rows[r][0] << ' ' << rows[r][1] << ' ' << rows[r][2] << " in "
                                 << rows[0][c];
      ++checked;
    }
  }
  EXPECT_EQ(checked, 270);
}

TEST(KernelTable, Sctp) {
  const auto rows = read_table(STATEWALL_SOURCE_DIR "/tests/kernel/sctp_table.csv");
  using enum SctpHeader::Chunk;
  const std::map<std::string, SctpHeader::Chunk> chunks = {{"init", init},
                                                           {"init_ack", init_ack},
                                                           {"abort", SctpHeader::Chunk::abort},
                                                           {"shutdown", shutdown},
                                                           {"shutdown_ack", shutdown_ack},
                                                           {"error", error},
                                                           {"cookie_echo", cookie_echo},
                                                           {"cookie_ack", cookie_ack},
                                                           {"shutdown_complete", shutdown_complete},
                                                           {"heartbeat", heartbeat},
                                                           {"heartbeat_ack", heartbeat_ack},
                                                           {"data", other},
                                                           {"sack", other}};
  std::map<std::string, SctpState> states;
  for (int i = 0; i < kSctpStates; ++i) {
    states[std::string(name(static_cast<SctpState>(i)))] = static_cast<SctpState>(i);
  }
  constexpr std::uint32_t kTags[2] = {1000, 2000};
  int checked = 0;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const bool reply = rows[r][0] == "reply";
    for (std::size_t c = 2; c < rows[r].size(); ++c) {
      Record record{};
      make_entry(record, "SEEN_REPLY");
      record.sctp = {};
      record.sctp.state = states.at(rows[0][c]);
      record.sctp.tags[0] = kTags[0];
      record.sctp.tags[1] = kTags[1];
      // The entry of a heartbeat has the time of one.
      if (record.sctp.state == SctpState::heartbeat_sent) record.deadline.store(30 * 1000);
      Packet packet;
      packet.headers.protocol = protocol::sctp;
      packet.sctp.count = 1;
      packet.sctp.chunks[0] = chunks.at(rows[r][1]);
      packet.sctp.tag = packet.sctp.chunks[0] == init ? 0 : kTags[reply ? 1 : 0];
      packet.sctp.has_initiate_tag = true;
      packet.sctp.initiate_tag = kTags[reply ? 0 : 1];
      const Direction direction = reply ? Direction::reply : Direction::original;
      Judgement judgement = kSctpTracker.next(record, {packet, direction, linux_6(), 0});
      if (judgement.timeout == Judgement::kUnchanged &&
          record.sctp.state == SctpState::heartbeat_sent) {
        judgement.timeout = 30;
      }
      EXPECT_EQ(cell(record, judgement, direction, true, name(record.sctp.state)), rows[r][c])
          << rows[r][0] << ' ' << rows[r][1] << " in " << rows[0][c];
      ++checked;
    }
  }
  EXPECT_EQ(checked, 208);
}

}  // namespace
}  // namespace statewall
