#include "statewall/reassembly.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "track/reassembly_testing.h"
#include "track/testing.h"

namespace statewall {
namespace {

using namespace testing;

/// "0-16+ 16-32+ 32-37": where each fragment begins and ends, `+` if more follow.
std::string play(Reassembler& reassembler, Family family, const std::string& fragments) {
  std::istringstream words(fragments);
  std::string all;
  for (std::string text; words >> text;) {
    FragmentFields f;
    f.family = family;
    f.more = text.ends_with('+');
    f.offset = static_cast<std::uint32_t>(std::stoul(text));
    f.length = static_cast<std::uint32_t>(std::stoul(text.substr(text.find('-') + 1))) - f.offset;
    if (!all.empty()) all += ' ';
    all += word(reassembler.take(f));
  }
  return all;
}

std::string play(Family family, const std::string& fragments) {
  Reassembler reassembler;
  return play(reassembler, family, fragments);
}

struct Case {
  const char* what;
  const char* fragments;
  const char* ipv4;
  const char* ipv6 = nullptr;  ///< if it differs
};

// Each of them as a kernel 6.18 does it, on a bridge and on a router.
constexpr Case kCases[] = {
    {"in order", "0-16+ 16-32+ 32-37", "held held whole"},
    {"in reverse", "32-37 16-32+ 0-16+", "held held whole"},
    {"the middle last", "0-16+ 32-37 16-32+", "held held whole"},
    {"a middle one twice", "0-16+ 16-32+ 16-32+ 32-37", "held held repeated whole"},
    {"the first twice", "0-16+ 0-16+ 16-21", "held repeated whole"},
    {"the last twice", "16-21 16-21 0-16+", "held repeated whole"},
    {"again when it is whole", "0-16+ 16-21 0-16+ 16-21", "held whole held whole"},
    {"part of one", "0-32+ 8-24+ 32-37", "held repeated whole"},
    {"across two that came in order", "0-16+ 16-32+ 8-24+ 32-37", "held held repeated whole"},
    {"across two that did not", "16-32+ 0-16+ 8-24+ 32-37", "held held overlaps held"},
    {"more than one", "8-16+ 0-24+ 24-29 0-8+", "held overlaps held held"},
    {"more than the last one", "0-16+ 16-24+ 16-32+ 32-37", "held held overlaps held"},
    {"overlap in front, then all anew", "16-32+ 8-24+ 0-16+ 16-32+ 32-37",
     "held overlaps held held whole"},
    {"overlap behind", "0-16+ 8-24+ 24-29 16-24+", "held overlaps held held"},
    {"two ends, the second later", "16-21 16-22 0-16+", "held misfit held", "held misfit whole"},
    {"two ends, the second sooner", "16-21 16-20 0-16+", "held misfit held", "held misfit whole"},
    {"an end before what is there", "24-32+ 16-21 0-16+", "held misfit held"},
    {"beyond the end", "16-21 24-32+ 0-16+", "held misfit held", "held misfit whole"},
    {"an end that repeats: never whole", "0-8+ 8-16+ 8-16 8-16 0-8+",
     "held held repeated repeated repeated"},
    {"odd length, more follow", "0-13+ 8-13", "held whole", "passes held"},
    {"... of a datagram that waits", "32-37 0-13+ 0-32+", "held held overlaps", "held passes held"},
    {"... later", "0-32+ 32-45+ 40-45", "held held whole", "held passes held"},
    {"less than a unit", "0-5+ 0-8+ 8-13", "empty held whole", "passes held whole"},
    {"empty, more follow", "8-8+ 0-8+ 8-13", "empty held whole"},
    {"empty end", "0-8+ 8-8 8-13", "held empty held", "held empty misfit"},
    {"empty end first", "8-8 0-8+", "empty held", "empty whole"},
    {"empty end behind the end", "8-12 16-16 8-8 0-8+", "held misfit empty held",
     "held misfit misfit whole"},
    {"beyond 65535", "65528-65628 0-8+", "held held", "too-long held"},
    {"up to 65535", "65528-65535 0-8+", "held held"},
    {"up to 65536, more follow", "65528-65536+ 0-8+", "held held", "too-long held"},
};

TEST(Reassembly, DoesAsTheKernelDoes) {
  for (const Case& c : kCases) {
    EXPECT_EQ(play(Family::ipv4, c.fragments), c.ipv4) << c.what;
    EXPECT_EQ(play(Family::ipv6, c.fragments), c.ipv6 == nullptr ? c.ipv4 : c.ipv6) << c.what;
  }
}

TEST(Reassembly, LongestDatagrams) {
  // 20 bytes of IPv4 header count, 40 of IPv6 do not; those between them and the fragments do.
  EXPECT_EQ(play(Family::ipv4, "0-32768+ 32768-65512+ 65512-65515"), "held held whole");
  EXPECT_EQ(play(Family::ipv4, "0-32768+ 32768-65512+ 65512-65516 65512-65515"),
            "held held too-long held");
  EXPECT_EQ(play(Family::ipv4, "0-32768+ 32768-65528+ 65528-66028"), "held held too-long");
  EXPECT_EQ(play(Family::ipv6, "0-32768+ 32768-65528+ 65528-65535"), "held held whole");
  EXPECT_EQ(play(Family::ipv6, "0-32768+ 32768-65528+ 65528-65536 65528-65535"),
            "held held too-long whole");
  for (const auto& [length, expected] :
       {std::pair{32759U, "whole"}, std::pair{32760U, "too-long"}}) {
    Reassembler r;
    const Datum options{60, 0, 1, 4, 0, 0, 0, 0};
    r.take({.family = Family::ipv6, .length = 32768, .more = true, .options = options});
    EXPECT_EQ(word(r.take({.family = Family::ipv6, .offset = 32768, .length = length})), expected);
  }
}

Datum whole(const Reassembled& r) { return {r.datagram.begin(), r.datagram.end()}; }

TEST(Reassembly, GivesBackThePacketThatWasCut) {
  for (const std::uint32_t length : {17U, 255U, 256U, 257U, 3000U, 65515U - 4}) {
    Reassembler r;
    const Datum options{1, 1, 1, 0};
    FragmentFields f{
        .length = 8, .more = true, .id = 77, .tos = 0x10, .ttl = 9, .options = options};
    r.take(f);
    FragmentFields rest{.offset = 8, .length = length - 8, .id = 77, .tos = 0x20, .ttl = 30};
    f.length = length;
    f.more = false;
    EXPECT_EQ(whole(r.take(rest)), ipv4_fragment(f)) << length;
  }
}

TEST(Reassembly, OptionsOfTheFirstFragmentCountWhenItComesLast) {
  Reassembler r;
  r.take({.offset = 8, .length = 5, .options = {1, 1, 1, 1, 1, 1, 1, 0}});
  const FragmentFields first{.more = true, .options = {1, 1, 1, 1}};
  EXPECT_EQ(whole(r.take(first)), ipv4_fragment({.length = 13, .options = {1, 1, 1, 1}}));
}

TEST(Reassembly, DontFragmentIfAFragmentWithItIsAsLongAsAny) {
  struct {
    std::uint32_t first, second;
    bool first_df, second_df, df;
  } const cases[] = {{8, 5, true, true, true},    {16, 5, true, false, true},
                     {16, 5, false, true, false}, {16, 16, false, true, true},
                     {21, 16, true, false, true}, {21, 17, true, false, false}};
  for (const auto& c : cases) {
    Reassembler r;
    r.take({.length = c.first, .more = true, .dont_fragment = c.first_df});
    const auto got =
        r.take({.offset = c.first / 8 * 8, .length = c.second, .dont_fragment = c.second_df});
    ASSERT_EQ(word(got), "whole");
    EXPECT_EQ(got.datagram[6], c.df ? 0x40 : 0) << c.first << ' ' << c.second;
  }
}

TEST(Reassembly, EcnOfAllFragmentsDecides) {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    for (std::uint8_t set = 1; set < 16; ++set) {
      Reassembler r;
      std::uint32_t offset = 0;
      std::uint8_t first = 0xff;
      for (std::uint8_t ecn = 0; ecn < 4; ++ecn) {
        if ((set >> ecn & 1) == 0) continue;
        if (first == 0xff) first = ecn;
        r.take({.family = family, .offset = offset, .more = true, .tos = ecn});
        offset += 8;
      }
      const auto got = r.take({.family = family, .offset = offset, .tos = first});
      const bool mixed = (set & 1) != 0 && set != 1;
      ASSERT_EQ(word(got), mixed ? "ecn" : "whole") << int{set};
      if (mixed) continue;
      const int ecn = family == Family::ipv4 ? got.datagram[1] & 3 : got.datagram[1] >> 4 & 3;
      EXPECT_EQ(ecn, (set & 8) != 0 ? 3 : first) << int{set};
    }
  }
}

TEST(Reassembly, WhatTellsDatagramsApart) {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    Reassembler r;
    const FragmentFields rest{.family = family, .offset = 8, .length = 5};
    r.take({.family = family, .more = true});
    FragmentFields other = rest;
    other.id = 2;
    EXPECT_EQ(word(r.take(other)), "held");
    other = rest;
    other.source = 3;
    EXPECT_EQ(word(r.take(other)), "held");
    other = rest;
    std::swap(other.source, other.destination);
    EXPECT_EQ(word(r.take(other)), "held");
    EXPECT_EQ(word(r.take(rest, 0, 5)), "held") << "another zone";
    other = rest;
    other.protocol = 252;
    // IPv6 goes by what the first fragment says.
    EXPECT_EQ(word(r.take(other)), family == Family::ipv4 ? "held" : "whole");
    if (family == Family::ipv4) {
      EXPECT_EQ(word(r.take(rest)), "whole");
    }
  }
}

