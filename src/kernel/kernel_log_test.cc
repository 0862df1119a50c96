#include "kernel/kernel_log.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

TEST(KernelLogRecord, LevelAndText) {
  const auto line = read_kernel_log_record("6,339,5140900,-;FWD: IN=lan OUT=wan MARK=0x1 \n");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->level, 6);
  EXPECT_EQ(line->text, "FWD: IN=lan OUT=wan MARK=0x1 ");
}

TEST(KernelLogRecord, WhatFollowsInFurtherLinesIsLeftOut) {
  const auto line = read_kernel_log_record("4,1,2,-,caller=T7;a;b\n SUBSYSTEM=net\n");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "a;b");
}

TEST(KernelLogRecord, BytesThatDoNotPrint) {
  EXPECT_EQ(read_kernel_log_record("4,1,2,-;a\\x5cb\\x09c\\xzz\\x1\n")->text, "a\\b\tc\\xzz\\x1");
}

TEST(KernelLogRecord, NotTheKernels) {
  EXPECT_FALSE(read_kernel_log_record("12,1,2,-;IN= OUT=\n"));
  EXPECT_FALSE(read_kernel_log_record("x,1,2,-;IN= OUT=\n"));
  EXPECT_FALSE(read_kernel_log_record("4 1 2\n"));
  EXPECT_FALSE(read_kernel_log_record(";"));
  EXPECT_FALSE(read_kernel_log_record(""));
}

}  // namespace
}  // namespace statewall
