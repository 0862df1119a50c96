#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "capture/testing.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "tests/corpus.h"
#include "tests/world.h"

namespace statewall {
namespace {

using testing::corpus;
using testing::corpus_path;
using testing::CorpusFile;
using testing::read_all;
using testing::read_bytes;
using testing::Reading;
using testing::World;

constexpr std::size_t kFiles = 20;
constexpr std::uint64_t kMostBytes = 4096;

bool is_pcapng(const CorpusFile& file) { return file.path.ends_with(".pcapng"); }

// The first small file of each folder and format, then the second, and so on.
std::vector<CorpusFile> choose(const std::vector<CorpusFile>& files) {
  std::map<std::pair<std::string, bool>, std::vector<CorpusFile>> groups;
  for (const CorpusFile& file : files) {
    if (file.bytes <= kMostBytes && file.packets > 0) {
      groups[{file.folder(), is_pcapng(file)}].push_back(file);
    }
  }
  std::vector<CorpusFile> chosen;
  for (std::size_t round = 0; chosen.size() < kFiles && round < files.size(); ++round) {
    for (const auto& [key, group] : groups) {
      if (round < group.size() && chosen.size() < kFiles) chosen.push_back(group[round]);
    }
  }
  return chosen;
}

// A cut capture gives what lies before the cut, and an error that is the file's.
void expect_beginning(const Reading& cut, const Reading& whole) {
  ASSERT_LE(cut.frames.size(), whole.frames.size());
  for (std::size_t i = 0; i < cut.frames.size(); ++i) {
    ASSERT_EQ(cut.frames[i].bytes, whole.frames[i].bytes);
    ASSERT_EQ(cut.frames[i].frame.time, whole.frames[i].frame.time);
  }
  if (cut.error) {
    ASSERT_EQ(cut.error->kind, ErrorKind::input);
  }
}

void expect_judged(World& world, const Reading& reading) {
  world.reset();
  for (const auto& owned : reading.frames) {
    Frame frame = owned.frame;
    frame.bytes = owned.bytes;
    const Observation observation = world.pass(frame);
    ASSERT_EQ(observation.state, state_of(observation.reason));
  }
}

Profile with_small_table(Profile profile) {
  profile.max = 64;
  profile.buckets = 64;
  return profile;
}

TEST(Truncation, ChoiceCoversFoldersAndFormats) {
  const auto files = corpus();
  STATEWALL_SKIP_WITHOUT_CORPUS(files);
  const auto chosen = choose(files);
  EXPECT_EQ(chosen.size(), kFiles);
  for (const CorpusFile& file : files) {
    if (file.bytes > kMostBytes || file.packets == 0) continue;
    const auto same_kind = [&](const CorpusFile& other) {
      return other.folder() == file.folder() && is_pcapng(other) == is_pcapng(file);
    };
    EXPECT_TRUE(std::any_of(chosen.begin(), chosen.end(), same_kind)) << file.path;
  }
}

TEST(Truncation, EveryBeginningOfTwentyCaptures) {
  const auto files = corpus();
  STATEWALL_SKIP_WITHOUT_CORPUS(files);
  World of_tutorial(with_small_table(tutorial()));
  World of_linux(with_small_table(linux_2_4()));
  for (const CorpusFile& file : choose(files)) {
    const auto bytes = read_bytes(corpus_path(file.path));
    ASSERT_EQ(bytes.size(), file.bytes) << file.path;
    const Reading whole = read_all(bytes);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      SCOPED_TRACE(file.path + " cut at " + std::to_string(size));
      const Reading cut = read_all(std::span(bytes).first(size));
      ASSERT_NO_FATAL_FAILURE(expect_beginning(cut, whole));
      ASSERT_NO_FATAL_FAILURE(expect_judged(of_tutorial, cut));
      ASSERT_NO_FATAL_FAILURE(expect_judged(of_linux, cut));
    }
  }
}

// A capture is cut between frames or in one; here each frame itself ends early, as a snap length
// makes it.
TEST(Truncation, EveryBeginningOfTheirFrames) {
  const auto files = corpus();
  STATEWALL_SKIP_WITHOUT_CORPUS(files);
  World world(with_small_table(linux_2_4()));
  for (const CorpusFile& file : choose(files)) {
    const Reading whole = read_all(CaptureReader::open(corpus_path(file.path)));
    for (const auto& owned : whole.frames) {
      Frame frame = owned.frame;
      for (std::size_t size = 0; size <= owned.bytes.size(); ++size) {
        frame.bytes = std::span(owned.bytes).first(size);
        const Observation observation = world.pass(frame);
        ASSERT_EQ(observation.state, state_of(observation.reason))
            << file.path << " frame " << frame.number << " cut at " << size;
      }
    }
  }
}

}  // namespace
}  // namespace statewall