TEST(Reassembly, NumbersDatagrams) {
  Reassembler r;
  EXPECT_EQ(r.take({.more = true, .id = 1}).number, 1u);
  EXPECT_EQ(r.take({.more = true, .id = 2}).number, 2u);
  EXPECT_EQ(r.take({.more = true, .id = 1}).number, 1u);
  EXPECT_EQ(r.take({.offset = 8, .id = 1}).number, 1u);
  EXPECT_EQ(r.take({.offset = 8, .id = 1}).number, 3u);
}

TEST(Reassembly, WaitsFromTheFirstFragmentThatComes) {
  for (const auto& [family, timeout] : {std::pair{Family::ipv4, 30}, std::pair{Family::ipv6, 60}}) {
    Reassembler r;
    r.take({.family = family, .more = true}, seconds(1));
    EXPECT_EQ(word(r.take({.family = family, .offset = 8, .more = true}, seconds(timeout))),
              "held");
    EXPECT_EQ(word(r.take({.family = family, .offset = 16}, seconds(timeout + 1))), "held");
    EXPECT_EQ(r->counters().timed_out, 1u);

    r.take({.family = family, .more = true, .id = 2}, seconds(100));
    EXPECT_EQ(word(r.take({.family = family, .offset = 8, .id = 2}, seconds(99.999 + timeout))),
              "whole");
  }
}

