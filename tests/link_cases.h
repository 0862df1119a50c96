#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "wire/link.h"
#include "wire/testing.h"

// For the tests of link layers: a table of frames, each of nothing but its link header, or of that
// and a little of what follows.

namespace statewall::testing {

struct LinkCase {
  const char* what;
  LinkType link;
  Octets frame;
  WireError error;
  std::uint32_t length;
  int ethertype;
  int tags = 0;
  int vlan = 0;
};

/// Each frame is read as it says, and each beginning of it that lacks any of its link header is
/// too short.
inline void expect_read(const std::vector<LinkCase>& cases) {
  for (const LinkCase& c : cases) {
    SCOPED_TRACE(c.what);
    const LinkHeader header = read_link(Bytes(c.frame), c.link);
    EXPECT_EQ(header.error, c.error);
    EXPECT_EQ(header.length, c.length);
    EXPECT_EQ(header.ethertype, c.ethertype);
    EXPECT_EQ(header.vlan_tags, c.tags);
    EXPECT_EQ(header.vlan, c.vlan);
    for (std::size_t size = 0; size < c.length; ++size) {
      const Packet packet = read(first(c.frame, size), c.link);
      EXPECT_EQ(packet.error, WireError::link_short) << size;
      EXPECT_EQ(packet.ethertype, 0) << size;
    }
  }
}

}  // namespace statewall::testing
