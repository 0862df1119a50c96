#include "service/control_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "service/testing.h"

namespace statewall {
namespace {

using testing::Site;

class ControlSocket : public ::testing::Test {
 protected:
  ControlSocket() {
    std::string pattern = ::testing::TempDir() + "statewall-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    path = folder + "/run/statewall.sock";
  }
  ~ControlSocket() override { std::filesystem::remove_all(folder); }

  Site site;
  ControlServer server{site.engine()};
  std::string folder, path;
};

TEST_F(ControlSocket, IsMadeWithItsModeAndTakenAway) {
  {
    ControlServer opened(site.engine());
    EXPECT_FALSE(opened.open(path, 0640));
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0640u);
    EXPECT_TRUE(S_ISSOCK(found.st_mode));
    const Result<Descriptor> client = connect_to_firewall(path);
    ASSERT_TRUE(client);
    opened.serve();
    EXPECT_EQ(opened.clients(), 1u);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ControlSocket, ThatNobodyListensAtIsReplaced) {
  {
    ControlServer opened(site.engine());
    EXPECT_FALSE(opened.open(path));
    std::filesystem::create_hard_link(path, path + ".left");
  }
  std::filesystem::rename(path + ".left", path);
  ControlServer next(site.engine());
  const auto error = next.open(path);
  EXPECT_FALSE(error) << error->text();
  EXPECT_TRUE(connect_to_firewall(path));
}

TEST_F(ControlSocket, OfAnotherFirewallIsLeftAlone) {
  ControlServer opened(site.engine());
  EXPECT_FALSE(opened.open(path));
  {
    ControlServer second(site.engine());
    const auto error = second.open(path);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->text(), path + ": another firewall answers there already");
  }
  EXPECT_TRUE(connect_to_firewall(path));
}

TEST_F(ControlSocket, WhatIsNoSocketIsLeftAlone) {
  const std::string file = folder + "/file";
  std::ofstream(file) << "mine";
  const auto error = server.open(file);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->text(), file + ": is there, and no socket");
  EXPECT_EQ(std::filesystem::file_size(file), 4u);
  EXPECT_EQ(server.open(std::string(200, 'x'))->kind, ErrorKind::usage);
  EXPECT_EQ(server.open(folder + "/none/none/x.sock")->text(),
            folder + "/none/none/x.sock: No such file or directory");
}

TEST_F(ControlSocket, WhereNobodyListensIsSaid) {
  const auto none = connect_to_firewall(path);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().text(), "no firewall runs at " + path + " (is `statewall run` up?)");
  EXPECT_EQ(none.error().kind, ErrorKind::runtime);
}

}  // namespace
}  // namespace statewall