TEST(Reassembly, BeginsAnewBehindManyOfTheSameSource) {
  for (const auto& [between, whole] : {std::pair{63, true}, std::pair{64, false}}) {
    Reassembler r;
    r.take({.more = true});
    for (int i = 0; i < between; ++i) {
      // To whomever, and whatever becomes of them.
      r.take({.length = i % 2 == 0 ? 8U : 0U,
              .more = true,
              .id = 2,
              .destination = static_cast<std::uint8_t>(i)});
    }
    for (int i = 0; i < 100; ++i) r.take({.more = true, .id = 3, .source = 5});
    EXPECT_EQ(word(r.take({.offset = 8})), whole ? "whole" : "held") << between;
    if (!whole) {
      EXPECT_EQ(word(r.take({.more = true})), "whole");
    }
  }
  Reassembler ipv6;
  ipv6.take({.family = Family::ipv6, .more = true});
  for (int i = 0; i < 200; ++i) ipv6.take({.family = Family::ipv6, .more = true, .id = 2});
  EXPECT_EQ(word(ipv6.take({.family = Family::ipv6, .offset = 8})), "whole");
}

TEST(Reassembly, AboveItsMemoryNoFragmentIsTaken) {
  // Eleven datagrams of one small fragment, 904 bytes each: the eleventh still finds room.
  for (const auto& [family, most] : {std::pair{Family::ipv4, 11}, std::pair{Family::ipv6, 10}}) {
    ReassemblyConfig config;
    config.ipv4.high_thresh = config.ipv6.high_thresh = 9040;
    Reassembler r(config);
    int held = 0;
    for (std::uint32_t id = 1; id <= 30; ++id) {
      held += word(r.take({.family = family, .more = true, .id = id})) == "held";
    }
    EXPECT_EQ(held, most);
    EXPECT_EQ(word(r.take({.family = family, .offset = 8, .id = 1})), "no-room");
    EXPECT_EQ(word(r.take({.family = family, .offset = 8, .id = 1}, seconds(61))), "held");
  }
  ReassemblyConfig none;
  none.ipv4.high_thresh = 0;
  Reassembler r(none);
  EXPECT_EQ(word(r.take({.more = true})), "no-room");
}

