#include "track/hash_index.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace statewall {
namespace {

struct Index {
  explicit Index(std::uint32_t connections)
      : size(HashIndex::size_for(connections)), lines(new Bucket[size.homes + size.overflow]) {
    index.lay_out({lines.get(), size.homes}, {lines.get() + size.homes, size.overflow});
  }
  Bucket& home(std::uint64_t hash) const { return index.home(index.spot_of(hash)); }
  std::uint16_t tag(std::uint64_t hash) const { return index.spot_of(hash).tag; }
  bool lacks(std::uint64_t hash, std::uint32_t& arrivals) const {
    return index.lacks(home(hash), tag(hash), arrivals);
  }
  std::uint8_t peek(std::uint64_t hash) const { return index.peek(home(hash), tag(hash)); }
  bool insert(std::uint64_t hash, std::uint32_t slot) {
    return index.insert(home(hash), tag(hash), slot, false);
  }
  void remove(std::uint64_t hash, std::uint32_t slot) {
    index.remove(home(hash), tag(hash), slot, false);
  }
  bool holds(std::uint64_t hash, std::uint32_t slot) const {
    return index.find(home(hash), tag(hash), [&](std::uint32_t s) { return s == slot; }) == slot;
  }
  std::size_t lines_of(std::uint64_t hash) const {
    std::size_t count = 1;
    const Bucket* line = &home(hash);
    for (; !line->ends(); line = &lines[size.homes + line->next - 1]) ++count;
    return count;
  }

  HashIndex::Size size;
  std::unique_ptr<Bucket[]> lines;
  HashIndex index;
};

TEST(HashIndex, TakesTwelveBytesAConnection) {
  const HashIndex::Size size = HashIndex::size_for(1'000'000);
  EXPECT_LE(static_cast<double>((size.homes + size.overflow) * sizeof(Bucket)) / 1e6, 12.0);
}

// More than fit a line, all of one hash: they go to overflow lines and are found there.
TEST(HashIndex, OverflowsAndGivesLinesBack) {
  Index index(10);
  const std::uint64_t hash = 0x1234567812345678;
  for (int round = 0; round < 100; ++round) {
    for (std::uint32_t slot = 0; slot < 40; ++slot) ASSERT_TRUE(index.insert(hash, slot));
    for (std::uint32_t slot = 0; slot < 40; ++slot) ASSERT_TRUE(index.holds(hash, slot));
    EXPECT_EQ(index.lines_of(hash), 5U);
    for (std::uint32_t slot = 0; slot < 40; ++slot) index.remove(hash, slot);
    EXPECT_EQ(index.lines_of(hash), 1U);
    for (std::uint32_t slot = 0; slot < 40; ++slot) ASSERT_FALSE(index.holds(hash, slot));
  }
}

TEST(HashIndex, RefusesWhenNoLineIsLeft) {
  Index index(10);
  const std::size_t places = (1 + index.size.overflow) * Bucket::kPlaces;
  std::uint32_t slot = 0;
  for (; slot < places; ++slot) ASSERT_TRUE(index.insert(7, slot));
  EXPECT_FALSE(index.insert(7, slot));
  index.remove(7, 3);
  EXPECT_TRUE(index.insert(7, slot));
}

TEST(HashIndex, ATagOfZeroIsFound) {
  Index index(10);
  ASSERT_TRUE(index.insert(0x500000000, 9));
  EXPECT_TRUE(index.holds(0x500000000, 9));
  const Bucket& home = index.home(0x500000000);
  EXPECT_EQ(HashIndex::at(home, index.peek(0x500000000)), 9U);
}

TEST(HashIndex, AHintLeadsToWhatStandsThereNow) {
  Index index(10);
  constexpr std::uint64_t kHash = 0x500000007, kOther = 0x500000008;
  ASSERT_TRUE(index.insert(kOther, 3));
  ASSERT_TRUE(index.insert(kHash, 9));
  const Bucket& home = index.home(kHash);
  const std::uint8_t place = index.peek(kHash);
  EXPECT_EQ(HashIndex::at(home, place), 9U);
  index.remove(kHash, 9);
  EXPECT_EQ(HashIndex::at(home, place), kNoSlot) << "it is gone";
  EXPECT_EQ(HashIndex::some_slot(home, place), 0U) << "never beyond the records";
  ASSERT_TRUE(index.insert(kHash, 5));
  EXPECT_EQ(HashIndex::at(home, place), 5U) << "another one came in its place";
  EXPECT_EQ(index.peek(kHash + 5), Bucket::kPlaces) << "no hint";
  EXPECT_EQ(HashIndex::at(home, Bucket::kPlaces), kNoSlot);
  EXPECT_EQ(HashIndex::some_slot(home, place), 5U);
  EXPECT_EQ(HashIndex::some_slot(home, Bucket::kPlaces), 0U);
}

TEST(HashIndex, WhatLacksSaysIsCertain) {
  Index index(10);
  constexpr std::uint64_t kHash = 0x500000007, kOther = 0x500000008;
  std::uint32_t before, now;
  EXPECT_TRUE(index.lacks(kHash, before));
  ASSERT_TRUE(index.insert(kOther, 3));
  EXPECT_TRUE(index.lacks(kHash, now)) << "there is another";
  EXPECT_NE(now, before) << "it came meanwhile";
  ASSERT_TRUE(index.insert(kHash, 9));
  EXPECT_FALSE(index.lacks(kHash, now));
  index.remove(kHash, 9);
  EXPECT_TRUE(index.lacks(kHash, now));
  for (std::uint32_t slot = 10; slot < 20; ++slot) ASSERT_TRUE(index.insert(kOther, slot));
  EXPECT_FALSE(index.lacks(kHash, before)) << "it may be in an overflow line";
  EXPECT_EQ(before, now + 10);
}

// An entry that another thread moves from an overflow line to its home is never missed.
TEST(HashIndex, AnEntryThatMovesIsNeverLacking) {
  constexpr std::uint64_t kHash = 7, kOther = 8;
  Index index(10);
  std::atomic<int> round{1};  // even: the entry is there
  std::atomic<bool> seen{false};
  std::atomic<int> missed{0};
  std::thread reader([&] {
    for (int now = 1; now >= 0; now = round.load()) {
      std::uint32_t arrivals;
      const bool lacks = index.lacks(kHash, arrivals);
      if (lacks && now % 2 == 0 && round.load() == now) ++missed;
      seen = true;
    }
  });
  for (int i = 1; i < 4000; i += 2) {
    for (std::uint32_t slot = 0; slot < Bucket::kPlaces; ++slot) index.insert(kOther, slot);
    index.insert(kHash, 100);
    round = i + 1;
    for (seen = false; !seen;) std::this_thread::yield();
    index.remove(kOther, static_cast<std::uint32_t>(i) % Bucket::kPlaces);  // the entry moves
    for (seen = false; !seen;) std::this_thread::yield();
    round = i + 2;
    index.remove(kHash, 100);
    for (std::uint32_t slot = 0; slot < Bucket::kPlaces; ++slot) {
      if (index.holds(kOther, slot)) index.remove(kOther, slot);
    }
  }
  round = -1;
  reader.join();
  EXPECT_EQ(missed, 0);
}

TEST(HashIndex, AgreesWithAMap) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    std::mt19937_64 random(seed);
    Index index(200);
    std::map<std::uint32_t, std::uint64_t> entries;  // slot -> hash
    for (int step = 0; step < 2000; ++step) {
      const auto slot = static_cast<std::uint32_t>(random() % 200);
      if (const auto found = entries.find(slot); found != entries.end()) {
        index.remove(found->second, slot);
        entries.erase(found);
      } else {
        // Few homes and few tags, so that they collide.
        const std::uint64_t hash = (random() % 4) << 62 | (random() % 3);
        if (index.insert(hash, slot)) entries[slot] = hash;
      }
      for (std::uint32_t probe = 0; probe < 200; ++probe) {
        const auto found = entries.find(probe);
        const std::uint64_t hash = found == entries.end() ? 0 : found->second;
        ASSERT_EQ(index.holds(hash, probe), found != entries.end());
        std::uint32_t arrivals;
        const bool lacks = index.lacks(hash, arrivals);
        ASSERT_FALSE(lacks && found != entries.end());
      }
    }
  }
}

