#include "kernel/netlink_message.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace statewall {
namespace {

std::optional<int> error_of(int number) {
  std::vector<std::uint8_t> payload(sizeof number);
  std::memcpy(payload.data(), &number, sizeof number);
  return error_number({NLMSG_ERROR, payload});
}

TEST(NetlinkMessage, Errors) {
  EXPECT_EQ(error_of(0), 0);
  EXPECT_EQ(error_of(-EPERM), EPERM);
  EXPECT_EQ(error_number({NLMSG_DONE, {}}), std::nullopt);
}

// Fuzzing found one that has no negative.
TEST(NetlinkMessage, ANumberThatNoKernelSends) {
  for (const int number : {INT_MIN, -4096, 1, INT_MAX}) EXPECT_EQ(error_of(number), EBADMSG);
}

}  // namespace
}  // namespace statewall