TEST(Reassembly, SpoofedFirstFragmentsStayWithinTheMemory) {
  ReassemblyConfig config;
  Reassembler r(config);
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    for (std::uint32_t i = 0; i < 20000; ++i) {
      r.take({.family = family,
              .length = 8 + i % 64 * 24,
              .more = true,
              .id = i,
              .source = static_cast<std::uint8_t>(i)},
             static_cast<Nanoseconds>(i) * 1'000'000);
    }
  }
  EXPECT_LE(r->counters().memory, 2 * (config.ipv4.high_thresh + 4096));
  EXPECT_GT(r->counters().refused, 0u);
  while (!r->expire(seconds(1000))) {
  }
  EXPECT_EQ(r->counters().memory, 0u);
  EXPECT_EQ(r->counters().datagrams, 0u);
}

TEST(Reassembly, PacketsThatAreNoFragments) {
  Reassembler r;
  EXPECT_EQ(word(r.take({.family = Family::ipv4})), "-");
  // Only behind headers that the kernel's reassembly knows is there a fragment header.
  EXPECT_EQ(
      word(r.take({.family = Family::ipv6, .more = true, .options = {135, 0, 0, 0, 0, 0, 0, 0}})),
      "-");
  Datum jumbo = ipv6_fragment({.more = true});
  jumbo[4] = jumbo[5] = 0;
  EXPECT_EQ(word(r.take_bytes(jumbo)), "-");
  Datum broken = ipv4_fragment({.more = true});
  ++broken[10];
  EXPECT_EQ(word(r.take_bytes(broken)), "-");
}

TEST(Reassembly, CutFragmentsAreDropped) {
  Reassembler r;
  const Datum ip = ipv4_fragment({.length = 100, .more = true});
  const auto packet = read_frame(std::span(ip).first(60), LinkType::raw, ip.size());
  Datum room(Reassembly::kRoom);
  EXPECT_EQ(word(r->take(std::span(ip).first(60), packet, 0, 0, room)), "cut-short");
}

TEST(ReassemblyIpv6, WholePacketsWithAFragmentHeaderLoseIt) {
  Reassembler r;
  const auto got = r.take({.family = Family::ipv6, .length = 16});
  ASSERT_EQ(word(got), "whole");
  EXPECT_EQ(got.datagram.size(), 56u);
  EXPECT_EQ(got.datagram[6], 253);
  EXPECT_EQ(got.datagram[5], 16);
  EXPECT_EQ(got.datagram[40], byte_at(0));
  // But where a datagram of that id waits, it is one more fragment.
  r.take({.family = Family::ipv6, .offset = 8, .length = 5});
  EXPECT_EQ(word(r.take({.family = Family::ipv6, .length = 16})), "misfit");
}