// At the load that the size is made for no entry is refused.
TEST(HashIndex, HoldsWhatItIsSizedFor) {
  for (const std::uint32_t connections : {1U, 10U, 100U, 1000U, 100'000U}) {
    for (unsigned seed = 0; seed < 5; ++seed) {
      std::mt19937_64 random(seed);
      Index index(connections);
      for (std::uint32_t slot = 0; slot < connections; ++slot) {
        ASSERT_TRUE(index.insert(random(), slot)) << slot << " of " << connections;
      }
    }
  }
}

// The load stays, the entries change: as under a flood when the table is full.
TEST(HashIndex, HoldsItHoweverLongEntriesComeAndGo) {
  constexpr std::uint32_t connections = 10'000;
  std::mt19937_64 random(1);
  Index index(connections);
  std::vector<std::uint64_t> hashes(connections);
  for (std::uint32_t slot = 0; slot < connections; ++slot) {
    hashes[slot] = random();
    ASSERT_TRUE(index.insert(hashes[slot], slot));
  }
  for (std::uint32_t turn = 0; turn < 100 * connections; ++turn) {
    const std::uint32_t slot = turn % connections;
    index.remove(hashes[slot], slot);
    hashes[slot] = random();
    ASSERT_TRUE(index.insert(hashes[slot], slot)) << "turn " << turn;
  }
  for (std::uint32_t slot = 0; slot < connections; ++slot) {
    ASSERT_TRUE(index.holds(hashes[slot], slot));
  }
}

}  // namespace
}  // namespace statewall
