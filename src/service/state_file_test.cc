#include "service/state_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "service/service_testing.h"

namespace statewall {
namespace {

using namespace testing;
namespace fs = std::filesystem;

constexpr Nanoseconds kSavedAt = 1'700'000'000 * kNanosecondsPerSecond;

class StateFile : public ::testing::Test {
 protected:
  StateFile() {
    std::string name = (fs::temp_directory_path() / "statewall-state.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = (folder_ / "table.state").string();
  }
  ~StateFile() override { fs::remove_all(folder_); }

  void write(std::span<const SavedConnection> connections, Nanoseconds saved_at = kSavedAt) {
    auto writer = StateWriter::create(path_, {"linux", saved_at});
    ASSERT_TRUE(writer) << writer.error().text();
    ASSERT_FALSE(writer->add(connections));
    ASSERT_FALSE(writer->commit());
  }

  std::vector<SavedConnection> read(Nanoseconds now = kSavedAt, std::size_t at_once = 64) {
    std::vector<SavedConnection> all;
    auto reader = StateReader::open(path_, now);
    EXPECT_TRUE(reader) << reader.error().text();
    if (!reader) return all;
    std::vector<SavedConnection> some(at_once);
    for (;;) {
      const auto count = reader->next(some);
      EXPECT_TRUE(count);
      if (!count || *count == 0) break;
      all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    EXPECT_EQ(all.size(), reader->connections());
    return all;
  }

  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void set_bytes(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }

  /// What is said of the file, without the folder.
  std::string complaint() const {
    const auto reader = StateReader::open(path_, kSavedAt);
    if (reader) return "none";
    std::string text = reader.error().text();
    const std::size_t at = text.find(path_);
    if (at != std::string::npos) text.replace(at, path_.size(), "FILE");
    return text;
  }

  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
  std::string path_;
};

SavedConnection one(std::uint32_t time_left = 30'000) {
  World world(linux_6());
  world.pass(udp(A, B, 1000, 53), 0);
  SavedConnection saved = save_all(world.tracker(), 0).at(0);
  saved.time_left = time_left;
  return saved;
}

TEST_F(StateFile, GivesBackWhatItTook) {
  for (const Profile& profile : profiles()) {
    World world(profile);
    const Nanoseconds now = play_traffic(world, 7, 3000);
    const auto saved = save_all(world.tracker(), now);
    ASSERT_GT(saved.size(), 50U);
    write(saved);
    for (const std::size_t at_once : {1, 7, 64, 1000}) {
      const auto loaded = read(kSavedAt, at_once);
      ASSERT_EQ(loaded.size(), saved.size());
      for (std::size_t i = 0; i < saved.size(); ++i) {
        ASSERT_EQ(record_of(loaded[i]), record_of(saved[i]));
        ASSERT_EQ(loaded[i].connection.reply, saved[i].connection.reply);
      }
    }
  }
}

TEST_F(StateFile, ATableGoesOnFromIt) {
  World world(linux_6());
  const Nanoseconds now = play_traffic(world, 3, 2000);
  const auto saved = save_all(world.tracker(), now);
  write(saved);
  World other(linux_6());
  for (const SavedConnection& connection : read(kSavedAt + seconds(1))) {
    const Restored outcome = other.tracker().restore(connection, seconds(5));
    EXPECT_EQ(outcome, connection.time_left == 0 ? Restored::expired : Restored::restored);
  }
  const auto alive = std::ranges::count_if(
      saved, [](const SavedConnection& each) { return each.time_left > 1000; });
  EXPECT_EQ(other.table().size(), static_cast<std::size_t>(alive));
}

TEST_F(StateFile, TellsWhatItIsOf) {
  write({});
  const auto reader = StateReader::open(path_, kSavedAt + seconds(60.5));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->head().profile, "linux");
  EXPECT_EQ(reader->head().saved_at, kSavedAt);
  EXPECT_EQ(reader->connections(), 0U);
  EXPECT_EQ(reader->passed(), 60'500U);
}

// docs/state-file.md, byte by byte.
TEST_F(StateFile, HasTheBytesThatItsDescriptionSays) {
  SavedConnection saved = one();
  Connection& connection = saved.connection;
  connection.zone = 0x0102;
  connection.mark = 0x03040506;
  connection.counted = true;
  connection.original_count = {1, 60};
  connection.reply_count = {2, 0x0708};
  saved.udp_stream_in = -2;
  write({&saved, 1}, 0x1122334455667788);
  const std::string all = bytes();
  ASSERT_EQ(all.size(), 64U + 160 + 16);
  const auto at = [&](std::size_t from, std::size_t count) { return all.substr(from, count); };
  using namespace std::string_literals;
  EXPECT_EQ(at(0, 8), "sw-state");
  EXPECT_EQ(at(8, 8), "\1\0\0\0\0\0\0\0"s);
  EXPECT_EQ(at(16, 8), "\x88\x77\x66\x55\x44\x33\x22\x11");
  EXPECT_EQ(at(24, 40), "linux"s + std::string(35, '\0'));
  EXPECT_EQ(at(64, 8), "\4\x11\4\2\0\0\1\0"s);
  EXPECT_EQ(at(72, 12), "\2\1\xe8\x03\x35\0\0\0\0\0\0\0"s);
  EXPECT_EQ(at(84, 12), "\6\5\4\3\x30\x75\0\0\0\0\0\0"s);
  EXPECT_EQ(at(96, 32),
            "\xc0\xa8\1\6"s + std::string(12, '\0') + "\xc0\xa8\1\x0a"s + std::string(12, '\0'));
  EXPECT_EQ(at(128, 32), "\1\0\0\0\0\0\0\0\x3c\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0"s);
  EXPECT_EQ(at(160, 64), "\xfe\xff\xff\xff"s + std::string(60, '\0'));
  EXPECT_EQ(at(224, 8), "\1\0\0\0\0\0\0\0"s);
}

TEST_F(StateFile, KeepsOnlyWhatItSays) {
  SavedConnection saved = one();
  saved.kept = KeptPart::tcp_windows;
  auto& tcp = saved.tcp;
  tcp.sides[0] = {1, 2, 3, 4, 5, 6};
  tcp.sides[1] = {7, 8, 9, 10, 11, 12};
  tcp.last_sequence = 13;
  tcp.last_ack = 14;
  tcp.last_end = 15;
  tcp.last_window = 16;
  tcp.last_event = 17;
  tcp.last_direction = 18;
  tcp.last_scale = 19;
  tcp.last_traits = 20;
  tcp.repetitions = 21;
  const auto record = record_of(saved);
  const auto number = [&](std::size_t at) { return record[96 + at]; };
  const std::size_t kPlaces[] = {0,  4,  8,  12, 16, 17, 20, 24, 28, 32, 36,
                                 37, 40, 44, 48, 52, 54, 55, 56, 57, 58};
  for (std::size_t i = 0; i < std::size(kPlaces); ++i) EXPECT_EQ(number(kPlaces[i]), i + 1);
  EXPECT_EQ(read_state_record(record).tcp, tcp);

  saved.kept = KeptPart::sctp;
  saved.sctp = {{0x01020304, 5}, {true, false}, true, 1};
  const auto sctp = record_of(saved);
  const std::uint8_t expected[] = {4, 3, 2, 1, 5, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0};
  EXPECT_TRUE(std::ranges::equal(std::span(sctp).subspan(96, 16), expected));
  EXPECT_EQ(read_state_record(sctp).sctp, saved.sctp);
  EXPECT_EQ(read_state_record(sctp).tcp, SavedConnection::Tcp{});
}

TEST_F(StateFile, TimePassesWhileItLies) {
  write(std::vector{one(30'000), one(90'000)});
  const auto loaded = read(kSavedAt + seconds(40));
  EXPECT_EQ(loaded[0].time_left, 0U);
  EXPECT_EQ(loaded[1].time_left, 50'000U);
  EXPECT_EQ(loaded[1].udp_stream_in, 2000 - 40'000);
}

TEST_F(StateFile, AClockThatWentBackTakesNoTime) {
  write(std::vector{one(30'000)});
  EXPECT_EQ(read(kSavedAt - seconds(1000))[0].time_left, 30'000U);
  EXPECT_EQ(read(std::numeric_limits<Nanoseconds>::min())[0].time_left, 30'000U);
  EXPECT_EQ(read(std::numeric_limits<Nanoseconds>::max())[0].time_left, 0U);
}

TEST_F(StateFile, OnlyItsOwnerReadsIt) {
  write({});
  struct stat about {};
  ASSERT_EQ(::stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(StateFile, IsNotThereBeforeItIsWhole) {
  {
    auto writer = StateWriter::create(path_, {"linux", kSavedAt});
    ASSERT_TRUE(writer);
    ASSERT_FALSE(writer->add(std::vector(5000, one())));
    EXPECT_FALSE(fs::exists(path_));
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_EQ(files(), 0U) << "what was not committed goes";
  write({});
  EXPECT_EQ(files(), 1U);
}

// What the disk has no room for is an error, and the table of before stays.
TEST_F(StateFile, AFullDiskLeavesTheOldOne) {
  write(std::vector{one()});
  const std::string before = bytes();
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{100'000, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
  {
    auto writer = StateWriter::create(path_, {"linux", kSavedAt});
    ASSERT_TRUE(writer);
    const auto error = writer->add(std::vector(5000, one()));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->text(), path_ + ": cannot be written: File too large");
  }
  {
    auto writer = StateWriter::create(path_, {"linux", kSavedAt});
    ASSERT_FALSE(writer->add(std::vector(700, one()))) << "it waits in memory";
    EXPECT_TRUE(writer->commit());
  }
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(bytes(), before);
  EXPECT_EQ(files(), 1U);
}

TEST_F(StateFile, WhereItCannotBeWritten) {
  const std::string nowhere = (folder_ / "none" / "x").string();
  const auto writer = StateWriter::create(nowhere, {"linux", 0});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().text(),
            nowhere + ": cannot write a file beside it: No such file or directory");
  const auto named = StateWriter::create(path_, {std::string(32, 'x'), 0});
  ASSERT_FALSE(named);
  EXPECT_EQ(files(), 0U);
  fs::create_directory(path_);
  auto folder = StateWriter::create(path_, {"linux", 0});
  ASSERT_TRUE(folder);
  EXPECT_TRUE(folder->commit());
}

TEST_F(StateFile, WhatIsNoneIsSaid) {
  EXPECT_EQ(complaint(), "FILE: cannot be opened: No such file or directory");
  set_bytes("");
  EXPECT_EQ(complaint(), "FILE: byte 0: the file ends here");
  set_bytes(std::string(300, 'x'));
  EXPECT_EQ(complaint(),
            "FILE: byte 0: is no state file of Statewall: it does not begin with 'sw-state'");
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_EQ(complaint(), "FILE: is no file");
}

TEST_F(StateFile, OtherVersionsAreRefused) {
  write({});
  std::string changed = bytes();
  changed[8] = 2;
  set_bytes(changed);
  EXPECT_EQ(complaint(), "FILE: byte 8: has version 2 of the format, not 1");
}

TEST_F(StateFile, EveryCutIsFound) {
  write(std::vector{one(), one(), one()});
  const std::string whole = bytes();
  ASSERT_EQ(complaint(), "none");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    set_bytes(whole.substr(0, size));
    ASSERT_NE(complaint(), "none") << size;
  }
  set_bytes(whole.substr(0, 100));
  EXPECT_EQ(complaint(), "FILE: byte 100: the file ends in the midst of a record: it was cut");
  set_bytes(whole.substr(0, whole.size() - 160));
  EXPECT_EQ(complaint().substr(0, 48), "FILE: byte 384: there are 2 connections, but the");
  set_bytes(whole + whole.substr(64, 160));
  EXPECT_NE(complaint(), "none") << "more than the whole";
}

TEST_F(StateFile, EveryChangedBitIsFound) {
  write(std::vector{one()});
  std::string all = bytes();
  for (std::size_t i = 0; i < all.size() * 8; ++i) {
    const char before = all[i / 8];
    all[i / 8] = static_cast<char>(before ^ 1 << i % 8);
    set_bytes(all);
    ASSERT_NE(complaint(), "none") << i;
    all[i / 8] = before;
  }
  all[100] ^= 1;
  set_bytes(all);
  EXPECT_EQ(complaint(), "FILE: byte 232: the checksum is wrong: the file is damaged");
}

}  // namespace
}  // namespace statewall
