#include "tests/corpus.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "capture/testing.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "tests/world.h"

namespace statewall {
namespace {

using testing::corpus;
using testing::corpus_path;
using testing::CorpusFile;
using testing::read_all;
using testing::World;

constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::count);
constexpr State kStates[] = {State::new_,    State::established, State::related,
                             State::invalid, State::untracked,   State::none};

// Files that really are damaged, and how. tcpdump finds the same damage at the same frame in all of
// them. Wireshark differs in two, where it takes the file for a variant of the format that a
// vendor once wrote. (The index counts a damaged record that has a header as a packet.)
struct Damage {
  std::uint64_t frames;  // before it
  const char* text;      // of the error, behind the name of the file
};

const std::map<std::string, Damage> kDamaged = {
    {"malformed/badfile/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5204104585674752.pcap",
     {1,
      ": frame 2 at byte 84: claims 1862299503 captured bytes, more than the 262144 that a frame "
      "may have"}},
    {"malformed/badfile/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5631583764873216.pcap",
     {0, ": its link type 0x20202020 has reserved bits set"}},
    {"malformed/badfile/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5723611632762880.pcap",
     {1,
      ": frame 2 at byte 295: claims 538976288 captured bytes, more than the 262144 that a frame "
      "may have"}},
    {"malformed/badfile/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5752969003008000.pcap",
     {0, ": its link type 0x20202020 has reserved bits set"}},
    {"malformed/badfile/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5755755617189888.pcap",
     {2,
      ": frame 3 at byte 65631: claims 16844826 captured bytes, more than the 262144 that a frame "
      "may have"}},
    {"malformed/badfile/seladb__radiuslayer.pcap",
     {5,
      ": frame 6 at byte 440: claims 4261478435 captured bytes, more than the 262144 that a frame "
      "may have"}},
    {"malformed/badfile/the-tcpdump-group__pcap-invalid-version-1.pcap",
     {0, ": pcap version 1.4 is not known"}},
    {"malformed/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5165927376355328.pcap",
     {1, ": frame 2 at byte 295: cut in its record header: 5 of 16 bytes are there"}},
    {"malformed/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5643903448645632.pcap",
     {1, ": frame 2 at byte 361: cut in its data: 370 of 2722 bytes are there"}},
    {"malformed/seladb__crash-81dba690a3f67ee41a41390a625db732fa1413a1.pcap",
     {11, ": frame 12 at byte 1043: cut in its data: 8928 of 19200 bytes are there"}},
    {"malformed/seladb__crash-exception-cast-constructed-record.pcap",
     {2,
      ": frame 3 at byte 574: claims 167776960 captured bytes, more than the 262144 that a frame "
      "may have"}},
    {"malformed/seladb__igmplayer.pcap",
     {2,
      ": frame 3 at byte 185: claims 172716570 captured bytes, more than the 262144 that a frame "
      "may have"}},
};

// Whole, but the index has another number: Wireshark takes it for a vendor's variant of the format
// and finds no frame; tcpdump finds this one.
const std::map<std::string, std::uint64_t> kCountedOtherwise = {
    {"malformed/seladb__clusterfuzz-testcase-minimized-FuzzTarget-5766899836387328.pcap", 1},
};

TEST(Corpus, EveryFileIsReadToItsEnd) {
  const auto files = corpus();
  STATEWALL_SKIP_WITHOUT_CORPUS(files);
  std::size_t damaged = 0;
  for (const CorpusFile& file : files) {
    SCOPED_TRACE(file.path);
    const auto reading = read_all(CaptureReader::open(corpus_path(file.path)));
    if (const auto damage = kDamaged.find(file.path); damage != kDamaged.end()) {
      ++damaged;
      EXPECT_EQ(reading.frames.size(), damage->second.frames);
      EXPECT_EQ(reading.error_text(), corpus_path(file.path) + damage->second.text);
      continue;
    }
    const auto otherwise = kCountedOtherwise.find(file.path);
    EXPECT_EQ(reading.error_text(), "no error");
    EXPECT_EQ(reading.frames.size(),
              otherwise == kCountedOtherwise.end() ? file.packets : otherwise->second);
  }
  EXPECT_EQ(damaged, kDamaged.size());
}

struct Tally {
  std::array<std::size_t, kReasons> reasons{};

  std::size_t of(State state) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kReasons; ++i) {
      if (state_of(static_cast<Reason>(i)) == state) sum += reasons[i];
    }
    return sum;
  }
};

void print(const Profile& profile, const Tally& tally) {
  fmt::print("{}:\n", profile.name);
  for (const State state : kStates) {
    fmt::print("  {:12}{:8}\n", name(state), tally.of(state));
    for (std::size_t i = 0; i < kReasons; ++i) {
      const Reason reason = static_cast<Reason>(i);
      if (state_of(reason) != state || tally.reasons[i] == 0) continue;
      fmt::print("    {:22}{:8}\n", slug(reason), tally.reasons[i]);
    }
  }
}

// What every observation owes, whatever the packet is.
void expect_consistent(const Observation& o) {
  ASSERT_LT(static_cast<std::size_t>(o.reason), kReasons);
  ASSERT_EQ(o.state, state_of(o.reason));
  const bool belongs = o.state == State::new_ || o.state == State::established;
  ASSERT_TRUE(o.connection || !belongs);
  ASSERT_EQ(static_cast<bool>(o.related_to), o.state == State::related);
}

// Each file is a world of its own.
Tally judge(const Profile& profile, const std::vector<CorpusFile>& files) {
  Tally tally;
  World world(profile);
  for (const CorpusFile& file : files) {
    SCOPED_TRACE(file.path);
    world.reset();
    for (const auto& owned : read_all(CaptureReader::open(corpus_path(file.path))).frames) {
      Frame frame = owned.frame;
      frame.bytes = owned.bytes;
      const Observation observation = world.pass(frame);
      expect_consistent(observation);
      if (::testing::Test::HasFatalFailure()) return tally;
      ++tally.reasons[static_cast<std::size_t>(observation.reason)];
    }
  }
  return tally;
}

TEST(Corpus, EveryPacketHasAState) {
  const auto files = corpus();
  STATEWALL_SKIP_WITHOUT_CORPUS(files);
  for (const Profile& profile : {tutorial(), linux_2_4()}) {
    SCOPED_TRACE(profile.name);
    const Tally tally = judge(profile, files);
    if (HasFatalFailure()) return;
    print(profile, tally);
    // Real traffic: everything there is occurs in it, but for rules that exempt.
    for (const State state : kStates) {
      const bool expected = state != State::untracked || profile.track_ipv6 != 0;
      EXPECT_EQ(tally.of(state) > 0, expected) << name(state);
    }
    EXPECT_EQ(judge(profile, files).reasons, tally.reasons) << "the second time";
  }
}

}  // namespace
}  // namespace statewall
