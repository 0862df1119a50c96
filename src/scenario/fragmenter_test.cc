#include "scenario/fragmenter.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/testing.h"
#include "statewall/packet.h"

// Fragments, put together again by hand, make the packet that they were cut of; that the reassembly
// of a world takes them is told by `tests/scenarios`.

namespace statewall {
namespace {

using testing::last_packet;

std::vector<PacketBytes> cut(std::string_view words, std::uint32_t size) {
  return fragments_of(last_packet("0 " + std::string(words)), size, 0x01020304);
}

// Offsets and whether more follow: "0+ 16+ 32".
std::string offsets(const std::vector<PacketBytes>& fragments) {
  std::string out;
  for (const PacketBytes& fragment : fragments) {
    const Packet packet = read_ip(fragment);
    EXPECT_EQ(packet.ip_length, fragment.size());
    EXPECT_NE(packet.ip_checksum, Checksum::bad);
    if (!out.empty()) out += ' ';
    out += std::to_string(packet.headers.fragment_offset);
    if (packet.headers.more_fragments) out += '+';
  }
  return out;
}

PacketBytes joined(const std::vector<PacketBytes>& fragments, std::size_t head) {
  PacketBytes out;
  for (const PacketBytes& fragment : fragments) {
    out.insert(out.end(), fragment.begin() + static_cast<std::ptrdiff_t>(head), fragment.end());
  }
  return out;
}

TEST(Fragmenter, CutsIpv4) {
  const std::vector<PacketBytes> fragments = cut("1.2.3.4 > 5.6.7.8 udp 1 > 2 length 33", 21);
  EXPECT_EQ(offsets(fragments), "0+ 16+ 32");
  const PacketBytes whole = last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 length 33");
  EXPECT_EQ(joined(fragments, 20), PacketBytes(whole.begin() + 20, whole.end()));
}

TEST(Fragmenter, LeavesWhatNeedsNoCutting) {
  for (const PacketBytes& packet :
       {last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 length 8"), PacketBytes{0x45, 0}, {}}) {
    const std::vector<PacketBytes> fragments = fragments_of(packet, 16, 0);
    ASSERT_EQ(fragments.size(), 1u);
    EXPECT_EQ(fragments[0], packet);
  }
}

TEST(Fragmenter, RepeatsTheHeadersOfIpv6ThatRoutersRead) {
  const std::string_view words =
      "fd00::1 > fd00::2 hop-by-hop destination routing destination udp 1 > 2 length 20";
  constexpr std::size_t kRepeated = 40 + 3 * 8, kFragmentHeader = 8;
  const std::vector<PacketBytes> fragments = cut(words, 16);
  EXPECT_EQ(offsets(fragments), "0+ 16+ 32");
  const PacketBytes& first = fragments[0];
  EXPECT_EQ(first[56], 44);         // the routing header leads to the fragment's,
  EXPECT_EQ(first[kRepeated], 60);  // and that to the destination options behind it
  EXPECT_EQ(PacketBytes(first.begin() + kRepeated + 4, first.begin() + kRepeated + 8),
            (PacketBytes{1, 2, 3, 4}));
  const PacketBytes whole = last_packet("0 " + std::string(words));
  EXPECT_EQ(joined(fragments, kRepeated + kFragmentHeader),
            PacketBytes(whole.begin() + kRepeated, whole.end()));
}

TEST(Fragmenter, APartThatIsAllOfItHasAFragmentHeaderInIpv6) {
  const PacketBytes whole = last_packet("0 fd00::1 > fd00::2 udp 1 > 2");
  const PacketBytes atomic = fragment_of(whole, {}, 5);
  EXPECT_EQ(atomic.size(), whole.size() + 8);
  const Packet packet = read_ip(atomic);
  EXPECT_EQ(packet.error, WireError::none);
  EXPECT_TRUE(packet.fragment_header);
  EXPECT_FALSE(packet.headers.fragment());
}

TEST(Fragmenter, APartBehindTheEndIsNothing) {
  EXPECT_TRUE(fragment_of(last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2"), {8}, 0).empty());
}

}  // namespace
}  // namespace statewall