TEST(ReassemblyIpv6, HeadersBeforeAreThoseOfTheFirstFragment) {
  const Datum destination{60, 0, 1, 4, 0, 0, 0, 0};
  for (const bool first_has : {false, true}) {
    Reassembler r;
    r.take({.family = Family::ipv6,
            .offset = 8,
            .length = 5,
            .protocol = 252,
            .options = first_has ? Datum{} : destination});
    const auto got = r.take(
        {.family = Family::ipv6, .more = true, .options = first_has ? destination : Datum{}});
    ASSERT_EQ(word(got), "whole");
    EXPECT_EQ(got.datagram[6], first_has ? 60 : 253);
    EXPECT_EQ(got.datagram.size(), first_has ? 61u : 53u);
    if (first_has) {
      EXPECT_EQ(got.datagram[40], 253);
    }
  }
}

TEST(ReassemblyIpv6, TheKernelsPlaceOfTheLinkHasEightBits) {
  Reassembler r;
  Datum options{60, 31};
  options.resize(256);
  options.insert(options.end(), {60, 0, 1, 4, 0, 0, 0, 0});
  r.take({.family = Family::ipv6, .more = true, .options = options});
  const auto got = r.take({.family = Family::ipv6, .offset = 8, .length = 5});
  ASSERT_EQ(word(got), "whole");
  EXPECT_EQ(got.datagram[40], 253);
  EXPECT_EQ(got.datagram[296], 44);
}

TEST(ReassemblyIpv6, FirstFragmentsWithoutAllHeadersPass) {
  struct {
    std::uint8_t next;
    std::uint32_t length;
    const char* expected;
  } const cases[] = {{6, 8, "passes"},   {6, 16, "passes"}, {6, 24, "held"},
                     {17, 8, "held"},    {58, 8, "held"},   {253, 8, "held"},
                     {253, 0, "passes"}, {59, 8, "held"},   {44, 8, "passes"}};
  for (const auto& c : cases) {
    Reassembler r;
    FragmentFields f{.family = Family::ipv6, .length = c.length, .more = true, .protocol = c.next};
    if (c.next == 44) f.payload = {253, 0, 0, 0, 0, 0, 0, 9};
    EXPECT_EQ(word(r.take(f)), c.expected) << int{c.next} << ' ' << c.length;
  }
  // Behind an extension header that is cut; where the chain ends between two, it is held.
  Reassembler r;
  EXPECT_EQ(word(r.take({.family = Family::ipv6,
                         .more = true,
                         .protocol = 60,
                         .payload = {253, 1, 1, 12, 0, 0, 0, 0}})),
            "passes");
  EXPECT_EQ(word(r.take({.family = Family::ipv6,
                         .more = true,
                         .protocol = 60,
                         .payload = {60, 0, 1, 4, 0, 0, 0, 0}})),
            "held");
  // A later fragment has none to hold.
  EXPECT_EQ(word(r.take({.family = Family::ipv6, .offset = 16, .length = 8, .protocol = 6})),
            "held");
}

TEST(ReassemblyIpv6, OfTwoFragmentHeadersTheFirstCounts) {
  Reassembler r;
  r.take({.family = Family::ipv6,
          .more = true,
          .protocol = 44,
          .payload = {253, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8}});
  const auto got = r.take({.family = Family::ipv6, .offset = 16, .length = 5, .protocol = 44});
  ASSERT_EQ(word(got), "whole");
  EXPECT_EQ(got.datagram[6], 44);
  EXPECT_EQ(got.datagram.size(), 61u);
}

TEST(Reassembly, MemoryThatIsTooSmallOrCrooked) {
  const ReassemblyConfig config;
  const std::size_t size = Reassembly::memory_needed(config);
  std::vector<std::byte> memory(size + 128);
  const auto skew = 64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64;
  const auto aligned = std::span(memory).subspan(skew);
  EXPECT_EQ(Reassembly::create(config, aligned.first(size - 1)), nullptr);
  EXPECT_EQ(Reassembly::create(config, aligned.subspan(1, size)), nullptr);
  EXPECT_NE(Reassembly::create(config, aligned.first(size)), nullptr);
  EXPECT_LT(size, 15U << 20);
}

}  // namespace
}  // namespace statewall
